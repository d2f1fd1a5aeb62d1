// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "platform/windows/winsock.hpp"

/// What the files that move octets share.
namespace usocket::platform {

/// No datagram of IP is longer.
inline constexpr std::size_t longest_datagram = 65536;

/// As the system's calls take it, no longer than they can.
[[nodiscard]] WSABUF to_buffer(std::span<std::byte const> data) noexcept;

[[nodiscard]] DWORD to_system(transfer_flags) noexcept;

/// Whether a receive that failed so only says that this side has shut down its input.
[[nodiscard]] bool is_end_of_shut_input(handle, int error) noexcept;

/// What a send that failed so says: a handle that is shut down is no longer waited for.
[[nodiscard]] int send_error(handle, int error) noexcept;

} // namespace usocket::platform
