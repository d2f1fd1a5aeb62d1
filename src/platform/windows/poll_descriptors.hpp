// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "platform/windows/winsock.hpp"

namespace usocket::platform {

/// WSAPoll, made to say what poll says elsewhere. `entries` has room for one more than `count`. The time is rounded up
/// to milliseconds; unset waits for ever. What is found is in `revents`: POLLRDNORM and POLLWRNORM only where asked
/// for, and POLLERR for every failure. Returns the system's error.
[[nodiscard]] int poll_descriptors(WSAPOLLFD* entries, std::uint32_t count,
                                   std::optional<std::chrono::nanoseconds> timeout, std::uint32_t& ready) noexcept;

[[nodiscard]] inline short to_events(bool read, bool write) noexcept {
    return static_cast<short>((read ? POLLRDNORM : 0) | (write ? POLLWRNORM : 0));
}

} // namespace usocket::platform
