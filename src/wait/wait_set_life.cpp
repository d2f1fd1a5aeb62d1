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

std::error_code wait_set::open(backend_entry const& entry) {
    if (int const error = platform::open_wake_handle(wake_); error != 0)
        return system_code(error);
    backend_ = entry.make(members_);
    kind_ = entry.which;
    return backend_->open(wake_.watched);
}

void wait_set::shut() noexcept {
    assert(gate_.load() != gate::waiting && "a list is destroyed while a thread waits on it");
    clear();
    std::lock_guard const guard(lock_);
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
    try {
        code = set != nullptr ? set->open(entry) : make_code(errc::out_of_memory);
    } catch (std::bad_alloc const&) {
        code = make_code(errc::out_of_memory);
    }
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
