// SPDX-License-Identifier: MIT
#include "platform/epoll_set.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto none = transfer_flags::none;

/// The cookies that a wait without waiting finds, sorted.
std::vector<std::uint32_t> ready_now(epoll_set& set, handle alarm = invalid_handle) {
    EXPECT_EQ(set.wait(0ns, alarm), 0);
    set.finish();
    std::vector<std::uint32_t> cookies;
    for (std::uint32_t i = 0; i < set.ready(); ++i)
        cookies.push_back(set.at(i).cookie);
    std::sort(cookies.begin(), cookies.end());
    return cookies;
}

struct platform_epoll_set : testing::TestWithParam<epoll_set::timeouts> {
    platform_epoll_set() { EXPECT_EQ(set.open(), 0); }

    using cookies = std::vector<std::uint32_t>;
    epoll_set set{GetParam()};
};

TEST_P(platform_epoll_set, tells_what_is_ready_and_only_what_was_asked_for) {
    EXPECT_TRUE(epoll_set::available());
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.add(pair.client, true, true, 7), 0);
    ASSERT_EQ(set.add(pair.server, true, false, 0xfffffffe), 0);
    EXPECT_EQ(ready_now(set), cookies{7});
    EXPECT_TRUE(set.at(0).writable);
    EXPECT_FALSE(set.at(0).readable);
    EXPECT_FALSE(set.at(0).failed);

    ASSERT_EQ(set.change(pair.client, true, false, 7), 0);
    ASSERT_EQ(send(pair.client, test::octets("x"), none).count, 1U);
    ASSERT_EQ(set.wait(std::nullopt), 0);
    ASSERT_EQ(set.ready(), 1U);
    EXPECT_EQ(set.at(0).cookie, 0xfffffffe);
    EXPECT_TRUE(set.at(0).readable);
    EXPECT_FALSE(set.at(0).writable);
    EXPECT_EQ(ready_now(set), cookies{0xfffffffe}) << "it is ready still";

    set.remove(pair.server);
    EXPECT_EQ(ready_now(set), cookies{});
    EXPECT_EQ(set.add(pair.server, true, false, 3), 0);
    EXPECT_EQ(ready_now(set), cookies{3});
}

TEST_P(platform_epoll_set, a_hang_up_is_told_though_nothing_was_asked) {
    handle pair[2] = {};
    ASSERT_EQ(open_socket_pair(socket_type::stream, pair), 0);
    test::owned_handle const a(pair[0]);
    ASSERT_EQ(set.add(a, false, false, 1), 0);
    EXPECT_EQ(ready_now(set), cookies{});
    close_handle(pair[1]);
    ASSERT_EQ(ready_now(set), cookies{1});
    EXPECT_TRUE(set.at(0).failed);
    EXPECT_FALSE(set.at(0).readable);
}

TEST_P(platform_epoll_set, one_wait_finds_all_even_those_added_during_it) {
    std::vector<test::owned_handle> handles;
    cookies expected;
    auto const add = [&] {
        handles.push_back(test::open(family::v4, socket_type::datagram));
        expected.push_back(static_cast<std::uint32_t>(expected.size()));
        ASSERT_EQ(set.add(handles.back(), false, true, expected.back()), 0);
    };
    bool looked_again = false;
    add();
    while (expected.size() < 200) {
        ASSERT_EQ(set.wait(0ns), 0);
        auto const all = static_cast<std::uint32_t>(expected.size());
        EXPECT_EQ(set.ready(), all);
        add(); // what another thread may do during the wait
        set.finish();
        EXPECT_TRUE(set.ready() == all || set.ready() == all + 1);
        looked_again = looked_again || set.ready() == all + 1;
    }
    EXPECT_EQ(ready_now(set), expected);
    EXPECT_TRUE(looked_again) << "in some round the room was full";
}

TEST_P(platform_epoll_set, never_returns_before_the_time_has_passed) {
    auto const socket = test::open_bound(family::v4, socket_type::datagram);
    auto const alarm = test::open_bound(family::v4, socket_type::datagram);
    ASSERT_EQ(set.add(socket, true, false, 1), 0);
    for (auto const timeout : {1ns, 999'999ns, 1'000'001ns, 2'500'000ns}) {
        for (handle const also : {invalid_handle, static_cast<handle>(alarm)}) {
            auto const start = steady_clock::now();
            ASSERT_EQ(set.wait(timeout, also), 0);
            EXPECT_GE(steady_clock::now() - start, timeout);
            EXPECT_EQ(set.ready(), 0U);
        }
    }
}

TEST_P(platform_epoll_set, a_negative_time_is_no_time) {
    EXPECT_EQ(set.wait(-5h), 0);
    EXPECT_EQ(set.wait(std::chrono::nanoseconds::min()), 0);
    EXPECT_EQ(set.ready(), 0U);
}

TEST_P(platform_epoll_set, the_longest_time_is_taken) {
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.add(pair.client, false, true, 1), 0);
    EXPECT_EQ(set.wait(std::chrono::nanoseconds::max()), 0);
    EXPECT_EQ(set.ready(), 1U);
}

TEST_P(platform_epoll_set, an_alarm_counts_in_one_wait) {
    wake_handle alarm;
    ASSERT_EQ(open_wake_handle(alarm), 0);
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.add(pair.client, true, false, 1), 0);
    EXPECT_EQ(ready_now(set, alarm.watched), cookies{});
    EXPECT_FALSE(set.alarmed());
    raise_wake_handle(alarm);
    ASSERT_EQ(set.wait(std::nullopt, alarm.watched), 0);
    EXPECT_EQ(set.ready(), 0U);
    EXPECT_TRUE(set.alarmed());
    ASSERT_EQ(send(pair.server, test::octets("x"), none).count, 1U);
    EXPECT_EQ(ready_now(set, alarm.watched), cookies{1});
    EXPECT_TRUE(set.alarmed()) << "both";
    EXPECT_EQ(ready_now(set), cookies{1});
    EXPECT_FALSE(set.alarmed());
    close_wake_handle(alarm);
    EXPECT_EQ(ready_now(set), cookies{1});
}

TEST_P(platform_epoll_set, what_cannot_be_watched_is_refused) {
    auto closed = test::open(family::v4, socket_type::datagram);
    handle const number = closed;
    closed.reset();
    EXPECT_EQ(classify(set.add(number, true, false, 1)), errc::bad_file_descriptor);
    test::owned_handle const file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(classify(set.add(file, true, false, 1)), errc::operation_not_permitted);
    EXPECT_EQ(ready_now(set), cookies{});
}

std::string name_of(testing::TestParamInfo<epoll_set::timeouts> const& tested) {
    return tested.param == epoll_set::timeouts::finest ? "finest" : "milliseconds";
}

INSTANTIATE_TEST_SUITE_P(timeouts, platform_epoll_set,
                         testing::Values(epoll_set::timeouts::finest, epoll_set::timeouts::milliseconds), name_of);

} // namespace
} // namespace usocket::platform
