// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <poll.h>

namespace usocket::platform {

/// The system's poll call, with the finest timeout that it has, rounded up; unset waits for ever. Returns its error.
[[nodiscard]] int poll_descriptors(pollfd* entries, std::uint32_t count,
                                   std::optional<std::chrono::nanoseconds> timeout, std::uint32_t& ready) noexcept;

} // namespace usocket::platform
