// SPDX-License-Identifier: MIT
#include "wait/wait_set.hpp"

#include <new>
#include <utility>

#include "conditions/raise.hpp"

// The members of a list, and what is told of them.

namespace usocket::detail {

/// A change of the members, under the lock. Outside of waits it keeps the next wait from beginning while it lasts.
class wait_set::change {
public:
    explicit change(wait_set& set) noexcept : set_(set), lock_(set.lock_) {
        if (set.is_inherited())
            set.separate();
        gate expected = gate::idle;
        outside_wait_ = set.gate_.compare_exchange_strong(expected, gate::changing);
    }
    change(change const&) = delete;
    change& operator=(change const&) = delete;
    ~change() {
        if (outside_wait_)
            set_.gate_.store(gate::idle, std::memory_order_release);
    }
    /// No wait is under way.
    [[nodiscard]] bool outside_wait() const noexcept { return outside_wait_; }
    /// The backend may be told now.
    [[nodiscard]] bool reaches_backend() const noexcept {
        return set_.backend_ != nullptr && (outside_wait_ || set_.backend_->changes_during_wait());
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
    if (backend_ == nullptr) {
        if (auto const code = open(); code)
            return code;
    }
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
    members_.identity(place) = {&core, core.owner};
    member.socket = in_use.handle();
    member.interest = interest;
    core.member_place = place;
    core.state.store(readiness::none, std::memory_order_relaxed);
    ++count_;
    result_is_all_ = false;
    if (core.buffered_input() != 0) {
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
    std::error_code const code = register_with_backend(place);
    // Input that was buffered before anybody was interested in it ends a wait now.
    if (!now.outside_wait() && member.buffered)
        nudge();
    return code;
}

void wait_set::detach(change const& now, member_place place) noexcept {
    wait_member& member = members_[place];
    socket_core& core = *std::exchange(members_.identity(place).core, nullptr);
    member.pending = member.buffered = member.foreign = false;
    --count_;
    result_is_all_ = false;
    if (member.registered && now.reaches_backend()) {
        backend_->remove(place);
        member.registered = false;
    }
    if (now.outside_wait()) {
        members_.unqueue(place);
        members_.give_back(place);
        review_due();
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
        if (members_.core(place) != nullptr)
            detach(now, place);
    }
}

void wait_set::moved(socket_core& core, usocket& object) noexcept {
    std::lock_guard const guard(lock_);
    usocket* const before = std::exchange(core.owner, &object);
    if (!contains(core))
        return;
    members_.identity(core.member_place).owner = &object;
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
    if (gate_.load() == gate::waiting && !is_inherited())
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

void wait_set::review_due() noexcept {
    has_due_.store(members_.has_due() || backend_ == nullptr || backend_->prepares());
}

void wait_set::nudge() noexcept {
    if (backend_ != nullptr && !std::exchange(nudged_, true))
        platform::raise_wake_handle(wake_);
}

void wait_set::wake() noexcept {
    if (is_inherited()) {
        std::lock_guard const guard(lock_);
        if (is_inherited())
            separate();
    }
    if (!woken_.exchange(true))
        platform::raise_wake_handle(wake_);
}

} // namespace usocket::detail
