// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>

namespace usocket::platform {

#ifdef __APPLE__
using finest_timeout = std::chrono::microseconds; // it cuts off what is finer
#else
using finest_timeout = std::chrono::nanoseconds;
#endif

#ifdef __linux__
constexpr std::chrono::nanoseconds longest_timeout = std::chrono::nanoseconds::max();
#else
// Some refuse what is longer: who waits for less waits again.
constexpr std::chrono::nanoseconds longest_timeout = std::chrono::seconds(100'000'000);
#endif

/// A length as the system's calls take it: never negative, rounded up, and as long as there is if it is longer.
[[nodiscard]] inline timespec to_timespec(std::chrono::nanoseconds length) noexcept {
    length = std::clamp(length, std::chrono::nanoseconds::zero(), longest_timeout);
    length = std::chrono::ceil<finest_timeout>(length);
    auto const whole = std::chrono::floor<std::chrono::seconds>(length);
    constexpr auto longest = std::numeric_limits<std::time_t>::max();
    timespec result{};
    result.tv_sec = whole.count() > longest ? longest : static_cast<std::time_t>(whole.count());
    result.tv_nsec = static_cast<decltype(result.tv_nsec)>((length - whole).count());
    return result;
}

} // namespace usocket::platform
