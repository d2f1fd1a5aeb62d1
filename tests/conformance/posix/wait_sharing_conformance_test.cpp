// SPDX-License-Identifier: MIT
//
// Readiness is a state, also where it changes behind the library's back: by calls on the handle, in another process, by
// urgent data.
#include <usocket/wait.hpp>

#include <thread>

#include <sys/socket.h>

#include <gtest/gtest.h>

#include <usocket/options.hpp>
#include <usocket/socket.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_on_connection.hpp"
#include "support/child_process.hpp"

namespace usocket::test {
namespace {

using wait_sharing_conformance = wait_on_connection;
using wait_sharing_beside_others_conformance = wait_beside_others;

TEST_P(wait_sharing_conformance, read_past_the_library) {
    int const handle = near_.native_handle();
    socket_send(far_, "x");
    ASSERT_EQ(ready(list_), sockets{&near_});
    char octet = 0;
    ASSERT_EQ(::recv(handle, &octet, 1, 0), 1);
    EXPECT_EQ(ready_now(list_), sockets{});
    socket_send(far_, "y");
    ASSERT_EQ(ready(list_), sockets{&near_});
    socket_send(far_, "z"); // announced, and gone before the wait
    for (std::size_t got = 0; got < 2;)
        got += static_cast<std::size_t>(::recv(handle, &octet, 1, 0));
    EXPECT_EQ(ready_now(list_), sockets{});
}

TEST_P(wait_sharing_conformance, read_by_a_child_process) {
    socket_send(far_, "x");
    ASSERT_EQ(ready(list_), sockets{&near_});
    EXPECT_TRUE(in_child_process([this] { return receive_some(near_) == "x"; }));
    EXPECT_EQ(ready_now(list_), sockets{});
}

TEST_P(wait_sharing_conformance, an_urgent_mark_does_not_hide_what_follows) {
    int const peer = far_.native_handle();
    for (int i = 0; i < 3; ++i) {
        socket_send(far_, "ab");
        ASSERT_EQ(::send(peer, "!", 1, MSG_OOB), 1);
        socket_send(far_, "cd");
        ASSERT_EQ(ready(list_), sockets{&near_});
        // A read stops at the mark. How far the rest has come by now does not matter: it must be found.
        std::string got = receive_some(near_);
        while (got.size() < 4) {
            ASSERT_EQ(ready(list_), sockets{&near_}) << got;
            got += receive_some(near_);
        }
        EXPECT_EQ(got, "abcd");
    }
}

TEST_P(wait_sharing_conformance, what_an_option_changes_counts) {
    socket_send(far_, "x");
    ASSERT_EQ(ready(list_), sockets{&near_});
    set_socket_option(near_, option::raw<int>{SOL_SOCKET, SO_RCVLOWAT}, 2);
    EXPECT_EQ(ready_now(list_), sockets{});
    socket_send(far_, "y");
    EXPECT_EQ(ready(list_), sockets{&near_});
}

TEST_P(wait_sharing_beside_others_conformance, what_follows_an_urgent_mark_is_found_at_once) {
    socket_send(far_, "ab");
    ASSERT_EQ(::send(far_.native_handle(), "!", 1, MSG_OOB), 1);
    socket_send(far_, "cd");
    ASSERT_EQ(ready(list_), both());
    EXPECT_EQ(receive_some(near_), "ab");
    EXPECT_EQ(ready(list_), both());
}

TEST_P(wait_sharing_conformance, an_urgent_octet_alone_is_no_input) {
    // The system announces it as if it were: what counts is what can be read.
    for (int round = 0; round < 50; ++round) {
        auto over = loopback::tcp();
        auto list = make_list({&over.server});
        std::thread sender([peer = over.client.native_handle()] { EXPECT_EQ(::send(peer, "!", 1, MSG_OOB), 1); });
        for (int i = 0; i < 20; ++i)
            EXPECT_EQ(ready_now(list), sockets{}) << round;
        sender.join();
        EXPECT_EQ(ready_now(list), sockets{}) << round;
    }
}

INSTANTIATE_TEST_SUITE_P(backends, wait_sharing_beside_others_conformance, testing::ValuesIn(supported_backends()),
                         backend_name);
INSTANTIATE_TEST_SUITE_P(backends, wait_sharing_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
