// SPDX-License-Identifier: MIT
#include "resolve/lookup_pool.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <list>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>
#include <usocket/names.hpp>

#include "fake_resolver.hpp"
#include "limits/thread_waker.hpp"

namespace {

using namespace usocket;
using namespace std::chrono_literals;
using detail::lookup_pool;
using ::usocket::testing::eventually;
using ::usocket::testing::fake_resolver;
using ::usocket::testing::raised_by;

ip_address const here(192, 0, 2, 1);

lookup_pool& pool() { return lookup_pool::of_this_process(); }

/// Other bounds for the pool, for a time.
struct with_limits {
    explicit with_limits(detail::pool_limits const& limits) : before(pool().set_limits(limits)) {}
    with_limits(with_limits const&) = delete;
    with_limits& operator=(with_limits const&) = delete;
    ~with_limits() { pool().set_limits(before); }
    detail::pool_limits const before;
};

/// Uses up the workers that idle.
void let_idle_workers_end(fake_resolver& resolver) {
    with_limits const limits({.idle_workers = 0});
    resolver.add("any", {here});
    eventually([] {
        (void)get_host_by_name("any", {.timeout = 1h});
        return pool().counts().workers == 0;
    });
}

/// A lookup on a thread of its own, within a scope of its own.
class background_lookup {
public:
    explicit background_lookup(std::string const& name) : thread_([this, name] { run(name); }) {}
    background_lookup(background_lookup const&) = delete;
    background_lookup& operator=(background_lookup const&) = delete;
    ~background_lookup() {
        may_end_ = true;
        if (thread_.joinable())
            thread_.join();
    }

    void cancel() {
        eventually([&] { return scope_.load() != nullptr; });
        scope_.load()->cancel();
    }
    std::error_code join() {
        may_end_ = true;
        thread_.join();
        return error;
    }

    ip_address address{};
    std::error_code error{};

private:
    void run(std::string const& name) {
        cancel_scope scope;
        scope_ = &scope;
        address = get_host_by_name(name, {}, error);
        eventually([&] { return may_end_.load(); }); // the scope lives as long as it may be cancelled
    }

    std::atomic<cancel_scope*> scope_{nullptr};
    std::atomic<bool> may_end_{false};
    std::thread thread_;
};

TEST(lookup_pool, without_a_limit_no_worker_is_asked) {
    fake_resolver resolver;
    resolver.add("host", {here});
    resolver.refuse_threads();
    EXPECT_EQ(get_host_by_name("host"), here);
}

TEST(lookup_pool, a_limit_in_force_changes_no_answer) {
    fake_resolver resolver;
    resolver.add("host", {here});
    EXPECT_EQ(get_host_by_name("host", {.timeout = 1h}), here);
    cancel_scope const scope;
    EXPECT_EQ(get_host_by_name("host"), here);
    EXPECT_EQ(resolver.calls(), 2U);
}

TEST(lookup_pool, a_hung_lookup_ends_at_its_timeout) {
    fake_resolver resolver;
    resolver.hang("hung");
    auto const begin = std::chrono::steady_clock::now();
    auto const error = raised_by<timeout_error>([] { (void)get_host_by_name("hung", {.timeout = 20ms}); });
    auto const took = std::chrono::steady_clock::now() - begin;
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), errc::timeout);
    EXPECT_NE(error->code(), errc::deadline_timeout);
    EXPECT_GE(took, 20ms);
    EXPECT_LT(took, 60s);
    ASSERT_TRUE(error->elapsed());
    EXPECT_GE(*error->elapsed(), 20ms);
    EXPECT_LE(*error->elapsed(), took);
    EXPECT_EQ(error->info().host_or_ip, "hung");
}

TEST(lookup_pool, a_hung_lookup_ends_at_the_deadline_of_the_scope) {
    fake_resolver resolver;
    resolver.hang("hung");
    resolver.hang("192.0.2.1");
    cancel_scope const scope(20ms);
    EXPECT_THROW((void)get_host_by_name("hung", {.timeout = 1h}), deadline_timeout_error);
    std::error_code ec;
    EXPECT_EQ(get_host_by_address(here, {}, ec), "");
    EXPECT_EQ(ec, errc::deadline_timeout);
}

