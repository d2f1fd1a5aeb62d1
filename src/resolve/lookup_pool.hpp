// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <system_error>

#include <usocket/time_limit.hpp>

#include "limits/limit.hpp"
#include "resolve/lookup.hpp"

namespace usocket::detail {

/// The bounds of a pool.
struct pool_limits {
    std::size_t workers = 32;            ///< At most; further lookups queue.
    std::size_t idle_workers = 4;        ///< Kept for the next lookup.
    std::chrono::seconds idle_time{10};  ///< How long one is kept.
    std::chrono::seconds share_time{10}; ///< How long a call under way is joined by equal lookups.
};

/// Worker threads that make resolver calls for callers who may leave before the call returns.
///
/// A worker is started when a lookup finds none free, so hung calls delay nobody until all `workers` hang; from then on
/// lookups queue until one returns. A call cannot be cancelled: who runs out of time leaves it to its worker, which
/// drops the answer when it comes. A lookup that is still queued when its last waiter leaves is not made at all.
///
/// Equal lookups share one call, so that a crowd of callers is one question to the name server; but not one that has
/// been under way for `share_time`, for it may never return while a fresh one would.
///
/// Pools are never destroyed and workers never joined: a process may end while a call hangs, and then neither waits for
/// the other, nor does a worker find anything gone that it still uses.
class lookup_pool {
public:
    /// The pool of this process. After a fork the child has its own: the parent's workers are not there.
    [[nodiscard]] static lookup_pool& of_this_process();

    explicit lookup_pool(std::uint32_t fork_generation, lookup_pool* of_parent) noexcept
        : fork_generation_(fork_generation), of_parent_(of_parent) {}
    lookup_pool(lookup_pool const&) = delete;
    lookup_pool& operator=(lookup_pool const&) = delete;

    /// Waits for the answer within the limit. No thread to be had and none at work: the system's code.
    [[nodiscard]] answer ask(question asked, limit const& in_force);

    struct counts_type {
        std::size_t workers = 0; ///< Threads, idle ones included.
        std::size_t idle = 0;
        std::size_t queued = 0;  ///< Lookups that no worker has taken up yet.
        std::size_t running = 0; ///< Calls under way.
        std::size_t waiters = 0; ///< Threads that wait for an answer.
    };
    [[nodiscard]] counts_type counts();
    /// Returns what they were.
    pool_limits set_limits(pool_limits const& limits);

private:
    struct waiter;
    struct lookup;
    using lookup_pointer = std::shared_ptr<lookup>;

    [[nodiscard]] lookup_pointer find_shared(question const& asked) const;
    [[nodiscard]] std::error_code add(lookup_pointer const& job);
    void start_worker();
    void leave(lookup_pointer const& job, waiter& self) noexcept;

    static void run(void* self) noexcept;
    void work() noexcept;
    [[nodiscard]] lookup_pointer next_job(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable job_added_;
    pool_limits limits_{};
    std::list<lookup_pointer> lookups_{}; ///< Under way or queued, in order of arrival.
    std::size_t queued_ = 0;
    std::size_t workers_ = 0;
    std::size_t idle_ = 0;
    std::size_t starting_ = 0; ///< Workers that have not yet looked for a job.
    std::uint32_t const fork_generation_;
    [[maybe_unused]] lookup_pool* const of_parent_; ///< Only so that leak checkers find it.
};

} // namespace usocket::detail
