// SPDX-License-Identifier: MIT
#include "platform/select_set.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

#include <fcntl.h>
#include <sys/select.h>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto none = transfer_flags::none;

struct platform_select_set : testing::Test {
    using results = std::map<std::uint32_t, select_set::found>;

    platform_select_set() { EXPECT_EQ(set.open(), 0); }

    /// What the last wait has found, by cookie.
    [[nodiscard]] results found() const {
        results all;
        set.for_each_ready([&](select_set::found const& one) {
            EXPECT_TRUE(all.emplace(one.cookie, one).second) << "each once";
            EXPECT_TRUE(one.readable || one.writable || one.failed);
        });
        return all;
    }
    [[nodiscard]] results ready_now() {
        EXPECT_EQ(set.wait(0ns), 0);
        return found();
    }

    select_set set;
};

TEST_F(platform_select_set, tells_what_is_ready_and_only_what_was_asked_for) {
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.add(pair.client, true, true, 7), 0);
    ASSERT_EQ(set.add(pair.server, true, false, 9), 0);
    auto ready = ready_now();
    ASSERT_EQ(ready.size(), 1U);
    EXPECT_TRUE(ready[7].writable);
    EXPECT_FALSE(ready[7].readable);

    set.change(pair.client, true, false);
    ASSERT_EQ(send(pair.client, test::octets("x"), none).count, 1U);
    ASSERT_EQ(set.wait(std::nullopt), 0);
    ready = found();
    ASSERT_EQ(ready.size(), 1U);
    EXPECT_TRUE(ready[9].readable);
    EXPECT_FALSE(ready[9].writable);
    EXPECT_FALSE(ready[9].failed);
    EXPECT_EQ(ready_now().size(), 1U) << "it is ready still";
    set.change(pair.server, false, false);
    EXPECT_TRUE(ready_now().empty());
    set.change(pair.server, true, false);
    EXPECT_EQ(ready_now().size(), 1U);
    set.remove(pair.server, 9);
    EXPECT_TRUE(ready_now().empty());
}

TEST_F(platform_select_set, takes_all_handles_below_the_systems_limit_and_no_other) {
    for (handle const outside : {invalid_handle, handle{FD_SETSIZE}, handle{FD_SETSIZE + 1}, handle{1 << 30}})
        EXPECT_EQ(classify(select_set::refuses(outside)), errc::no_buffers) << outside;
    auto const pair = test::connected_pair();
    test::owned_handle const last(::fcntl(pair.client, F_DUPFD_CLOEXEC, FD_SETSIZE - 1));
    if (last != FD_SETSIZE - 1)
        GTEST_SKIP() << "the process may not open as many";
    EXPECT_EQ(select_set::refuses(last), 0);
    EXPECT_EQ(select_set::refuses(0), 0);
    ASSERT_EQ(set.add(last, true, true, 1), 0);
    EXPECT_TRUE(ready_now()[1].writable);
    ASSERT_EQ(set.add(pair.server, false, true, 2), 0);
    EXPECT_EQ(ready_now().size(), 2U);
    set.remove(last, 1);
    EXPECT_EQ(ready_now().size(), 1U) << "when the highest has left";
    ASSERT_EQ(set.add(last, true, true, 3), 0);
    EXPECT_EQ(ready_now().size(), 2U);
}

TEST_F(platform_select_set, an_invalid_handle_does_not_disturb_the_others) {
    auto const pair = test::connected_pair();
    auto closed = test::open(family::v4, socket_type::datagram);
    handle const number = closed;
    ASSERT_EQ(set.add(pair.server, true, true, 1), 0);
    ASSERT_EQ(set.add(pair.client, true, false, 2), 0);
    ASSERT_EQ(set.add(closed, true, true, 3), 0);
    closed.reset();
    for (int round = 0; round < 2; ++round) {
        auto const start = steady_clock::now();
        ASSERT_EQ(set.wait(20s), 0);
        EXPECT_LT(steady_clock::now() - start, 10s);
        auto ready = found();
        ASSERT_EQ(ready.size(), 2U);
        EXPECT_TRUE(ready[1].writable);
        EXPECT_EQ(ready[1].readable, round == 1);
        EXPECT_TRUE(ready[3].failed);
        EXPECT_FALSE(ready[3].readable);
        ASSERT_EQ(send(pair.client, test::octets("x"), none).count, 1U);
    }
    set.remove(number, 3);
    EXPECT_EQ(ready_now().size(), 1U);
}

TEST_F(platform_select_set, a_number_used_again_passes_to_its_new_cookie) {
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.add(pair.client, true, true, 1), 0);
    ASSERT_EQ(set.add(pair.client, false, true, 2), 0);
    set.remove(pair.client, 1);
    auto const ready = ready_now();
    ASSERT_EQ(ready.size(), 1U);
    EXPECT_EQ(ready.begin()->first, 2U);
    set.remove(pair.client, 2);
    EXPECT_TRUE(ready_now().empty());
}

TEST_F(platform_select_set, never_returns_before_the_time_has_passed) {
    auto const socket = test::open_bound(family::v4, socket_type::datagram);
    ASSERT_EQ(set.add(socket, true, false, 1), 0);
    for (auto const timeout : {1ns, 999'999ns, 1'000'001ns, 2'500'000ns}) {
        auto const start = steady_clock::now();
        ASSERT_EQ(set.wait(timeout), 0);
        EXPECT_GE(steady_clock::now() - start, timeout);
        EXPECT_TRUE(found().empty());
    }
}

TEST_F(platform_select_set, a_negative_time_is_no_time_and_the_longest_is_taken) {
    EXPECT_EQ(set.wait(-5h), 0);
    EXPECT_EQ(set.wait(std::chrono::nanoseconds::min()), 0);
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.add(pair.client, false, true, 1), 0);
    EXPECT_EQ(set.wait(std::chrono::nanoseconds::max()), 0);
    EXPECT_EQ(found().size(), 1U);
}

TEST_F(platform_select_set, an_alarm_counts_in_one_wait) {
    wake_handle alarm;
    ASSERT_EQ(open_wake_handle(alarm), 0);
    auto const pair = test::connected_pair();
    ASSERT_EQ(set.add(pair.client, true, false, 1), 0);
    EXPECT_EQ(set.wait(0ns, alarm.watched), 0);
    EXPECT_FALSE(set.alarmed());
    raise_wake_handle(alarm);
    ASSERT_EQ(set.wait(std::nullopt, alarm.watched), 0);
    EXPECT_TRUE(set.alarmed());
    EXPECT_TRUE(found().empty());
    EXPECT_TRUE(ready_now().empty());
    EXPECT_FALSE(set.alarmed());
    close_wake_handle(alarm);
    EXPECT_TRUE(ready_now().empty());
    EXPECT_EQ(classify(set.wait(0ns, FD_SETSIZE)), errc::no_buffers);
}

} // namespace
} // namespace usocket::platform
