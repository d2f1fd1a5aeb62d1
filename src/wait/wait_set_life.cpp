// SPDX-License-Identifier: MIT
#include <cassert>
#include <new>
#include <utility>

#include "conditions/raise.hpp"
#include "wait/wait_set.hpp"

namespace usocket::detail {

namespace {

std::mutex unused_lock;
wait_set* unused_sets = nullptr;

} // namespace

std::error_code wait_set::open() noexcept {
    if (int const error = platform::open_wake_handle(wake_); error != 0)
        return system_code(error);
    std::error_code code;
    try {
        backend_ = entry_->make(members_);
        code = backend_->open(wake_.watched);
    } catch (std::bad_alloc const&) {
        code = make_code(errc::out_of_memory);
    }
    if (code) {
        backend_.reset();
        platform::close_wake_handle(wake_);
        return code;
    }
    if (woken_.load()) // while there was no handle to raise
        platform::raise_wake_handle(wake_);
    review_due();
    return {};
}

void wait_set::separate() noexcept {
    backend_.reset();
    platform::close_wake_handle(wake_);
    nudged_ = false;
    gate_.store(gate::idle); // a thread that waited is not in this process
    for (member_place place = 0; place < members_.size(); ++place) {
        wait_member& member = members_[place];
        member.registered = member.marked = false;
        member.pending = members_.core(place) != nullptr;
        if (member.pending)
            members_.queue(place);
    }
    review_due();
    // Last: until now others ask for the lock.
    generation_.store(platform::fork_generation(), std::memory_order_release);
}

void wait_set::shut() noexcept {
    assert((is_inherited() || gate_.load() != gate::waiting) && "a list is destroyed while a thread waits on it");
    clear();
    std::lock_guard const guard(lock_);
    entry_ = nullptr;
    backend_.reset();
    platform::close_wake_handle(wake_);
    members_ = {};
    ready_ = {};
    result_ = {};
    next_result_ = {};
    result_is_all_ = nudged_ = false;
    woken_.store(false);
}

wait_set* wait_set::acquire(backend_entry const& entry, std::error_code& code) noexcept {
    wait_set* set = nullptr;
    {
        std::lock_guard const guard(unused_lock);
        if (unused_sets != nullptr)
            set = std::exchange(unused_sets, unused_sets->next_unused_);
    }
    if (set == nullptr)
        set = new (std::nothrow) wait_set;
    if (set == nullptr) {
        code = make_code(errc::out_of_memory);
        return nullptr;
    }
    set->entry_ = &entry;
    set->generation_.store(platform::fork_generation(), std::memory_order_release);
    code = set->open();
    if (code)
        release(std::exchange(set, nullptr));
    return set;
}

void wait_set::release(wait_set* set) noexcept {
    if (set == nullptr)
        return;
    set->shut();
    std::lock_guard const guard(unused_lock);
    set->next_unused_ = unused_sets;
    unused_sets = set;
}

} // namespace usocket::detail
