// SPDX-License-Identifier: MIT
#include "resolve/lookup_pool.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <new>
#include <utility>

#include "conditions/raise.hpp"
#include "limits/thread_waker.hpp"
#include "platform/platform.hpp"
#include "resolve/testing.hpp"

namespace usocket::detail {

namespace {

constinit std::atomic<lookup_pool*> latest_pool{nullptr};

/// Nothing may leave a worker: what goes wrong is the answer.
answer answer_of(question const& asked) noexcept {
    try {
        return ask_system(asked);
    } catch (std::exception const&) {
        return {.error = make_code(errc::out_of_memory)};
    }
}

} // namespace

/// A thread that waits, on its own stack; linked while the pool's lock is held.
struct lookup_pool::waiter {
    thread_waker* waker = nullptr;
    waiter* next = nullptr;
};

/// A question on its way to an answer. Owned by all who wait for it and by the worker that sees to it.
struct lookup_pool::lookup {
    enum class phase : std::uint8_t { queued, running, done };

    explicit lookup(question to_ask) noexcept : asked(std::move(to_ask)) {}

    question const asked;
    answer result{}; ///< Never changes once done.
    phase state = phase::queued;
    time_point started{};
    waiter* waiters = nullptr;
};

lookup_pool& lookup_pool::of_this_process() {
    auto const generation = platform::fork_generation();
    auto* pool = latest_pool.load(std::memory_order_acquire);
    while (pool == nullptr || pool->fork_generation_ != generation) {
        auto fresh = std::make_unique<lookup_pool>(generation, pool);
        if (latest_pool.compare_exchange_strong(pool, fresh.get(), std::memory_order_acq_rel))
            return *fresh.release();
    }
    return *pool;
}

answer lookup_pool::ask(question asked, limit const& in_force) {
    if (auto const code = in_force.expired(); code)
        return {.error = code};
    auto& waker = thread_waker::of_this_thread();
    if (int const error = waker.open(); error != 0)
        return {.error = system_code(error)};

    std::unique_lock lock(mutex_);
    auto job = find_shared(asked);
    if (!job) {
        job = std::make_shared<lookup>(std::move(asked));
        if (auto const code = add(job); code)
            return {.error = code};
    }
    waiter self{.waker = &waker, .next = job->waiters};
    job->waiters = &self;
    std::error_code code;
    while (job->state != lookup::phase::done && !code) {
        lock.unlock();
        code = in_force.wait({}, true);
        lock.lock();
    }
    leave(job, self);
    bool const is_done = job->state == lookup::phase::done;
    lock.unlock();
    return is_done ? job->result : answer{.error = code};
}

lookup_pool::lookup_pointer lookup_pool::find_shared(question const& asked) const {
    auto const may_be_joined = [&](lookup_pointer const& job) {
        return job->asked == asked && (job->state == lookup::phase::queued ||
                                       std::chrono::steady_clock::now() - job->started < limits_.share_time);
    };
    auto const found = std::ranges::find_if(lookups_, may_be_joined);
    return found == lookups_.end() ? nullptr : *found;
}

std::error_code lookup_pool::add(lookup_pointer const& job) {
    lookups_.push_back(job);
    ++queued_;
    if (queued_ <= idle_ + starting_) {
        job_added_.notify_one();
        return {};
    }
    if (workers_ >= limits_.workers)
        return {};
    std::error_code code;
    try {
        start_worker();
    } catch (std::system_error const& error) {
        code = error.code();
    } catch (std::bad_alloc const&) {
        code = make_code(errc::out_of_memory);
    }
    if (!code || workers_ != 0) // a worker that is there takes it up in time
        return {};
    lookups_.pop_back();
    --queued_;
    return code;
}

void lookup_pool::start_worker() {
    ++workers_;
    ++starting_;
    try {
        calls_of_resolver().start_thread(run, this);
    } catch (...) {
        --workers_;
        --starting_;
        throw;
    }
}

void lookup_pool::leave(lookup_pointer const& job, waiter& self) noexcept {
    auto** link = &job->waiters;
    while (*link != &self)
        link = &(*link)->next;
    *link = self.next;
    if (job->waiters == nullptr && job->state == lookup::phase::queued) {
        lookups_.remove(job);
        --queued_;
    }
}

void lookup_pool::run(void* self) noexcept { static_cast<lookup_pool*>(self)->work(); }

void lookup_pool::work() noexcept {
    std::unique_lock lock(mutex_);
    --starting_;
    while (auto const job = next_job(lock)) {
        lock.unlock();
        auto result = answer_of(job->asked);
        lock.lock();
        job->result = std::move(result);
        job->state = lookup::phase::done;
        lookups_.remove(job);
        // Under the lock: a waiter unlinks itself before it goes, so whoever is linked is there to be woken.
        for (auto const* waiting = job->waiters; waiting != nullptr; waiting = waiting->next)
            waiting->waker->wake();
    }
    --workers_;
}

lookup_pool::lookup_pointer lookup_pool::next_job(std::unique_lock<std::mutex>& lock) {
    if (queued_ == 0) {
        if (idle_ >= limits_.idle_workers)
            return nullptr;
        ++idle_;
        bool const is_needed = job_added_.wait_for(lock, limits_.idle_time, [this] { return queued_ != 0; });
        --idle_;
        if (!is_needed)
            return nullptr;
    }
    auto const next =
        *std::ranges::find_if(lookups_, [](lookup_pointer const& job) { return job->state == lookup::phase::queued; });
    --queued_;
    next->state = lookup::phase::running;
    next->started = std::chrono::steady_clock::now();
    return next;
}

lookup_pool::counts_type lookup_pool::counts() {
    std::lock_guard const lock(mutex_);
    counts_type counts{
        .workers = workers_, .idle = idle_, .queued = queued_, .running = lookups_.size() - queued_, .waiters = 0};
    for (auto const& job : lookups_) {
        for (auto const* waiting = job->waiters; waiting != nullptr; waiting = waiting->next)
            ++counts.waiters;
    }
    return counts;
}

pool_limits lookup_pool::set_limits(pool_limits const& limits) {
    std::lock_guard const lock(mutex_);
    return std::exchange(limits_, limits);
}

} // namespace usocket::detail