TEST(lookup_pool, a_passed_limit_asks_nothing) {
    fake_resolver resolver;
    resolver.add("host", {here});
    EXPECT_THROW((void)get_host_by_name("host", {.timeout = 0s}), timeout_error);
    EXPECT_THROW((void)get_host_by_name("host", {.timeout = -1s}), timeout_error);
    {
        cancel_scope const scope(0s);
        EXPECT_THROW((void)get_host_by_name("host"), deadline_timeout_error);
    }
    cancel_scope scope;
    scope.cancel();
    EXPECT_THROW((void)get_host_by_name("host"), interrupted_condition);
    EXPECT_EQ(resolver.calls(), 0U);
}

TEST(lookup_pool, a_hung_lookup_is_cancelled_from_another_thread) {
    fake_resolver resolver;
    resolver.hang("hung");
    cancel_scope scope;
    std::thread canceller([&] {
        resolver.wait_for_calls(1);
        scope.cancel();
    });
    EXPECT_THROW((void)get_host_by_name("hung"), interrupted_condition);
    canceller.join();
}

TEST(lookup_pool, a_deadline_that_is_moved_holds_for_the_lookup_under_way) {
    fake_resolver resolver;
    resolver.hang("hung");
    cancel_scope scope(1h);
    std::thread mover([&] {
        resolver.wait_for_calls(1);
        scope.set_deadline(std::chrono::steady_clock::now());
    });
    EXPECT_THROW((void)get_host_by_name("hung"), deadline_timeout_error);
    mover.join();
}

TEST(lookup_pool, equal_lookups_share_one_call) {
    fake_resolver resolver;
    resolver.add("host", {here});
    resolver.hang("host");
    std::list<background_lookup> lookups;
    for (int i = 0; i != 20; ++i)
        lookups.emplace_back("host");
    eventually([] { return pool().counts().waiters == 20; });
    eventually([] { return pool().counts().running == 1; });
    resolver.release();
    for (auto& lookup : lookups) {
        EXPECT_FALSE(lookup.join());
        EXPECT_EQ(lookup.address, here);
    }
    EXPECT_EQ(resolver.calls(), 1U);
}

TEST(lookup_pool, other_names_and_families_are_other_calls) {
    fake_resolver resolver;
    resolver.hang("host");
    resolver.hang("other");
    std::vector<std::thread> threads;
    auto const look_up = [&](char const* name, bool only_v6) {
        threads.emplace_back([=] {
            std::error_code ec;
            (void)get_host_by_name(name, {.ipv6_only = only_v6, .timeout = 1h}, ec);
        });
    };
    look_up("host", false);
    look_up("host", true);
    look_up("other", false);
    resolver.wait_for_calls(3);
    eventually([] { return pool().counts().running == 3; });
    resolver.release();
    for (auto& thread : threads)
        thread.join();
}

TEST(lookup_pool, who_leaves_a_shared_call_takes_nothing_from_the_others) {
    fake_resolver resolver;
    resolver.add("host", {here});
    resolver.hang("host");
    background_lookup first("host");
    background_lookup second("host");
    background_lookup third("host");
    eventually([] { return pool().counts().waiters == 3; });
    second.cancel();
    EXPECT_EQ(second.join(), errc::interrupted);
    EXPECT_EQ(pool().counts().waiters, 2U);
    resolver.release();
    EXPECT_FALSE(first.join());
    EXPECT_FALSE(third.join());
    EXPECT_EQ(first.address, here);
    EXPECT_EQ(third.address, here);
}

