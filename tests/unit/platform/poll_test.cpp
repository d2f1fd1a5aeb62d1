// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <pthread.h>
#include <signal.h>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto none = transfer_flags::none;

std::size_t poll_now(std::span<poll_entry> entries) {
    std::size_t ready = 99;
    EXPECT_EQ(poll(entries, 0ns, ready), 0);
    return ready;
}

TEST(platform_poll, tells_what_is_ready_and_only_what_was_asked_for) {
    auto const pair = test::connected_pair();
    std::array<poll_entry, 2> entries{
        {{.socket = pair.client, .want_read = true, .want_write = true}, {.socket = pair.server, .want_read = true}}};
    EXPECT_EQ(poll_now(entries), 1U);
    EXPECT_FALSE(entries[0].readable);
    EXPECT_TRUE(entries[0].writable);
    EXPECT_FALSE(entries[1].writable);

    ASSERT_EQ(send(pair.client, test::octets("x"), none).count, 1U);
    entries[0].want_write = false;
    std::size_t ready = 0;
    ASSERT_EQ(poll(entries, std::nullopt, ready), 0);
    EXPECT_EQ(ready, 1U);
    EXPECT_TRUE(entries[1].readable);
    EXPECT_FALSE(entries[0].writable) << "left over from the call before";
    EXPECT_FALSE(entries[0].failed);
    EXPECT_FALSE(entries[1].failed);
}

TEST(platform_poll, a_hang_up_is_told_though_nothing_was_asked) {
    handle pair[2] = {};
    ASSERT_EQ(open_socket_pair(socket_type::stream, pair), 0);
    test::owned_handle const a(pair[0]);
    close_handle(pair[1]);
    poll_entry entry{.socket = a};
    EXPECT_EQ(poll_now({&entry, 1}), 1U);
    EXPECT_TRUE(entry.failed);
    EXPECT_FALSE(entry.readable);
}

TEST(platform_poll, invalid_handles_fail_at_once) {
    auto const waiting = test::open_bound(family::v4, socket_type::datagram);
    auto closed = test::open(family::v4, socket_type::datagram);
    handle const number = closed;
    closed.reset();
    for (handle const invalid : {invalid_handle, number}) {
        std::array<poll_entry, 2> entries{{{.socket = waiting, .want_read = true}, {.socket = invalid}}};
        std::size_t ready = 0;
        ASSERT_EQ(poll(entries, std::nullopt, ready), 0);
        EXPECT_EQ(ready, 1U);
        EXPECT_TRUE(entries[1].failed);
        EXPECT_FALSE(entries[0].failed);
    }
}

TEST(platform_poll, never_returns_before_the_time_has_passed) {
    auto const socket = test::open_bound(family::v4, socket_type::datagram);
    for (auto const timeout : {1ns, 999'999ns, 1'500'000ns}) {
        poll_entry entry{.socket = socket, .want_read = true};
        std::size_t ready = 1;
        auto const start = steady_clock::now();
        ASSERT_EQ(poll({&entry, 1}, timeout, ready), 0);
        EXPECT_GE(steady_clock::now() - start, timeout);
        EXPECT_EQ(ready, 0U);
    }
}

TEST(platform_poll, a_negative_time_is_no_time) {
    auto const socket = test::open_bound(family::v4, socket_type::datagram);
    poll_entry entry{.socket = socket, .want_read = true};
    std::size_t ready = 1;
    EXPECT_EQ(poll({&entry, 1}, -5h, ready), 0);
    EXPECT_EQ(poll({&entry, 1}, std::chrono::nanoseconds::min(), ready), 0);
    EXPECT_EQ(ready, 0U);
}

TEST(platform_poll, the_longest_time_is_taken) {
    auto const pair = test::connected_pair();
    poll_entry entry{.socket = pair.client, .want_write = true};
    std::size_t ready = 0;
    EXPECT_EQ(poll({&entry, 1}, std::chrono::nanoseconds::max(), ready), 0);
    EXPECT_EQ(ready, 1U);
}

TEST(platform_poll, many_entries_and_none) {
    EXPECT_EQ(poll_now({}), 0U);
    auto const pair = test::connected_pair();
    std::vector<poll_entry> entries(100, poll_entry{.socket = pair.client, .want_write = true});
    EXPECT_EQ(poll_now(entries), entries.size());
    for (auto const& entry : entries)
        EXPECT_TRUE(entry.writable);
}

TEST(platform_poll, an_interrupted_wait_says_so) {
    struct sigaction action{};
    struct sigaction before{};
    action.sa_handler = [](int) {};
    ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
    auto const socket = test::open_bound(family::v4, socket_type::datagram);
    std::atomic<bool> done{false};
    auto const waiter = ::pthread_self();
    std::thread interrupter([&] {
        while (!done.load()) { // again and again: the first may come before the wait
            ::pthread_kill(waiter, SIGUSR1);
            std::this_thread::yield();
        }
    });
    poll_entry entry{.socket = socket, .want_read = true};
    std::size_t ready = 0;
    int const error = poll({&entry, 1}, std::nullopt, ready);
    done = true;
    interrupter.join();
    EXPECT_TRUE(is_interrupted(error));
    ASSERT_EQ(::sigaction(SIGUSR1, &before, nullptr), 0);
}

} // namespace
} // namespace usocket::platform
