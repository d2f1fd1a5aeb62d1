// SPDX-License-Identifier: MIT
#include <usocket/cancel_scope.hpp>

#include <atomic>

#include "limits/interrupt_point.hpp"
#include "limits/limit.hpp"
#include "limits/thread_waker.hpp"

namespace usocket {

namespace detail {
constinit thread_local cancel_scope* innermost_scope = nullptr;
} // namespace detail

namespace {

// Sequentially consistent throughout: a waiter opens its wake handle and then looks at the scope; a canceller changes
// the scope and then looks whether there is a handle. One of them must see the other.
std::atomic_ref<std::int64_t> shared(std::int64_t& value) noexcept { return std::atomic_ref(value); }
std::atomic_ref<std::int32_t> shared(std::int32_t& value) noexcept { return std::atomic_ref(value); }

std::int64_t ticks(time_point when) noexcept { return when.time_since_epoch().count(); }

/// `now + timeout` without overflow.
std::int64_t from_now(time_limit timeout, std::int64_t no_deadline) noexcept {
    if (!timeout.is_set())
        return no_deadline;
    std::int64_t const now = ticks(std::chrono::steady_clock::now());
    std::int64_t const length = timeout.length().count();
    return length > no_deadline - now ? no_deadline : now + length;
}

} // namespace

static_assert(std::is_same_v<time_point::period, std::nano>);
static_assert(std::atomic_ref<std::int64_t>::required_alignment <= 8);

cancel_scope::cancel_scope() noexcept : cancel_scope(time_limit()) {}

cancel_scope::cancel_scope(time_limit timeout) noexcept
    : deadline_(from_now(timeout, no_deadline)), outer_(detail::innermost_scope),
      waker_(&detail::thread_waker::of_this_thread()) {
    detail::innermost_scope = this;
}

cancel_scope::cancel_scope(time_point deadline) noexcept : cancel_scope(time_limit()) { deadline_ = ticks(deadline); }

cancel_scope::~cancel_scope() {
    delete link_; // first: no callback may find a scope that is half gone
    detail::innermost_scope = outer_;
}

// What the store says may end the scope on its own thread at once: nothing of it is read afterwards. Before it, calls
// cease to be bare, so that whoever sees what it says is bound by it.

void cancel_scope::cancel() noexcept {
    auto* const waker = waker_;
    detail::interrupt_point::reference const point(point_);
    if (point)
        point->end_bare(this);
    shared(cancelled_).store(1);
    waker->wake();
    if (point)
        point->interrupt();
}

bool cancel_scope::cancelled() const noexcept { return shared(const_cast<std::int32_t&>(cancelled_)).load() != 0; }

void cancel_scope::set_deadline(std::optional<time_point> deadline) noexcept {
    auto* const waker = waker_;
    detail::interrupt_point::reference const point(point_);
    if (point && deadline)
        point->end_bare(this);
    shared(deadline_).store(deadline ? ticks(*deadline) : no_deadline);
    waker->wake();
    if (point && deadline && *deadline <= std::chrono::steady_clock::now())
        point->interrupt();
}

std::optional<time_point> cancel_scope::deadline() const noexcept {
    std::int64_t const value = shared(const_cast<std::int64_t&>(deadline_)).load();
    if (value == no_deadline)
        return std::nullopt;
    return time_point(time_point::duration(value));
}

std::optional<std::chrono::nanoseconds> time_remaining() noexcept { return detail::limit().remaining(); }

std::error_code scope_ended() noexcept { return detail::limit().refused(); }

} // namespace usocket
