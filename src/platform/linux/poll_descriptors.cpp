// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <ctime>
#include <limits>

#include "platform/posix/poll_descriptors.hpp"

namespace usocket::platform {
namespace {

timespec to_timespec(std::chrono::nanoseconds length) noexcept {
    length = std::max(length, std::chrono::nanoseconds::zero());
    auto const whole = std::chrono::floor<std::chrono::seconds>(length);
    constexpr auto longest = std::numeric_limits<std::time_t>::max();
    timespec result{};
    result.tv_sec = whole.count() > longest ? longest : static_cast<std::time_t>(whole.count());
    result.tv_nsec = static_cast<decltype(result.tv_nsec)>((length - whole).count());
    return result;
}

} // namespace

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
