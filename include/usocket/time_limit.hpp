// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace [[gnu::visibility("default")]] usocket {

/// A point in time that something must be done by. The clock never jumps when the time of day is set.
using time_point = std::chrono::steady_clock::time_point;

/// A length of time that bounds one operation, or none at all.
///
/// Takes any `std::chrono::duration` without overflow: what does not fit into 64-bit nanoseconds (292 years), such as
/// `hours::max()`, means "no limit". A negative length counts as zero: one try without waiting, so that
/// `deadline - now` can be passed as it is. Part of a nanosecond is rounded up.
class time_limit {
public:
    /// No limit.
    constexpr time_limit() noexcept = default;
    constexpr time_limit(std::nullopt_t) noexcept {}

    template <class Rep, class Period>
    constexpr time_limit(std::chrono::duration<Rep, Period> length) noexcept : nanoseconds_(saturate(length)) {}

    template <class Rep, class Period>
    constexpr time_limit(std::optional<std::chrono::duration<Rep, Period>> const& length) noexcept
        : nanoseconds_(length ? saturate(*length) : none) {}

    /// Whether there is a limit.
    [[nodiscard]] constexpr bool is_set() const noexcept { return nanoseconds_ != none; }

    /// The length; only meaningful when `is_set()`.
    [[nodiscard]] constexpr std::chrono::nanoseconds length() const noexcept {
        return std::chrono::nanoseconds(nanoseconds_);
    }

    [[nodiscard]] friend constexpr bool operator==(time_limit, time_limit) noexcept = default;

private:
    static constexpr std::int64_t none = INT64_MAX;

    template <class Rep, class Period>
    static constexpr std::int64_t saturate(std::chrono::duration<Rep, Period> length) noexcept {
        using seconds = std::chrono::duration<long double>;
        if (!(length > length.zero())) // also a NaN
            return 0;
        if (seconds(length).count() >= 9.2e9L)
            return none;
        return std::chrono::ceil<std::chrono::nanoseconds>(length).count();
    }

    std::int64_t nanoseconds_ = none;
};

} // namespace usocket
