// SPDX-License-Identifier: MIT
#include "wait/wait_clock.hpp"

#include <algorithm>

#include "limits/thread_waker.hpp"

namespace usocket::detail {

namespace {

time_point now() noexcept { return std::chrono::steady_clock::now(); }
constexpr auto nothing = std::chrono::nanoseconds::zero();

} // namespace

void wait_clock::start() noexcept {
    if (innermost_scope != nullptr)
        scopes_.emplace();
    if (timeout_.is_set() && timeout_.length() > nothing) {
        start_ = now();
        if (timeout_.length() <= time_point::max() - start_)
            end_ = start_ + timeout_.length();
    }
}

result_code wait_clock::open_alarm() noexcept {
    thread_waker& waker = thread_waker::of_this_thread();
    if (int const error = waker.open(); error != 0)
        return system_code(error);
    alarm_ = waker.handle();
    return {};
}

void wait_clock::clear_alarm() const noexcept { thread_waker::of_this_thread().clear(); }

std::optional<std::chrono::nanoseconds> wait_clock::bounded_left() noexcept {
    std::optional<std::chrono::nanoseconds> own;
    if (end_)
        own = first_look_ ? timeout_.length() : std::max<std::chrono::nanoseconds>(*end_ - now(), nothing);
    else if (timeout_.is_set() && timeout_.length() == nothing)
        own = nothing;
    first_look_ = false;
    auto const allowed = scopes_ ? scopes_->remaining() : std::nullopt;
    return own && allowed ? std::min(*own, *allowed) : own ? own : allowed;
}

bool wait_clock::expired() const noexcept {
    if (end_)
        return *end_ <= now();
    return timeout_.is_set() && timeout_.length() == nothing;
}

std::optional<std::chrono::nanoseconds> wait_clock::timeout_remaining() const noexcept {
    if (timeout_.length() == nothing)
        return std::nullopt;
    std::chrono::nanoseconds const left = end_ ? *end_ - now() : timeout_.length() - (now() - start_);
    return left > nothing ? std::optional(left) : std::nullopt;
}

std::optional<std::chrono::nanoseconds> wait_clock::elapsed() const noexcept {
    if (scopes_)
        return scopes_->elapsed();
    return end_ ? std::optional<std::chrono::nanoseconds>(now() - start_) : std::nullopt;
}

} // namespace usocket::detail
