// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <system_error>

#include <usocket/cancel_scope.hpp>
#include <usocket/time_limit.hpp>

#include "platform/platform.hpp"

namespace usocket::detail {

/// The innermost cancel_scope of this thread.
extern constinit thread_local cancel_scope* innermost_scope;

/// Everything that bounds one operation: its own timeout, a deadline, and the cancel scopes of the thread.
///
/// Make one when the operation begins. `none()` first: without a limit the operation is the bare system call.
class limit {
public:
    /// Whether nothing bounds an operation with this timeout now.
    [[nodiscard]] static bool none(time_limit timeout) noexcept {
        return innermost_scope == nullptr && !timeout.is_set();
    }

    /// As none(timeout), for a call on the socket of this interrupt point (null: it has none): scopes that end the call
    /// by way of it, and have no deadline yet, need not be looked after while the call blocks.
    [[nodiscard]] static bool none(time_limit timeout, interrupt_point const* own) noexcept {
        return !timeout.is_set() && (innermost_scope == nullptr || (own != nullptr && all_interrupt(*own)));
    }

    explicit limit(time_limit timeout = {}, std::optional<time_point> deadline = {}) noexcept;

    /// Whether anything bounds the operation after all.
    [[nodiscard]] bool bounds() const noexcept { return innermost_scope != nullptr || timeout_at_ || deadline_; }

    /// Whether a deadline or a cancel scope has ended already, so that the operation must not even try:
    /// errc::interrupted or errc::deadline_timeout; success otherwise.
    [[nodiscard]] std::error_code refused() const noexcept;

    /// As refused(), and errc::timeout when the operation's own timeout has passed.
    [[nodiscard]] std::error_code expired() const noexcept;

    /// Waits until an entry is ready (success), or the limit says no (its code), or the system fails.
    /// `wake_too` also returns, with success and no entry ready, when this thread's waker was raised.
    [[nodiscard]] std::error_code wait(std::span<platform::poll_entry> entries, bool wake_too = false) const noexcept;
    /// `own` is the socket's interrupt point, if it has one: scopes that end the wait by way of it need no waker.
    [[nodiscard]] std::error_code wait_readable(platform::handle socket,
                                                interrupt_point const* own = nullptr) const noexcept;
    [[nodiscard]] std::error_code wait_writable(platform::handle socket,
                                                interrupt_point const* own = nullptr) const noexcept;

    /// The time left, zero or more; unset without a deadline of any kind.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> remaining() const noexcept;

    /// A tighter limit for a part of the operation that must be done by `earlier`, after which wait() reports
    /// success with no entry ready rather than an error.
    [[nodiscard]] std::error_code wait_until(std::span<platform::poll_entry> entries, std::optional<time_point> earlier,
                                             bool wake_too = false,
                                             interrupt_point const* own = nullptr) const noexcept;

    /// Since the operation began; unset where no clock was read.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> elapsed() const noexcept;

private:
    /// Whether all scopes of this thread interrupt this point and none has ended or, unless allowed, a deadline.
    [[nodiscard]] static bool all_interrupt(interrupt_point const& point, bool with_deadlines = false) noexcept;
    [[nodiscard]] std::optional<time_point> earliest() const noexcept;

    std::optional<time_point> start_{};
    std::optional<time_point> timeout_at_{};
    std::optional<time_point> deadline_{};
};

/// One timeout that the steps of an operation share.
class countdown {
public:
    /// Without a timeout no clock is read.
    explicit countdown(time_limit whole) noexcept : whole_(whole) {
        if (whole.is_set())
            begun_ = std::chrono::steady_clock::now();
    }
    /// What is left for the next step, zero if nothing; no limit where there was none.
    [[nodiscard]] time_limit left() const noexcept {
        return whole_.is_set() ? time_limit(whole_.length() - elapsed()) : whole_;
    }
    /// Only meaningful with a timeout.
    [[nodiscard]] std::chrono::nanoseconds elapsed() const noexcept {
        return std::chrono::steady_clock::now() - begun_;
    }

private:
    time_limit whole_;
    time_point begun_{};
};

} // namespace usocket::detail
