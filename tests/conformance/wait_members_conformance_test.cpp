// SPDX-License-Identifier: MIT
//
// Members that come, change, move and go, and their streams: the same on every backend.
#include <usocket/wait.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/local.hpp>
#include <usocket/options.hpp>
#include <usocket/stream.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"
#include "support/descriptor_limit.hpp"
#include "support/pairs.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

using stream_pair = std::pair<stream_usocket, stream_usocket>;

std::string receive_some(stream_usocket& socket) {
    std::byte octets[100];
    auto const result = socket_receive(socket, octets);
    return {reinterpret_cast<char const*>(octets), result.size};
}

class wait_members_conformance : public wait_test {};

// ---- streams ------------------------------------------------------------------------------------------------------

TEST_P(wait_members_conformance, input_in_a_streams_buffer_counts) {
    auto [near, far] = connected_pair();
    auto [other, peer_of_other] = connected_pair();
    auto list = make_list({&near, &other});
    socket_send(far, "one\ntwo\n");
    std::string line;
    ASSERT_TRUE(read_line(near.stream(), line));
    auto const result = wait_for_input(list, {.timeout = 20s, .ready_only = true});
    ASSERT_EQ(result.sockets.size(), 1U);
    EXPECT_EQ(result.sockets[0], &near);
    EXPECT_EQ(near.state(), readiness::read);
    EXPECT_TRUE(result.remaining && *result.remaining > 10s) << "at once";

    socket_send(peer_of_other, "x");
    EXPECT_EQ(ready(list), sorted({&near, &other})) << "the system is asked all the same";
    socket_send(far, "y");
    EXPECT_EQ(ready(list), sorted({&near, &other})) << "each once";

    add_waiter(list, near, readiness::none);
    EXPECT_EQ(ready(list), sockets{&other});
    add_waiter(list, near);
    EXPECT_EQ(ready(list), sorted({&near, &other}));
    ASSERT_TRUE(read_line(near.stream(), line));
    EXPECT_EQ(line, "two");
    EXPECT_EQ(near.stream().get(), 'y');
    EXPECT_EQ(ready(list), sockets{&other});
}

TEST_P(wait_members_conformance, input_buffered_before_joining_counts) {
    auto [near, far] = connected_pair();
    socket_send(far, "one\ntwo\n");
    std::string line;
    ASSERT_TRUE(read_line(near.stream(), line));
    auto list = make_list({&near});
    EXPECT_EQ(ready(list), sockets{&near});
    stream_usocket moved = std::move(near);
    EXPECT_EQ(ready(list), sockets{&moved});
    ASSERT_TRUE(read_line(moved.stream(), line));
    EXPECT_EQ(ready_now(list), sockets{});
}

TEST_P(wait_members_conformance, an_unfinished_line_does_not_count_until_more_comes) {
    auto [near, far] = connected_pair();
    set_socket_option(near, option::receive_timeout, 0s);
    auto list = make_list({&near});
    std::string line;
    std::error_code ec;
    socket_send(far, "one\nunfin");
    EXPECT_EQ(ready(list), sockets{&near});
    ASSERT_TRUE(read_line(near.stream(), line, {}, ec));
    EXPECT_EQ(ready_now(list), sockets{&near}) << "nobody has looked at it yet";
    EXPECT_FALSE(read_line(near.stream(), line, {}, ec));
    EXPECT_EQ(ec, errc::timeout);
    EXPECT_EQ(ready_now(list), sockets{}) << "a loop would spin";
    EXPECT_EQ(wait_for_input(near, {.timeout = 0s, .ready_only = true}).sockets.size(), 0U);
    socket_send(far, "ished\n");
    EXPECT_EQ(ready(list), sockets{&near});
    ASSERT_TRUE(read_line(near.stream(), line, {}, ec));
    EXPECT_EQ(line, "unfinished");
}

// ---- members come and go ------------------------------------------------------------------------------------------

TEST_P(wait_members_conformance, removed_and_closed_members_are_forgotten) {
    auto [a, peer_of_a] = connected_pair();
    auto [b, peer_of_b] = connected_pair();
    auto [c, peer_of_c] = connected_pair();
    auto list = make_list({&a, &b, &c});
    for (auto* const peer : {&peer_of_a, &peer_of_b, &peer_of_c})
        socket_send(*peer, "x");
    EXPECT_EQ(ready(list), sorted({&a, &b, &c}));
    remove_waiter(list, a);
    remove_waiter(list, a);
    EXPECT_FALSE(list.contains(a));
    socket_close(c);
    EXPECT_FALSE(list.contains(c));
    EXPECT_EQ(list.size(), 1U);
    EXPECT_EQ(ready(list), sockets{&b});
    remove_all_waiters(list);
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(ready_now(list), sockets{});
    add_waiter(list, a);
    EXPECT_EQ(ready(list), sockets{&a});
    static_cast<void>(a.release() == invalid_native_handle);
    EXPECT_TRUE(list.empty());
}

