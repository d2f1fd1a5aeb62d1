// SPDX-License-Identifier: MIT
#include "server/handler_registry.hpp"

#include <algorithm>
#include <utility>

namespace usocket::detail {

using namespace std::chrono_literals;

running_handler::running_handler(handler_registry& registry, socket_scope& scope,
                                 std::optional<time_point> accepted) noexcept
    : registry_(registry), scope_(scope), accepted_(accepted), active_at_(std::chrono::steady_clock::now()) {
    registry_.enter(*this);
}

std::optional<finish_reason> running_handler::leave() noexcept {
    std::lock_guard const lock(registry_.mutex_);
    if (std::exchange(here_, false)) {
        (previous_ != nullptr ? previous_->next_ : registry_.first_) = next_;
        if (next_ != nullptr)
            next_->previous_ = previous_;
    }
    return ended_;
}

bool running_handler::was_ended() const noexcept {
    std::lock_guard const lock(registry_.mutex_);
    return ended_.has_value();
}

finish_reason running_handler::judge_failure() const noexcept {
    {
        std::lock_guard const lock(registry_.mutex_);
        if (ended_)
            return *ended_;
    }
    return scope_ended() ? finish_reason::cancelled : finish_reason::failed; // by a scope around the whole server
}

void handler_registry::enter(running_handler& handler) noexcept {
    std::lock_guard const lock(mutex_);
    handler.next_ = std::exchange(first_, &handler);
    if (handler.next_ != nullptr)
        handler.next_->previous_ = &handler;
    if (cancelled_)
        end(handler, finish_reason::cancelled);
}

void handler_registry::end(running_handler& handler, finish_reason reason) noexcept {
    if (!handler.ended_)
        handler.ended_ = reason;
    if (reason == finish_reason::cancelled)
        handler.scope_.cancel();
    else
        handler.scope_.set_deadline(std::chrono::steady_clock::now());
}

bool handler_registry::is_idle(running_handler& handler, time_point now) const noexcept {
    auto const progress = handler.scope_.progress();
    if (std::exchange(handler.seen_, progress) != progress)
        handler.active_at_ = now;
    return now - handler.active_at_ >= idle_.length();
}

std::optional<time_point> handler_registry::end_overdue(time_point now) noexcept {
    if (!idle_.is_set() && !deadline_.is_set())
        return std::nullopt;
    // A handler that begins after this look is due no earlier than the limits from now, and idle ones may be late by a
    // quarter. The hour keeps the sum from overflowing.
    std::chrono::nanoseconds pause = 1h;
    if (idle_.is_set())
        pause = std::min(pause, idle_.length() / 4);
    if (deadline_.is_set())
        pause = std::min(pause, deadline_.length());
    std::lock_guard const lock(mutex_);
    for (running_handler* each = first_; each != nullptr; each = each->next_) {
        if (!each->accepted_ || each->ended_)
            continue;
        auto const age = now - *each->accepted_;
        if (deadline_.is_set() && age >= deadline_.length())
            end(*each, finish_reason::deadline);
        else if (idle_.is_set() && is_idle(*each, now))
            end(*each, finish_reason::idle);
        else if (deadline_.is_set())
            pause = std::min(pause, std::chrono::nanoseconds(deadline_.length() - age));
    }
    return now + std::max(pause, std::chrono::nanoseconds(1ms));
}

void handler_registry::cancel_all() noexcept {
    std::lock_guard const lock(mutex_);
    cancelled_ = true;
    for (running_handler* each = first_; each != nullptr; each = each->next_)
        end(*each, finish_reason::cancelled);
}

} // namespace usocket::detail
