// SPDX-License-Identifier: MIT
#include <cerrno>

#include "platform/posix/poll_descriptors.hpp"
#include "platform/posix/timespec.hpp"

namespace usocket::platform {

int poll_descriptors(pollfd* entries, std::uint32_t count, std::optional<std::chrono::nanoseconds> timeout,
                     std::uint32_t& ready) noexcept {
    ready = 0;
    timespec limit{};
    if (timeout)
        limit = to_timespec(*timeout);
    int const result = ::ppoll(entries, count, timeout ? &limit : nullptr, nullptr);
    if (result < 0)
        return errno;
    ready = static_cast<std::uint32_t>(result);
    return 0;
}

} // namespace usocket::platform