TEST(lookup_pool, a_call_that_hangs_for_long_is_not_joined) {
    fake_resolver resolver;
    with_limits const limits({.share_time = 0s});
    resolver.hang("hung");
    background_lookup first("hung");
    resolver.wait_for_calls(1);
    background_lookup second("hung");
    resolver.wait_for_calls(2);
    first.cancel();
    second.cancel();
    EXPECT_EQ(first.join(), errc::interrupted);
    EXPECT_EQ(second.join(), errc::interrupted);
}

TEST(lookup_pool, an_abandoned_call_ends_by_itself) {
    fake_resolver resolver;
    resolver.add("hung", {here});
    resolver.hang("hung");
    background_lookup first("hung");
    resolver.wait_for_calls(1);
    first.cancel();
    EXPECT_EQ(first.join(), errc::interrupted);
    for (int i = 0; i != 50; ++i) {
        std::error_code ec;
        (void)get_host_by_name("hung", {.timeout = 100us}, ec);
        EXPECT_EQ(ec, errc::timeout);
    }
    std::thread([] { // whose waker is gone before the answer comes
        std::error_code ec;
        (void)get_host_by_name("hung", {.timeout = 1ms}, ec);
        EXPECT_EQ(ec, errc::timeout);
    })
        .join();
    EXPECT_EQ(pool().counts().waiters, 0U);
    resolver.release();
    eventually([] { return pool().counts().running == 0; });
    EXPECT_EQ(resolver.calls(), 1U);
    EXPECT_EQ(get_host_by_name("hung", {.timeout = 1h}), here);
}

