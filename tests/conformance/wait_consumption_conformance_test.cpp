// SPDX-License-Identifier: MIT
//
// Readiness is a state, however it has changed: input read in part or in one piece, by this thread or another.
#include <usocket/wait.hpp>

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/connect.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_on_connection.hpp"

namespace usocket::test {
namespace {

using wait_consumption_conformance = wait_on_connection;
using wait_beside_others_conformance = wait_beside_others;

TEST_P(wait_consumption_conformance, what_is_left_untouched_stays_ready) {
    EXPECT_EQ(ready_now(list_), sockets{});
    socket_send(far_, "x");
    for (int i = 0; i < 200; ++i)
        ASSERT_EQ(ready(list_), sockets{&near_}) << i;
    EXPECT_EQ(receive_some(near_), "x");
    for (int i = 0; i < 200; ++i)
        ASSERT_EQ(ready_now(list_), sockets{}) << i;
}

TEST_P(wait_consumption_conformance, what_is_read_in_part_stays_ready) {
    socket_send(far_, "abc");
    ASSERT_EQ(ready(list_), sockets{&near_});
    EXPECT_EQ(receive_some(near_, 1), "a");
    EXPECT_EQ(ready_now(list_), sockets{&near_});
    EXPECT_EQ(receive_some(near_, 2), "bc");
    EXPECT_EQ(ready_now(list_), sockets{}) << "the last read filled its buffer, and took all";
}

TEST_P(wait_consumption_conformance, two_messages_read_as_one_leave_nothing) {
    socket_send(far_, "a");
    ASSERT_EQ(ready(list_), sockets{&near_});
    socket_send(far_, "b");
    std::string both = receive_some(near_);
    while (both.size() < 2)
        both += receive_some(near_);
    EXPECT_EQ(ready_now(list_), sockets{});
    socket_send(far_, "c");
    EXPECT_EQ(ready(list_), sockets{&near_});
}

TEST_P(wait_consumption_conformance, answers_that_come_before_the_next_wait) {
    for (int round = 0; round < 300; ++round) {
        socket_send(far_, "q");
        ASSERT_EQ(ready(list_), sockets{&near_}) << round;
        ASSERT_EQ(receive_some(near_), "q");
        if (round % 3 == 0) {
            ASSERT_EQ(ready_now(list_), sockets{}) << round;
        }
    }
}

TEST_P(wait_consumption_conformance, the_end_stays_ready) {
    socket_send(far_, "x");
    socket_close(far_);
    ASSERT_EQ(ready(list_), sockets{&near_});
    EXPECT_EQ(receive_some(near_), "x");
    EXPECT_EQ(ready(list_), sockets{&near_});
    EXPECT_EQ(receive_some(near_), "");
    EXPECT_EQ(ready_now(list_), sockets{&near_});
}

TEST_P(wait_consumption_conformance, the_end_after_all_was_read_is_seen) {
    socket_send(far_, "x");
    ASSERT_EQ(ready(list_), sockets{&near_});
    socket_shutdown(far_, direction::output);
    EXPECT_EQ(receive_some(near_), "x");
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(ready(list_), sockets{&near_}) << i;
    EXPECT_EQ(receive_some(near_), "");
}

TEST_P(wait_consumption_conformance, read_by_another_thread) {
    for (int round = 0; round < 20; ++round) {
        socket_send(far_, "x");
        ASSERT_EQ(ready(list_), sockets{&near_});
        std::thread([this] { EXPECT_EQ(receive_some(near_), "x"); }).join();
        ASSERT_EQ(ready_now(list_), sockets{}) << round;
        socket_send(far_, "y");
        std::thread([this] { EXPECT_EQ(receive_some(near_), "y"); }).join();
        ASSERT_EQ(ready_now(list_), sockets{}) << round;
    }
}

TEST_P(wait_consumption_conformance, members_of_a_thread_that_is_gone) {
    std::thread([this] { EXPECT_EQ(ready_now(list_), sockets{}); }).join();
    socket_send(far_, "x");
    EXPECT_EQ(ready(list_), sockets{&near_});
    EXPECT_EQ(receive_some(near_), "x");
    EXPECT_EQ(ready_now(list_), sockets{});
    std::thread([this] {
        socket_send(far_, "y");
        EXPECT_EQ(ready(list_), sockets{&near_});
    }).join();
    EXPECT_EQ(ready_now(list_), sockets{&near_});
}

// ---- beside others that are ready all the time, so that no wait needs to wait -------------------------------------

TEST_P(wait_beside_others_conformance, the_end_is_found_at_once) {
    socket_send(far_, "x");
    socket_shutdown(far_, direction::output);
    ASSERT_EQ(ready(list_), both());
    EXPECT_EQ(receive_some(near_), "x");
    EXPECT_EQ(ready(list_), both());
}

TEST_P(wait_beside_others_conformance, a_datagram_that_waits_behind_another_is_found_at_once) {
    auto receiver =
        socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4(), .local_port = auto_port});
    auto sender = socket_connect(ip_address::loopback_v4(), get_local_port(receiver), protocol::datagram);
    add_waiter(list_, receiver);
    socket_send(sender, "a");
    socket_send(sender, "b");
    auto const all = sorted(sockets{&receiver, &other_.server});
    ASSERT_EQ(ready(list_), all);
    char room[10];
    EXPECT_EQ(socket_receive(receiver, room).size, 1U);
    EXPECT_EQ(ready(list_), all);
    EXPECT_EQ(socket_receive(receiver, room).size, 1U);
    EXPECT_EQ(ready(list_), sockets{&other_.server});
}

TEST_P(wait_beside_others_conformance, what_another_thread_has_sent_is_found_at_once) {
    constexpr int rounds = 1000;
    std::atomic<int> sent{0};
    std::atomic<int> wanted{0};
    std::thread sender([&] {
        for (int round = 1; round <= rounds; ++round) {
            while (wanted != round)
                std::this_thread::yield();
            socket_send(far_, "x");
            sent = round;
        }
    });
    for (int round = 1; round <= rounds; ++round) {
        wanted = round;
        while (sent != round) { // in no system call
        }
        EXPECT_EQ(ready_now(list_), both()) << round;
        EXPECT_EQ(receive_some(near_), "x");
    }
    sender.join();
}

INSTANTIATE_TEST_SUITE_P(backends, wait_beside_others_conformance, testing::ValuesIn(supported_backends()),
                         backend_name);
INSTANTIATE_TEST_SUITE_P(backends, wait_consumption_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
