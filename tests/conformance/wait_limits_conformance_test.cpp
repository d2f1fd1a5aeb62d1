// SPDX-License-Identifier: MIT
//
// How long a wait lasts, and what ends it: the same on every backend.
#include <usocket/wait.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>
#include <usocket/local.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"
#include "support/pairs.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

class wait_limits_conformance : public wait_test {};

TEST_P(wait_limits_conformance, a_timeout_never_ends_early) {
    auto [near, far] = connected_pair();
    auto list = make_list({&near});
    for (auto const timeout : {1ns, 999ns, 1000ns, 1500ns, 100'000ns, 999'999ns, 1'000'001ns, 3'500'000ns}) {
        for (int round = 0; round < 5; ++round) {
            auto const start = clock::now();
            auto const result = wait_for_input(list, {.timeout = timeout, .ready_only = true});
            EXPECT_GE(clock::now() - start, timeout);
            EXPECT_TRUE(result.sockets.empty());
            EXPECT_FALSE(result.remaining);
        }
    }
}

TEST_P(wait_limits_conformance, a_timeout_below_a_millisecond_is_not_made_one) {
    if (!waits_below_a_millisecond)
        GTEST_SKIP() << "waits are in milliseconds here";
    auto [near, far] = connected_pair();
    auto list = make_list({&near});
    auto shortest = clock::duration::max();
    for (int round = 0; round < 500 && shortest >= 1ms; ++round) { // a busy system lets most last longer
        auto const start = clock::now();
        static_cast<void>(wait_for_input(list, {.timeout = 100us}));
        shortest = std::min<clock::duration>(shortest, clock::now() - start);
    }
    EXPECT_LT(shortest, 1ms);
}

TEST_P(wait_limits_conformance, a_timeout_leaves_all_states_empty) {
    auto [near, far] = connected_pair();
    auto list = make_list({&near});
    socket_send(far, "x");
    EXPECT_EQ(wait_for_input(list).remaining, std::nullopt);
    EXPECT_EQ(near.state(), readiness::read);
    remove_waiter(list, near);
    add_waiter(list, near, readiness::none);
    auto const result = wait_for_input(list, {.timeout = 1ms});
    ASSERT_EQ(result.sockets.size(), 1U);
    EXPECT_EQ(near.state(), readiness::none);
    EXPECT_FALSE(result.remaining);
}

TEST_P(wait_limits_conformance, remaining_is_what_is_left) {
    auto [near, far] = connected_pair();
    auto list = make_list({&near});
    socket_send(far, "x");
    auto const start = clock::now();
    auto const result = wait_for_input(list, {.timeout = 20s});
    auto const taken = clock::now() - start;
    ASSERT_TRUE(result.remaining);
    EXPECT_LE(*result.remaining, 20s);
    EXPECT_GE(*result.remaining, 20s - taken);
    EXPECT_FALSE(wait_for_input(list, {.timeout = 0s}).remaining);
    EXPECT_FALSE(wait_for_input(list, {.timeout = -5s}).remaining);
    EXPECT_FALSE(wait_for_input(list, {.timeout = std::chrono::hours::max()}).remaining) << "as good as none";
    EXPECT_TRUE(wait_for_input(list, {.timeout = std::chrono::hours(24 * 365 * 250)}).remaining);
}

TEST_P(wait_limits_conformance, an_empty_list_waits_for_the_timeout) {
    auto list = make_list();
    auto const start = clock::now();
    auto const result = wait_for_input(list, {.timeout = 2ms});
    EXPECT_GE(clock::now() - start, 2ms);
    EXPECT_TRUE(result.sockets.empty());
    EXPECT_FALSE(result.remaining);
}

TEST_P(wait_limits_conformance, a_wake_ends_one_wait) {
    auto list = make_list();
    list.wake();
    list.wake();
    auto const result = wait_for_input(list, {.timeout = 20s});
    EXPECT_TRUE(result.sockets.empty());
    EXPECT_TRUE(result.remaining && *result.remaining > 10s);
    EXPECT_FALSE(wait_for_input(list, {.timeout = 1ms}).remaining) << "both calls counted as one";

    auto [near, far] = connected_pair();
    socket_send(far, "x");
    add_waiter(list, near);
    list.wake();
    EXPECT_EQ(ready(list), sockets{&near}) << "with what is ready";
}

TEST_P(wait_limits_conformance, a_wake_from_another_thread) {
    auto list = make_list();
    for (int round = 0; round < 200; ++round) {
        std::thread waker([&list] { list.wake(); });
        EXPECT_TRUE(wait_for_input(list).sockets.empty());
        waker.join();
    }
    EXPECT_FALSE(wait_for_input(list, {.timeout = 0s}).remaining);
}

TEST_P(wait_limits_conformance, a_scopes_deadline_is_a_failure) {
    auto [near, far] = connected_pair();
    auto list = make_list({&near});
    auto [noisy, peer_of_noisy] = connected_pair();
    socket_send(peer_of_noisy, "x");
    auto const start = clock::now();
    cancel_scope scope{3ms};
    EXPECT_THROW(static_cast<void>(wait_for_input(list, {.timeout = 20s})), deadline_timeout_error);
    EXPECT_GE(clock::now() - start, 3ms);
    add_waiter(list, noisy);
    std::error_code code;
    EXPECT_TRUE(wait_for_input(list, {}, code).sockets.empty());
    EXPECT_EQ(code, errc::deadline_timeout) << "not even tried";
}

TEST_P(wait_limits_conformance, the_timeout_within_a_scope_is_none) {
    auto list = make_list();
    cancel_scope scope{20s};
    EXPECT_TRUE(wait_for_input(list, {.timeout = 1ms}).sockets.empty());
    auto [near, far] = connected_pair();
    socket_send(far, "x");
    add_waiter(list, near);
    auto const result = wait_for_input(list);
    EXPECT_EQ(result.sockets.size(), 1U);
    EXPECT_FALSE(result.remaining) << "the scope's limit is not the wait's";
}

TEST_P(wait_limits_conformance, cancelling_ends_the_wait_under_way_and_later_ones) {
    auto [near, far] = connected_pair();
    for (int round = 0; round < 100; ++round) {
        auto list = make_list({&near});
        cancel_scope scope;
        std::thread canceller([&scope] { scope.cancel(); });
        std::error_code code;
        auto const result = wait_for_input(list, {.timeout = 20s}, code);
        canceller.join();
        EXPECT_EQ(code, errc::interrupted);
        EXPECT_TRUE(result.sockets.empty());
        EXPECT_THROW(static_cast<void>(wait_for_input(list)), interrupted_condition);
    }
    auto list = make_list({&near});
    EXPECT_TRUE(ready_now(list).empty()) << "after the scope";
}

TEST_P(wait_limits_conformance, moving_the_deadline_reaches_the_wait_under_way) {
    auto list = make_list();
    cancel_scope scope{600s};
    std::thread mover([&scope] { scope.set_deadline(clock::now()); });
    std::error_code code;
    static_cast<void>(wait_for_input(list, {}, code));
    mover.join();
    EXPECT_EQ(code, errc::deadline_timeout);
}

INSTANTIATE_TEST_SUITE_P(backends, wait_limits_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
