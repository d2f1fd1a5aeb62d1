// SPDX-License-Identifier: MIT
#include "wait/wait_set.hpp"

#include "conditions/raise.hpp"

// Waiting.

namespace usocket::detail {
namespace {

/// How often a wait whose time is up looks again because something came up.
constexpr int most_unsettled_rounds = 4;

} // namespace

/// False: another thread waits. Ends with the lock held where there is something to do before the wait.
bool wait_set::enter_wait(std::unique_lock<std::mutex>& guard) noexcept {
    gate expected = gate::idle;
    bool entered = !is_inherited() && gate_.compare_exchange_strong(expected, gate::waiting);
    // After the gate, in this order: who makes a member due afterwards sees that a wait is under way.
    if (entered && !has_due_.load())
        return true;
    guard.lock();
    if (is_inherited())
        separate();
    if (!entered) { // for a change, which is over by now, or for another wait
        expected = gate::idle;
        entered = gate_.compare_exchange_strong(expected, gate::waiting);
    }
    return entered;
}

std::error_code wait_set::prepare_wait(bool& input_waits) noexcept {
    if (backend_ == nullptr) {
        if (auto const code = open(); code)
            return code;
    }
    if (auto const code = look_after_due(input_waits); code)
        return code;
    return backend_->prepare();
}

std::error_code wait_set::look_after_due(bool& input_waits) noexcept {
    std::error_code code;
    members_.visit_due([&](member_place place) {
        wait_member& member = members_[place];
        socket_core* const core = members_.core(place);
        if (core == nullptr) {
            if (member.registered)
                backend_->remove(place);
            members_.give_back(place);
            return false;
        }
        if (member.pending && !code)
            code = register_with_backend(place);
        if (code)
            return true;
        if (member.foreign)
            core->state.store(readiness::none, std::memory_order_relaxed);
        member.foreign = false;
        if (member.buffered && core->stream->buffered_input() == 0)
            member.buffered = false;
        if (member.buffered && core->stream->has_fresh_input() && includes(member.interest, readiness::read))
            input_waits = true;
        return static_cast<bool>(member.buffered);
    });
    review_due();
    return code;
}

std::error_code wait_set::register_with_backend(member_place place) noexcept {
    wait_member& member = members_[place];
    std::error_code const code = member.registered ? backend_->change(place) : backend_->add(place);
    if (!code) {
        member.registered = true;
        member.pending = false;
    }
    return code;
}

/// Some backends keep the sockets open of members that left during the wait.
void wait_set::let_go_of_left() noexcept {
    members_.visit_due([this](member_place place) {
        wait_member& member = members_[place];
        if (members_.core(place) == nullptr && member.registered) {
            backend_->remove(place);
            member.registered = false;
        }
        return true;
    });
}

void wait_set::begin_result() noexcept {
    for (member_place const place : ready_) {
        members_[place].found = readiness::none;
        if (socket_core* const core = members_.core(place))
            core->state.store(readiness::none, std::memory_order_relaxed);
    }
    ready_.clear();
}

void wait_set::report_buffered(wait_findings& findings) noexcept {
    members_.visit_due([&](member_place place) {
        if (members_[place].buffered && members_.core(place)->stream->has_fresh_input())
            findings.report(place, true, false, false);
        return true;
    });
}

void wait_set::fill_result(bool ready_only) noexcept {
    for (member_place const place : ready_)
        members_.core(place)->state.store(members_[place].found, std::memory_order_relaxed);
    if (!ready_only && result_is_all_)
        return;
    if (next_result_.capacity() > result_.capacity()) {
        result_.swap(next_result_);
        std::vector<usocket*>().swap(next_result_);
    }
    result_.clear();
    auto const list = [this](member_place place) {
        members_[place].listed = static_cast<std::uint32_t>(result_.size());
        result_.push_back(members_.identity(place).owner);
    };
    if (ready_only) {
        for (member_place const place : ready_)
            list(place);
    } else {
        for (member_place place = 0; place < members_.size(); ++place) {
            if (members_.core(place) != nullptr)
                list(place);
        }
    }
    result_is_all_ = !ready_only;
}

/// Takes in what was found; whether the wait ends with it.
bool wait_set::conclude(wait_clock const& clock, int& unsettled_rounds) noexcept {
    wait_findings findings(members_, ready_);
    backend_->collect(findings);
    if (has_due_.load())
        report_buffered(findings);
    if (findings.alarmed)
        clock.clear_alarm();
    bool woken = false;
    if (findings.woken) {
        platform::clear_wake_handle(wake_);
        nudged_ = false;
        woken = woken_.exchange(false);
    }
    return woken || !ready_.empty() ||
           (clock.expired() && (!findings.unsettled || ++unsettled_rounds > most_unsettled_rounds));
}

std::error_code wait_set::wait(wait_clock& clock, bool ready_only, wait_result& result) noexcept {
    int unsettled_rounds = 0;
    for (;;) {
        std::unique_lock guard(lock_, std::defer_lock);
        if (!enter_wait(guard))
            return make_code(errc::invalid_argument);
        std::error_code code = clock.refused();
        bool input_waits = false;
        if (!code && guard.owns_lock())
            code = prepare_wait(input_waits);
        int error = 0;
        if (!code) {
            if (guard.owns_lock())
                guard.unlock();
            error = backend_->wait(input_waits ? std::chrono::nanoseconds::zero() : clock.left(), clock.alarm());
        }
        if (!guard.owns_lock())
            guard.lock();
        bool over = true;
        if (error == 0 && !code) {
            begin_result();
            over = conclude(clock, unsettled_rounds);
            if (over) {
                fill_result(ready_only);
                result.sockets = result_;
            }
        } else if (error != 0 && platform::is_interrupted(error)) {
            over = false;
        } else {
            begin_result();
            if (error != 0)
                code = system_code(error);
        }
        if (has_due_.load())
            let_go_of_left();
        // Last: from now on another thread may wait, which needs no lock for that.
        gate_.store(gate::idle, std::memory_order_release);
        if (over)
            return code;
    }
}

} // namespace usocket::detail
