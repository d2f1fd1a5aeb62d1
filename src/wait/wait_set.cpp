// SPDX-License-Identifier: MIT
#include "wait/wait_set.hpp"

#include "conditions/raise.hpp"

// Waiting.

namespace usocket::detail {
namespace {

/// How often a wait whose time is up looks again because something came up.
constexpr int most_unsettled_rounds = 4;

} // namespace

/// With the lock, since something is to be done before the wait, unless `code` says already that there will be none.
/// False: another thread waits.
bool wait_set::enter(bool entered, result_code& code, bool& input_waits) noexcept {
    std::lock_guard const guard(lock_);
    if (is_inherited())
        separate();
    gate expected = gate::idle; // a change is over by now
    if (!entered && !gate_.compare_exchange_strong(expected, gate::waiting))
        return false;
    if (!code)
        code = prepare_wait(input_waits);
    return true;
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
        if (member.buffered && core->buffered_input() == 0)
            member.buffered = false;
        if (member.buffered && core->has_fresh_input() && includes(member.interest, readiness::read))
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
[[gnu::noinline]] void wait_set::let_go_of_left() noexcept {
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

[[gnu::noinline]] void wait_set::report_buffered(wait_findings& findings) noexcept {
    members_.visit_due([&](member_place place) {
        if (members_[place].buffered && members_.core(place)->has_fresh_input())
            findings.report(place, true, false, false);
        return true;
    });
}

void wait_set::fill_result(bool ready_only) noexcept {
    for (member_place const place : ready_)
        members_.core(place)->state.store(members_[place].found, std::memory_order_relaxed);
    if (!ready_only && result_is_all_)
        return;
    result_is_all_ = !ready_only;
    if (next_result_.capacity() > result_.capacity()) {
        result_.swap(next_result_);
        std::vector<usocket*>().swap(next_result_);
    }
    result_.clear();
    if (!ready_only) {
        list_all();
        return;
    }
    for (member_place const place : ready_)
        list(place);
}

void wait_set::list(member_place place) noexcept {
    members_[place].listed = static_cast<std::uint32_t>(result_.size());
    push_reserved(result_, members_.identity(place).owner);
}

[[gnu::noinline]] void wait_set::list_all() noexcept {
    for (member_place place = 0; place < members_.size(); ++place) {
        if (members_.core(place) != nullptr)
            list(place);
    }
}

/// Takes in what was found; whether the wait ends with it.
bool wait_set::take_in(wait_clock const& clock, int found, int& unsettled_rounds) noexcept {
    wait_findings findings(members_, ready_);
    backend_->collect(findings, found);
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

/// Ends a wait, or what would have been one but for `code`. False: it is to go on.
bool wait_set::conclude(wait_clock const& clock, bool ready_only, int found, int& unsettled_rounds, result_code& code,
                        wait_result& result) noexcept {
    int const error = found < 0 ? backend_->error() : 0;
    std::lock_guard const guard(lock_);
    bool over = true;
    if (error != 0 && platform::is_interrupted(error)) {
        over = false;
    } else if (begin_result(); error != 0) {
        code = system_code(error);
    } else if (!code) {
        over = take_in(clock, found, unsettled_rounds);
        if (over) {
            fill_result(ready_only);
            result.sockets = result_;
        }
    }
    if (has_due_.load())
        let_go_of_left();
    // Last: from now on another thread may wait, which needs no lock for that.
    if (over)
        gate_.store(gate::idle, std::memory_order_release);
    return over;
}

} // namespace usocket::detail
