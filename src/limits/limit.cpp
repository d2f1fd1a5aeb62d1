// SPDX-License-Identifier: MIT
#include "limits/limit.hpp"

#include <algorithm>
#include <array>

#include "conditions/raise.hpp"
#include "limits/thread_waker.hpp"

namespace usocket::detail {

namespace {

time_point now() noexcept { return std::chrono::steady_clock::now(); }

/// Zero where it has passed; a deadline may lie further back than a duration can say.
std::chrono::nanoseconds until(time_point end) noexcept {
    auto const begin = now();
    return end <= begin ? std::chrono::nanoseconds::zero() : std::chrono::nanoseconds(end - begin);
}

std::optional<time_point> sum(time_point start, time_limit timeout) noexcept {
    if (!timeout.is_set() || timeout.length() > time_point::max() - start)
        return std::nullopt;
    return start + timeout.length();
}

std::optional<time_point> earlier_of(std::optional<time_point> a, std::optional<time_point> b) noexcept {
    if (a && b)
        return std::min(*a, *b);
    return a ? a : b;
}

} // namespace

limit::limit(time_limit timeout, std::optional<time_point> deadline) noexcept : deadline_(deadline) {
    if (none(timeout) && !deadline)
        return;
    start_ = now();
    timeout_at_ = sum(*start_, timeout);
}

bool limit::all_interrupt(interrupt_point const& point, bool with_deadlines) noexcept {
    for (cancel_scope const* scope = innermost_scope; scope != nullptr; scope = scope->outer_) {
        if (scope->point_ != &point || scope->cancelled() || (scope->deadline() && !with_deadlines))
            return false;
    }
    return true;
}

std::error_code limit::refused() const noexcept {
    std::optional<time_point> nearest = deadline_;
    for (cancel_scope const* scope = innermost_scope; scope != nullptr; scope = scope->outer_) {
        if (scope->cancelled())
            return make_code(errc::interrupted);
        nearest = earlier_of(nearest, scope->deadline());
    }
    if (nearest && *nearest <= now())
        return make_code(errc::deadline_timeout);
    return {};
}

std::error_code limit::expired() const noexcept {
    if (auto const code = refused(); code)
        return code;
    if (timeout_at_ && *timeout_at_ <= now())
        return make_code(errc::timeout);
    return {};
}

std::optional<time_point> limit::earliest() const noexcept {
    std::optional<time_point> nearest = earlier_of(timeout_at_, deadline_);
    for (cancel_scope const* scope = innermost_scope; scope != nullptr; scope = scope->outer_)
        nearest = earlier_of(nearest, scope->deadline());
    return nearest;
}

std::optional<std::chrono::nanoseconds> limit::remaining() const noexcept {
    auto const end = earliest();
    if (!end)
        return std::nullopt;
    return until(*end);
}

std::optional<std::chrono::nanoseconds> limit::elapsed() const noexcept {
    if (!start_)
        return std::nullopt;
    return now() - *start_;
}

std::error_code limit::wait(std::span<platform::poll_entry> entries, bool wake_too) const noexcept {
    return wait_until(entries, std::nullopt, wake_too);
}

std::error_code limit::wait_until(std::span<platform::poll_entry> entries, std::optional<time_point> earlier,
                                  bool wake_too, interrupt_point const* own) const noexcept {
    // The waker rides along behind the caller's entries, which are few; a copy keeps the caller's span its own.
    constexpr std::size_t most = 65;
    std::array<platform::poll_entry, most> watched{};
    std::size_t const count = std::min(entries.size(), most - 1);
    std::copy_n(entries.begin(), count, watched.begin());

    thread_waker* waker = nullptr;
    if (wake_too || (innermost_scope != nullptr && (own == nullptr || !all_interrupt(*own, true)))) {
        waker = &thread_waker::of_this_thread();
        if (int const error = waker->open(); error != 0)
            return system_code(error);
        watched[count] = {.socket = waker->handle(), .want_read = true};
    }
    std::span const all(watched.data(), count + (waker != nullptr ? 1U : 0U));

    for (;;) {
        if (auto const code = expired(); code)
            return code;
        std::optional<std::chrono::nanoseconds> timeout = remaining();
        if (earlier) {
            timeout = timeout ? std::min(*timeout, until(*earlier)) : until(*earlier);
        }
        std::size_t ready = 0;
        if (int const error = platform::poll(all, timeout, ready); error != 0) {
            if (platform::is_interrupted(error))
                continue;
            return system_code(error);
        }
        bool const woken = waker != nullptr && watched[count].readable;
        if (woken) {
            waker->clear();
            --ready;
        }
        std::copy_n(watched.begin(), count, entries.begin());
        if (woken && ready == 0 && !wake_too)
            continue; // the scope changed: look again
        if (woken || ready != 0)
            return woken ? refused() : std::error_code{};
        if (earlier && *earlier <= now())
            return {};
    }
}

std::error_code limit::wait_readable(platform::handle socket, interrupt_point const* own) const noexcept {
    platform::poll_entry entry{.socket = socket, .want_read = true};
    return wait_until({&entry, 1}, std::nullopt, false, own);
}

std::error_code limit::wait_writable(platform::handle socket, interrupt_point const* own) const noexcept {
    platform::poll_entry entry{.socket = socket, .want_write = true};
    return wait_until({&entry, 1}, std::nullopt, false, own);
}

} // namespace usocket::detail
