// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <system_error>

#include <usocket/time_limit.hpp>

#include "conditions/raise.hpp"
#include "limits/limit.hpp"
#include "platform/platform.hpp"

namespace usocket::detail {

/// What bounds one wait: its timeout, whose end is no failure, and the thread's cancel scopes, whose end is. Without
/// either it reads no clock and opens no handle.
class wait_clock {
public:
    explicit wait_clock(time_limit timeout) noexcept : timeout_(timeout) {
        if (!limit::none(timeout))
            start();
    }

    /// Makes the alarm ready; fails where there is no handle left for it. Before all below.
    [[nodiscard]] result_code prepare() noexcept { return scopes_ ? open_alarm() : result_code(); }

    /// What a cancel scope that has ended says: the wait must fail.
    [[nodiscard]] result_code refused() const noexcept {
        return scopes_ ? result_code(scopes_->refused()) : result_code();
    }
    /// How long the system may wait now; unset for ever.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> left() noexcept {
        return timeout_.is_set() || scopes_ ? bounded_left() : std::nullopt;
    }
    /// Whether the timeout has passed.
    [[nodiscard]] bool expired() const noexcept;
    /// What is left of the timeout; unset when there was none or nothing is left.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> remaining() const noexcept {
        return timeout_.is_set() ? timeout_remaining() : std::nullopt;
    }
    /// Since the wait began; unset where no clock was read.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> elapsed() const noexcept;

    /// Becomes readable when a scope changes; invalid_handle without a scope.
    [[nodiscard]] platform::handle alarm() const noexcept { return alarm_; }
    void clear_alarm() const noexcept;

private:
    // Apart from the above, so that a wait without limits passes them by.
    void start() noexcept;
    [[nodiscard]] result_code open_alarm() noexcept;
    [[nodiscard]] std::optional<std::chrono::nanoseconds> bounded_left() noexcept;
    [[nodiscard]] std::optional<std::chrono::nanoseconds> timeout_remaining() const noexcept;

    time_limit timeout_;
    bool first_look_ = true;
    time_point start_{};
    std::optional<time_point> end_{}; ///< Of a timeout that is neither zero nor beyond the clock's range.
    std::optional<limit> scopes_{};
    platform::handle alarm_ = platform::invalid_handle;
};

} // namespace usocket::detail
