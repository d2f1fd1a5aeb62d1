// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>

namespace usocket::platform {

/// A length as the system's calls take it: never negative, and as long as there is if it is longer.
[[nodiscard]] inline timespec to_timespec(std::chrono::nanoseconds length) noexcept {
    length = std::max(length, std::chrono::nanoseconds::zero());
    auto const whole = std::chrono::floor<std::chrono::seconds>(length);
    constexpr auto longest = std::numeric_limits<std::time_t>::max();
    timespec result{};
    result.tv_sec = whole.count() > longest ? longest : static_cast<std::time_t>(whole.count());
    result.tv_nsec = static_cast<decltype(result.tv_nsec)>((length - whole).count());
    return result;
}

} // namespace usocket::platform
