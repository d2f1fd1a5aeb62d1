// SPDX-License-Identifier: MIT
#include "platform/posix/poll_descriptors.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

namespace usocket::platform {

int poll_descriptors(pollfd* entries, std::uint32_t count, std::optional<std::chrono::nanoseconds> timeout,
                     std::uint32_t& ready) noexcept {
    ready = 0;
    int limit = -1;
    if (timeout) {
        // Rounded up: a wait never ends early. One that is too long ends early, and its caller waits again.
        auto const rounded = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
        limit = static_cast<int>(std::clamp<std::int64_t>(rounded, 0, std::numeric_limits<int>::max()));
    }
    int const result = ::poll(entries, static_cast<nfds_t>(count), limit);
    if (result < 0)
        return errno;
    ready = static_cast<std::uint32_t>(result);
    return 0;
}

} // namespace usocket::platform
