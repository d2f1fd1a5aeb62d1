// SPDX-License-Identifier: MIT
#include "platform/kqueue_set.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using watch = kqueue_set::watch;

constexpr auto none = transfer_flags::none;
constexpr kqueue_set::filters nothing{};
constexpr kqueue_set::filters input{watch::level, watch::no};
constexpr kqueue_set::filters output{watch::no, watch::level};
constexpr kqueue_set::filters both{watch::level, watch::level};
constexpr kqueue_set::filters edges{watch::edge, watch::edge};

struct platform_kqueue_set : testing::Test {
    platform_kqueue_set() { EXPECT_EQ(set.open(), 0); }

    using cookies = std::vector<std::uint32_t>;

    /// What a wait finds, by cookie, and all rounds of it.
    std::vector<kqueue_set::found> wait(std::chrono::nanoseconds timeout = 0ns, handle alarm = invalid_handle) {
        std::vector<kqueue_set::found> all;
        int const result = set.ask(timeout, alarm);
        EXPECT_GE(result, 0) << last_error();
        set.take(std::max(result, 0));
        do {
            for (std::uint32_t i = 0; i < set.ready(); ++i)
                all.push_back(set.at(i));
        } while (set.next_round());
        std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.cookie < b.cookie; });
        return all;
    }
    cookies ready_now(handle alarm = invalid_handle) {
        cookies result;
        for (auto const& each : wait(0ns, alarm))
            result.push_back(each.cookie);
        return result;
    }

    kqueue_set set;
};

TEST_F(platform_kqueue_set, tells_what_is_ready_and_only_what_was_asked_for) {
    EXPECT_TRUE(kqueue_set::available());
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.change(pair.client, nothing, both, 7), 0);
    ASSERT_EQ(set.change(pair.server, nothing, input, 0xfffffffe), 0);
    auto ready = wait();
    ASSERT_EQ(ready.size(), 1U);
    EXPECT_EQ(ready[0].cookie, 7U);
    EXPECT_TRUE(ready[0].writable);
    EXPECT_FALSE(ready[0].readable || ready[0].ended || ready[0].broken);

    ASSERT_EQ(set.change(pair.client, both, input, 7), 0);
    ASSERT_EQ(send(pair.client, test::octets("x"), none).count, 1U);
    ready = wait(20s);
    ASSERT_EQ(ready.size(), 1U);
    EXPECT_EQ(ready[0].cookie, 0xfffffffe);
    EXPECT_TRUE(ready[0].readable);
    EXPECT_FALSE(ready[0].writable || ready[0].ended || ready[0].empty);
    EXPECT_EQ(ready_now(), cookies{0xfffffffe}) << "it is ready still";

    set.remove(pair.server, input);
    EXPECT_EQ(ready_now(), cookies{});
    ASSERT_EQ(set.change(pair.server, nothing, both, 3), 0);
    EXPECT_EQ(ready_now(), (cookies{3, 3})) << "a filter each";
}

TEST_F(platform_kqueue_set, an_edge_is_told_once_until_it_is_watched_anew) {
    handle pair[2] = {};
    ASSERT_EQ(open_socket_pair(socket_type::stream, pair), 0);
    test::owned_handle const near(pair[0]);
    test::owned_handle far(pair[1]);
    ASSERT_EQ(set.change(near, nothing, edges, 1), 0);
    static_cast<void>(wait()); // that there is room for output
    EXPECT_EQ(ready_now(), cookies{});
    ASSERT_EQ(send(far, test::octets("x"), none).count, 1U);
    EXPECT_FALSE(wait(20s).empty());
    EXPECT_EQ(ready_now(), cookies{}) << "though it was not read";
    far.reset();
    auto const ready = wait(20s);
    EXPECT_TRUE(std::any_of(ready.begin(), ready.end(), [](auto const& each) { return each.ended && each.readable; }));
    EXPECT_TRUE(std::any_of(ready.begin(), ready.end(), [](auto const& each) { return each.ended && each.writable; }));
    EXPECT_EQ(ready_now(), cookies{});
    ASSERT_EQ(set.change(near, edges, edges, 1), 0);
    EXPECT_EQ(ready_now(), (cookies{1, 1}));
}

