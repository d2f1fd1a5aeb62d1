// SPDX-License-Identifier: MIT
#include "wait/wait_set.hpp"

#include <cassert>
#include <new>
#include <utility>

#include "conditions/raise.hpp"

namespace usocket::detail {

/// A change of the members, under the lock. Outside of waits it keeps the next wait from beginning while it lasts.
class wait_set::change {
public:
    explicit change(wait_set& set) noexcept : set_(set), lock_(set.lock_) {
        gate expected = gate::idle;
        outside_wait_ = set.gate_.compare_exchange_strong(expected, gate::changing);
    }
    change(change const&) = delete;
    change& operator=(change const&) = delete;
    ~change() {
        if (outside_wait_)
            set_.gate_.store(gate::idle);
    }
    /// No wait is under way.
    [[nodiscard]] bool outside_wait() const noexcept { return outside_wait_; }
    /// The backend may be told now.
    [[nodiscard]] bool reaches_backend() const noexcept {
        return outside_wait_ || set_.backend_->changes_during_wait();
    }

private:
    wait_set& set_;
    std::lock_guard<std::mutex> lock_;
    bool outside_wait_;
};

std::size_t wait_set::size() const noexcept {
    std::lock_guard const guard(lock_);
    return count_;
}

// ---- members ------------------------------------------------------------------------------------------------------

void wait_set::reserve_one() {
    std::size_t const most = count_ + 1;
    members_.reserve_one();
    reserve_for(ready_, most);
    // The result of the last wait must not move: the caller may be walking it.
    if (result_.capacity() < most)
        reserve_for(next_result_, most);
}

std::error_code wait_set::add(socket_core& core, readiness interest) noexcept {
    socket_core::use const in_use(core);
    if (!in_use)
        return make_code(errc::invalid_socket);
    change const now(*this);
    wait_membership* list = core.membership.load(std::memory_order_acquire);
    if (list == this)
        return set_interest(now, core.member_place, interest);
    if (list != nullptr)
        return make_code(errc::invalid_argument);
    if (auto const code = backend_->refuses(in_use.handle()); code)
        return code;
    try {
        reserve_one();
    } catch (std::bad_alloc const&) {
        return make_code(errc::out_of_memory);
    }
    if (!core.membership.compare_exchange_strong(list, this))
        return make_code(errc::invalid_argument); // another list was faster

    member_place const place = members_.take();
    wait_member& member = members_[place];
    member.core = &core;
    member.socket = in_use.handle();
    member.interest = interest;
    core.member_place = place;
    core.state.store(readiness::none, std::memory_order_relaxed);
    ++count_;
    result_is_all_ = false;
    if (core.stream && core.stream->buffered_input() != 0) {
        member.buffered = true;
        make_due(place);
    }
    std::error_code code = tell_backend(now, place);
    // A thread that closes the socket marks it closed and then looks for its list. This passes through the same mark,
    // so that either the other thread sees the list or the mark is seen here.
    {
        socket_core::use const pass(core);
    }
    if (!code && !core.is_open())
        code = make_code(errc::invalid_socket);
    if (code)
        detach(now, place);
    return code;
}

std::error_code wait_set::set_interest(change const& now, member_place place, readiness interest) noexcept {
    wait_member& member = members_[place];
    readiness const before = std::exchange(member.interest, interest);
    if (before == interest)
        return {};
    std::error_code const code = tell_backend(now, place);
    if (code)
        member.interest = before;
    return code;
}

std::error_code wait_set::tell_backend(change const& now, member_place place) noexcept {
    wait_member& member = members_[place];
    if (!now.reaches_backend()) {
        member.pending = true;
        make_due(place);
        nudge();
        return {};
    }
    std::error_code const code = member.registered ? backend_->change(place) : backend_->add(place);
    if (!code) {
        member.registered = true;
        member.pending = false;
    }
    // Input that was buffered before anybody was interested in it ends a wait now.
    if (!now.outside_wait() && member.buffered)
        nudge();
    return code;
}

void wait_set::detach(change const& now, member_place place) noexcept {
    wait_member& member = members_[place];
    socket_core& core = *std::exchange(member.core, nullptr);
    member.pending = member.buffered = member.foreign = false;
    --count_;
    result_is_all_ = false;
    if (member.registered && now.reaches_backend()) {
        backend_->remove(place);
        member.registered = false;
    }
    if (now.outside_wait()) {
        members_.unqueue(place);
        has_due_.store(members_.first_due() != no_place);
        members_.give_back(place);
    } else {
        // What the wait under way finds for this place must not be taken for another member's.
        make_due(place);
        if (member.registered)
            nudge();
    }
    // Last: from now on the core may be gone.
    core.membership.store(nullptr, std::memory_order_release);
}

void wait_set::leave(socket_core& core) noexcept {
    change const now(*this);
    if (contains(core))
        detach(now, core.member_place);
}

void wait_set::clear() noexcept {
    change const now(*this);
    for (member_place place = 0; place < members_.size(); ++place) {
        if (members_[place].core != nullptr)
            detach(now, place);
    }
}

void wait_set::moved(socket_core& core, usocket& object) noexcept {
    std::lock_guard const guard(lock_);
    usocket* const before = std::exchange(core.owner, &object);
    if (!contains(core))
        return;
    std::uint32_t const listed = members_[core.member_place].listed;
    if (listed < result_.size() && result_[listed] == before)
        result_[listed] = &object;
}

void wait_set::input_buffered(socket_core& core) noexcept {
    std::lock_guard const guard(lock_);
    if (!contains(core))
        return;
    members_[core.member_place].buffered = true;
    make_due(core.member_place);
    if (gate_.load() == gate::waiting)
        nudge();
}

void wait_set::state_set(socket_core& core) noexcept {
    std::lock_guard const guard(lock_);
    if (!contains(core))
        return;
    members_[core.member_place].foreign = true;
    make_due(core.member_place);
}

void wait_set::make_due(member_place place) noexcept {
    members_.queue(place);
    has_due_.store(true);
}

void wait_set::nudge() noexcept {
    if (!std::exchange(nudged_, true))
        platform::raise_wake_handle(wake_);
}

void wait_set::wake() noexcept {
    if (!woken_.exchange(true))
        platform::raise_wake_handle(wake_);
}

// ---- waiting ------------------------------------------------------------------------------------------------------

std::error_code wait_set::enter_wait(bool& input_waits) noexcept {
    input_waits = false;
    gate expected = gate::idle;
    bool const entered = gate_.compare_exchange_strong(expected, gate::waiting);
    assert(expected != gate::waiting && "two threads wait on one list");
    // After the gate, in this order: who makes a member due afterwards sees that a wait is under way.
    if (entered && !has_due_.load())
        return {};
    std::lock_guard const guard(lock_);
    gate_.store(gate::waiting);
    return look_after_due(input_waits);
}

std::error_code wait_set::look_after_due(bool& input_waits) noexcept {
    for (member_place place = members_.first_due(); place != no_place;) {
        wait_member& member = members_[place];
        member_place const following = member.next;
        if (member.core == nullptr) {
            if (member.registered)
                backend_->remove(place);
            members_.unqueue(place);
            members_.give_back(place);
            place = following;
            continue;
        }
        if (member.pending) {
            if (auto const code = member.registered ? backend_->change(place) : backend_->add(place); code)
                return code;
            member.registered = true;
            member.pending = false;
        }
        if (member.foreign)
            member.core->state.store(readiness::none, std::memory_order_relaxed);
        member.foreign = false;
        if (member.buffered && member.core->stream->buffered_input() == 0)
            member.buffered = false;
        if (member.buffered && member.core->stream->has_fresh_input() && includes(member.interest, readiness::read))
            input_waits = true;
        if (!member.buffered)
            members_.unqueue(place);
        place = following;
    }
    has_due_.store(members_.first_due() != no_place);
    return {};
}

void wait_set::begin_result() noexcept {
    for (member_place const place : ready_) {
        wait_member& member = members_[place];
        member.found = readiness::none;
        if (member.core != nullptr)
            member.core->state.store(readiness::none, std::memory_order_relaxed);
    }
    ready_.clear();
}

void wait_set::report_buffered(wait_findings& findings) noexcept {
    for (member_place place = members_.first_due(); place != no_place; place = members_[place].next) {
        wait_member const& member = members_[place];
        if (member.buffered && member.core->stream->has_fresh_input())
            findings.report(place, true, false, false);
    }
}

void wait_set::fill_result(bool ready_only) noexcept {
    for (member_place const place : ready_)
        members_[place].core->state.store(members_[place].found, std::memory_order_relaxed);
    if (!ready_only && result_is_all_)
        return;
    if (next_result_.capacity() > result_.capacity()) {
        result_.swap(next_result_);
        std::vector<usocket*>().swap(next_result_);
    }
    result_.clear();
    auto const list = [this](wait_member& member) {
        member.listed = static_cast<std::uint32_t>(result_.size());
        result_.push_back(member.core->owner);
    };
    if (ready_only) {
        for (member_place const place : ready_)
            list(members_[place]);
    } else {
        for (member_place place = 0; place < members_.size(); ++place) {
            if (members_[place].core != nullptr)
                list(members_[place]);
        }
    }
    result_is_all_ = !ready_only;
}

void wait_set::fail_wait() noexcept {
    std::lock_guard const guard(lock_);
    gate_.store(gate::idle);
    begin_result();
}

std::error_code wait_set::wait(wait_clock& clock, bool ready_only, wait_result& result) noexcept {
    for (;;) {
        if (auto const code = clock.refused(); code) {
            fail_wait();
            return code;
        }
        bool input_waits = false;
        if (auto const code = enter_wait(input_waits); code) {
            fail_wait();
            return code;
        }
        auto const timeout = input_waits ? std::chrono::nanoseconds::zero() : clock.left();
        int const error = backend_->wait(timeout, clock.alarm());
        if (platform::is_interrupted(error)) {
            std::lock_guard const guard(lock_);
            gate_.store(gate::idle);
            continue;
        }
        if (error != 0) {
            fail_wait();
            return system_code(error);
        }

        std::lock_guard const guard(lock_);
        gate_.store(gate::idle);
        begin_result();
        wait_findings findings(members_, ready_);
        backend_->collect(findings);
        if (has_due_.load())
            report_buffered(findings);
        if (findings.alarmed)
            clock.clear_alarm();
        bool ended = false;
        if (findings.woken) {
            platform::clear_wake_handle(wake_);
            nudged_ = false;
            ended = woken_.exchange(false);
        }
        if (ended || !ready_.empty() || clock.expired()) {
            fill_result(ready_only);
            result.sockets = result_;
            return {};
        }
    }
}

} // namespace usocket::detail