TEST_P(wait_members_conformance, a_reused_handle_is_not_taken_for_its_predecessor) {
    auto list = make_list();
    for (int round = 0; round < 50; ++round) {
        auto [old, peer_of_old] = connected_pair();
        add_waiter(list, old, readiness::read_write);
        socket_send(peer_of_old, "x");
        EXPECT_EQ(ready(list), sockets{&old});
        auto const number = old.native_handle();
        socket_close(old);
        auto [next, peer_of_next] = connected_pair();
        EXPECT_TRUE(next.native_handle() == number || peer_of_next.native_handle() == number)
            << "the test's own premise";
        EXPECT_EQ(ready_now(list), sockets{});
        add_waiter(list, next);
        EXPECT_EQ(ready_now(list), sockets{});
        socket_send(peer_of_next, "x");
        EXPECT_EQ(ready(list), sockets{&next});
    }
    EXPECT_TRUE(list.empty());
}

TEST_P(wait_members_conformance, members_move_and_die_in_any_order) {
    auto list = make_list();
    std::vector<stream_pair> pairs;
    for (int i = 0; i < 40; ++i) {
        pairs.push_back(connected_pair()); // and those before move
        add_waiter(list, pairs.back().first);
        socket_send(pairs.back().second, "x");
        EXPECT_EQ(ready(list).size(), pairs.size());
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (i % 3 == 0)
            pairs[i] = connected_pair(); // the old ones are destroyed
    }
    sockets expected;
    for (auto& [near, far] : pairs) {
        if (list.contains(near))
            expected.push_back(&near);
    }
    EXPECT_EQ(expected.size(), 26U);
    EXPECT_EQ(ready(list), sorted(expected));
    pairs.erase(pairs.begin(), pairs.begin() + 20);
    EXPECT_EQ(ready(list).size(), list.size());
    pairs.clear();
    EXPECT_TRUE(list.empty());
}

TEST_P(wait_members_conformance, a_result_can_be_walked_while_members_come_go_and_move) {
    for (bool const ready_only : {true, false}) {
        auto list = make_list();
        std::vector<stream_pair> pairs;
        for (int i = 0; i < 20; ++i)
            pairs.push_back(connected_pair());
        for (auto& [near, far] : pairs) {
            add_waiter(list, near);
            socket_send(far, "x");
        }
        auto const result = wait_for_input(list, {.ready_only = ready_only});
        ASSERT_EQ(result.sockets.size(), 20U);
        std::vector<stream_pair> added;
        std::size_t walked = 0;
        for (usocket* const socket : result.sockets) {
            EXPECT_EQ(socket->state(), readiness::read);
            EXPECT_EQ(receive_some(static_cast<stream_usocket&>(*socket)), "x");
            ++walked;
            if (walked % 2 == 0)
                remove_waiter(list, *socket);
            if (walked % 3 == 0)
                socket_close(*socket);
            for (int i = 0; i < 5; ++i) { // more than there is room for
                added.push_back(connected_pair());
                add_waiter(list, added.back().first);
            }
            pairs.reserve(pairs.capacity() + 1); // moves every member, those still to come as well
        }
        EXPECT_EQ(walked, 20U);
        EXPECT_EQ(list.size(), 7U + added.size());
        EXPECT_EQ(ready_now(list), sockets{});
    }
}

TEST_P(wait_members_conformance, thousands_ready_at_once_are_all_found) {
    std::vector<stream_pair> pairs;
    std::vector<usocket*> members;
    std::size_t const count = many(allow_descriptors(10'200) - 200) / 2;
    for (std::size_t i = 0; i < count; ++i)
        pairs.push_back(connected_pair());
    for (auto& [near, far] : pairs)
        members.push_back(&near);
    auto list = make_list(members);
    EXPECT_EQ(list.size(), count);
    EXPECT_EQ(ready_now(list), sockets{});
    socket_send(pairs[321].second, "x");
    EXPECT_EQ(ready(list), sockets{&pairs[321].first});
    for (auto& [near, far] : pairs)
        socket_send(far, "x");
    EXPECT_EQ(ready(list), sorted(members));
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        socket_close(pairs[i].first);
    EXPECT_EQ(ready(list).size(), count / 2);
}

TEST_P(wait_members_conformance, lists_share_no_member_and_leave_theirs_free) {
    auto [near, far] = connected_pair();
    socket_send(far, "x");
    auto second = make_list();
    {
        auto first = make_list({&near});
        EXPECT_THROW(add_waiter(second, near), invalid_argument_error);
        EXPECT_TRUE(second.empty());
        remove_waiter(second, near);
        EXPECT_TRUE(first.contains(near)) << "removing from a list it is not in changes nothing";

        wait_list moved = std::move(first);
        EXPECT_TRUE(moved.contains(near));
        EXPECT_EQ(ready(moved), sockets{&near});
        moved = make_list();
        EXPECT_FALSE(moved.contains(near));
        add_waiter(moved, near);
    }
    add_waiter(second, near);
    EXPECT_EQ(ready(second), sockets{&near});
}

INSTANTIATE_TEST_SUITE_P(backends, wait_members_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