TEST_F(platform_kqueue_set, all_rounds_together_find_all) {
    std::vector<test::owned_handle> handles;
    cookies expected;
    for (std::uint32_t i = 0; i < 500; ++i) {
        handles.push_back(test::open(family::v4, socket_type::datagram));
        ASSERT_EQ(set.change(handles.back(), nothing, output, i), 0);
        expected.push_back(i);
    }
    for (int time = 0; time < 3; ++time) {
        auto found = ready_now();
        found.erase(std::unique(found.begin(), found.end()), found.end());
        EXPECT_EQ(found, expected);
    }
}

TEST_F(platform_kqueue_set, never_returns_before_the_time_has_passed) {
    auto const socket = test::open_bound(family::v4, socket_type::datagram);
    auto const alarm = test::open_bound(family::v4, socket_type::datagram);
    ASSERT_EQ(set.change(socket, nothing, input, 1), 0);
    for (auto const timeout : {1ns, 999'999ns, 1'000'001ns, 2'500'000ns}) {
        for (handle const also : {invalid_handle, static_cast<handle>(alarm)}) {
            auto const start = steady_clock::now();
            EXPECT_TRUE(wait(timeout, also).empty());
            EXPECT_GE(steady_clock::now() - start, timeout);
        }
    }
    EXPECT_TRUE(wait(-5h).empty());
    EXPECT_TRUE(wait(std::chrono::nanoseconds::min()).empty());
    ASSERT_EQ(set.change(socket, input, both, 1), 0);
    EXPECT_EQ(wait(std::chrono::nanoseconds::max()).size(), 1U);
}

TEST_F(platform_kqueue_set, an_alarm_counts_in_one_wait) {
    wake_handle alarm;
    ASSERT_EQ(open_wake_handle(alarm), 0);
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.change(pair.client, nothing, input, 1), 0);
    EXPECT_EQ(ready_now(alarm.watched), cookies{});
    EXPECT_FALSE(set.alarmed());
    raise_wake_handle(alarm);
    EXPECT_TRUE(wait(20s, alarm.watched).empty());
    EXPECT_TRUE(set.alarmed());
    ASSERT_EQ(send(pair.server, test::octets("x"), none).count, 1U);
    EXPECT_EQ(wait(20s).size(), 1U);
    EXPECT_FALSE(set.alarmed());
    EXPECT_EQ(ready_now(alarm.watched), cookies{1});
    EXPECT_TRUE(set.alarmed()) << "both";
    close_wake_handle(alarm);
    EXPECT_EQ(ready_now(), cookies{1});
}

TEST_F(platform_kqueue_set, what_cannot_be_watched_is_refused_and_what_has_gone_is_no_failure) {
    auto closed = test::open(family::v4, socket_type::datagram);
    handle const number = closed;
    ASSERT_EQ(set.change(number, nothing, both, 1), 0);
    closed.reset();
    EXPECT_EQ(set.change(number, both, nothing, 1), 0);
    EXPECT_EQ(classify(set.change(number, nothing, both, 1)), errc::bad_file_descriptor);
    EXPECT_EQ(ready_now(), cookies{});
}

TEST_F(platform_kqueue_set, an_error_that_waits_is_seen_and_stays) {
    auto const socket = test::open_bound(family::v4, socket_type::datagram);
    {
        auto const peer = test::open_bound(family::v4, socket_type::datagram);
        ASSERT_EQ(connect(socket, test::local_of(peer)), 0);
    }
    EXPECT_FALSE(has_pending_error(socket));
    ASSERT_EQ(set.change(socket, nothing, edges, 1), 0);
    static_cast<void>(wait());
    ASSERT_EQ(send(socket, test::octets("x"), none).count, 1U);
    auto const ready = wait(20s);
    EXPECT_TRUE(std::any_of(ready.begin(), ready.end(), [](auto const& each) { return each.empty && !each.ended; }));
    EXPECT_TRUE(has_pending_error(socket));
    EXPECT_EQ(classify(take_error(socket)), errc::connection_refused);
    EXPECT_FALSE(has_pending_error(socket));
}

} // namespace
} // namespace usocket::platform