TEST(lookup_pool, answers_race_with_timeouts_and_cancellations) {
    fake_resolver resolver;
    for (int i = 0; i != 8; ++i)
        resolver.add("host" + std::to_string(i), {here});
    std::vector<std::thread> threads;
    for (int t = 0; t != 8; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i != 200; ++i) {
                std::error_code ec;
                auto const timeout = std::chrono::microseconds((i * 7 + t * 13) % 200);
                auto const address = get_host_by_name("host" + std::to_string(i % 8), {.timeout = timeout}, ec);
                EXPECT_TRUE(ec ? ec == errc::timeout : address == here) << ec.message();
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(pool().counts().waiters, 0U);
}

TEST(lookup_pool, a_hundred_hung_names_take_a_bounded_number_of_threads) {
    constexpr std::size_t crowd = 100;
    fake_resolver resolver;
    resolver.add("healthy", {here});
    std::list<background_lookup> lookups;
    for (std::size_t i = 0; i != crowd; ++i) {
        auto const name = "hung" + std::to_string(i);
        resolver.hang(name);
        lookups.emplace_back(name);
    }
    eventually([] { return pool().counts().waiters == crowd; });
    resolver.wait_for_calls(32);
    auto const busy = pool().counts();
    EXPECT_EQ(busy.workers, 32U);
    EXPECT_EQ(busy.running, 32U);
    EXPECT_EQ(busy.queued, crowd - 32);

    for (auto& lookup : lookups)
        lookup.cancel();
    for (auto& lookup : lookups)
        EXPECT_EQ(lookup.join(), errc::interrupted);
    EXPECT_EQ(pool().counts().queued, 0U) << "nobody waits for them any more";

    background_lookup healthy("healthy");
    eventually([] { return pool().counts().queued == 1; });
    resolver.release();
    EXPECT_FALSE(healthy.join());
    EXPECT_EQ(healthy.address, here);
    EXPECT_EQ(resolver.calls(), 33U);
    eventually([] { return pool().counts().workers <= 4; });
}

TEST(lookup_pool, queued_lookups_are_answered_when_workers_come_free) {
    fake_resolver resolver;
    with_limits const limits({.workers = 2});
    eventually([] { return pool().counts().running == 0; });
    std::list<background_lookup> lookups;
    for (int i = 0; i != 20; ++i) {
        auto const name = "host" + std::to_string(i);
        resolver.add(name, {here});
        resolver.hang(name);
        lookups.emplace_back(name);
    }
    eventually([] { return pool().counts().waiters == 20; });
    resolver.release();
    for (auto& lookup : lookups) {
        EXPECT_FALSE(lookup.join());
        EXPECT_EQ(lookup.address, here);
    }
}

TEST(lookup_pool, an_idle_worker_is_used_again_and_ends_in_time) {
    fake_resolver resolver;
    let_idle_workers_end(resolver);
    resolver.add("host", {here});
    EXPECT_EQ(get_host_by_name("host", {.timeout = 1h}), here);
    eventually([] { return pool().counts().idle == 1; });
    with_limits const limits({.idle_time = 0s});
    EXPECT_EQ(get_host_by_name("host", {.timeout = 1h}), here);
    eventually([] { return pool().counts().workers == 0; });
}

TEST(lookup_pool, no_thread_to_be_had_is_an_error) {
    fake_resolver resolver;
    let_idle_workers_end(resolver);
    resolver.add("host", {here});
    resolver.refuse_threads();
    std::error_code ec;
    EXPECT_EQ(get_host_by_name("host", {.timeout = 1h}, ec), ip_address());
    EXPECT_EQ(ec, std::errc::resource_unavailable_try_again);
    auto const counts = pool().counts();
    EXPECT_EQ(counts.queued + counts.running + counts.workers + counts.waiters, 0U);
    EXPECT_THROW((void)get_host_by_name("host", {.timeout = 1h}), socket_error);
}

TEST(lookup_pool, no_further_thread_to_be_had_means_queueing) {
    fake_resolver resolver;
    let_idle_workers_end(resolver);
    resolver.add("host", {here});
    resolver.hang("hung");
    background_lookup hung("hung");
    eventually([] { return pool().counts().running == 1; });
    resolver.refuse_threads();
    background_lookup lookup("host");
    eventually([] { return pool().counts().waiters == 2; });
    EXPECT_EQ(pool().counts().queued, 1U);
    resolver.release();
    EXPECT_FALSE(lookup.join());
    EXPECT_EQ(lookup.address, here);
    EXPECT_EQ(hung.join(), errc::ns_host_not_found) << "a name without addresses";
}

// ---- processes ----

TEST(lookup_pool_death_test, a_process_ends_while_a_call_hangs) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto const hang_and_exit = [] {
        static fake_resolver& resolver = *new fake_resolver; // no destructor that waits for the hung call
        resolver.hang("hung");
        resolver.add("host", {here});
        std::error_code ec;
        (void)get_host_by_name("host", {.timeout = 1h}); // leaves an idle worker behind
        (void)get_host_by_name("hung", {.timeout = 10ms}, ec);
        std::exit(ec == errc::timeout ? 0 : 1);
    };
    EXPECT_EXIT(hang_and_exit(), ::testing::ExitedWithCode(0), "");
}

bool is_thread_sanitized() {
#if defined(__SANITIZE_THREAD__)
    return true;
#elif defined(__has_feature)
    return __has_feature(thread_sanitizer);
#else
    return false;
#endif
}

TEST(lookup_pool, a_forked_child_has_a_pool_and_a_waker_of_its_own) {
    if (is_thread_sanitized())
        GTEST_SKIP() << "the thread sanitizer does not allow new threads after a fork";
    fake_resolver resolver;
    resolver.add("host", {here});
    EXPECT_EQ(get_host_by_name("host", {.timeout = 1h}), here); // a worker idles here, but not in the child
    eventually([] { return pool().counts().idle != 0; });
    auto const& before = pool();
    auto& waker = detail::thread_waker::of_this_thread();
    waker.clear();
    auto const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        std::error_code ec;
        bool const found = get_host_by_name("host", {.timeout = 60s}, ec) == here;
        waker.wake();
        ::_exit(found && !ec && &pool() != &before ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(&pool(), &before);
    std::array<platform::poll_entry, 1> entries{{{.socket = waker.handle(), .want_read = true}}};
    std::size_t ready = 0;
    ASSERT_EQ(platform::poll(entries, 0ns, ready), 0);
    EXPECT_EQ(ready, 0U) << "the child woke its parent";
}

} // namespace
