// SPDX-License-Identifier: MIT
//
// What a wait finds: the same on every backend.
#include <usocket/wait.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/connect.hpp>
#include <usocket/listen.hpp>
#include <usocket/local.hpp>
#include <usocket/options.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"
#include "support/pairs.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

using stream_pair = std::pair<stream_usocket, stream_usocket>;

std::string receive_some(stream_usocket& socket, std::size_t most = 100) {
    std::vector<std::byte> buffer(most);
    auto const result = socket_receive(socket, buffer);
    return {reinterpret_cast<char const*>(buffer.data()), result.size};
}

/// Two ends of a TCP connection on loopback.
stream_pair tcp_pair() {
    auto listener = socket_listen(ip_address::loopback_v4(), auto_port);
    auto near = socket_connect(get_local_endpoint(listener));
    auto far = socket_accept(listener);
    return {std::move(near), std::move(far)};
}

/// Sends until the system takes no more for the moment.
std::size_t fill(stream_usocket& socket) {
    std::vector<std::byte> const block(65536);
    std::size_t total = 0;
    std::error_code code;
    do {
        total += socket_send(socket, block, {.timeout = 0s}, code);
    } while (!code);
    EXPECT_EQ(code, errc::timeout);
    return total;
}

class wait_conformance : public wait_test {};

// ---- readiness ----------------------------------------------------------------------------------------------------

TEST_P(wait_conformance, names_its_backend) { EXPECT_EQ(make_list().backend(), GetParam()); }

TEST_P(wait_conformance, nothing_is_ready_without_input) {
    auto [near, far] = connected_pair();
    auto list = make_list({&near});
    EXPECT_EQ(ready_now(list), sockets{});
    EXPECT_EQ(near.state(), readiness::none);
}

TEST_P(wait_conformance, input_makes_ready_until_it_is_consumed) {
    auto [near, far] = connected_pair();
    auto list = make_list({&near, &far});
    socket_send(far, "ab");
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(ready(list), sockets{&near});
        EXPECT_EQ(near.state(), readiness::read);
        EXPECT_EQ(far.state(), readiness::none);
    }
    EXPECT_EQ(receive_some(near, 1), "a");
    EXPECT_EQ(ready(list), sockets{&near}) << "what is left is ready again";
    EXPECT_EQ(receive_some(near, 1), "b");
    EXPECT_EQ(ready_now(list), sockets{});
    EXPECT_EQ(near.state(), readiness::none);
}

TEST_P(wait_conformance, without_ready_only_all_members_are_returned_with_their_states) {
    auto [a, peer_of_a] = connected_pair();
    auto [b, peer_of_b] = connected_pair();
    auto list = make_list({&a, &b});
    socket_send(peer_of_b, "x");
    for (int round = 0; round < 2; ++round) {
        auto const result = wait_for_input(list);
        EXPECT_EQ(sorted(sockets(result.sockets.begin(), result.sockets.end())), sorted({&a, &b}));
        EXPECT_EQ(a.state(), readiness::none);
        EXPECT_EQ(b.state(), readiness::read);
    }
    EXPECT_EQ(ready(list), sockets{&b});
    EXPECT_EQ(wait_for_input(list).sockets.size(), 2U) << "after a wait with ready_only";
}

TEST_P(wait_conformance, writing_is_ready_while_the_system_takes_output) {
    auto [near, far] = connected_pair();
    auto list = make_list();
    add_waiter(list, near, readiness::write);
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::write);
    std::size_t left = fill(near);
    EXPECT_EQ(ready_now(list), sockets{});
    while (left != 0)
        left -= receive_some(far, 65536).size();
    EXPECT_EQ(ready(list), sockets{&near});
    socket_send(far, "x");
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::write) << "input is not what it waits for";
}

TEST_P(wait_conformance, reading_and_writing_together) {
    auto [near, far] = connected_pair();
    auto list = make_list();
    add_waiter(list, near, readiness::read_write);
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::write);
    socket_send(far, "x");
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::read_write);
    fill(near);
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::read);
}

TEST_P(wait_conformance, interest_can_be_changed) {
    auto [near, far] = connected_pair();
    auto list = make_list({&near});
    EXPECT_EQ(ready_now(list), sockets{});
    add_waiter(list, near, readiness::write);
    EXPECT_EQ(list.size(), 1U);
    EXPECT_EQ(ready(list), sockets{&near});
    add_waiter(list, near, readiness::none);
    socket_send(far, "x");
    EXPECT_EQ(ready_now(list), sockets{}) << "neither input nor room for output is asked for";
    add_waiter(list, near);
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::read);
}

TEST_P(wait_conformance, a_listener_is_ready_when_a_connection_waits) {
    auto listener = socket_listen(ip_address::loopback_v4(), auto_port);
    auto list = make_list({&listener});
    EXPECT_EQ(ready_now(list), sockets{});
    auto const client = socket_connect(get_local_endpoint(listener));
    EXPECT_EQ(ready(list), sockets{&listener});
    EXPECT_EQ(ready(list), sockets{&listener});
    auto const accepted = socket_accept(listener);
    EXPECT_EQ(ready_now(list), sockets{});
}

TEST_P(wait_conformance, datagrams_also_empty_ones) {
    auto [near, far] = connected_datagram_pair();
    auto list = make_list({&near});
    EXPECT_EQ(ready_now(list), sockets{});
    socket_send(far, "");
    EXPECT_EQ(ready(list), sockets{&near});
    std::array<std::byte, 4> buffer{};
    EXPECT_EQ(socket_receive(near, buffer).size, 0U);
    EXPECT_EQ(ready_now(list), sockets{});
}

// ---- ends and failures --------------------------------------------------------------------------------------------

TEST_P(wait_conformance, the_end_of_the_stream_is_input) {
    auto [near, far] = tcp_pair();
    auto list = make_list({&near});
    socket_shutdown(far, direction::output);
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::read);
    EXPECT_EQ(receive_some(near), "");
    EXPECT_EQ(ready(list), sockets{&near}) << "and stays so";
}

TEST_P(wait_conformance, a_hang_up_makes_ready_for_all_that_is_asked_for) {
    for (auto const interest : {readiness::read, readiness::write, readiness::read_write}) {
        auto [near, far] = connected_pair();
        auto list = make_list();
        add_waiter(list, near, interest);
        if (includes(interest, readiness::write))
            fill(near);
        socket_close(far);
        EXPECT_EQ(ready(list), sockets{&near});
        EXPECT_EQ(near.state(), interest);
    }
}

TEST_P(wait_conformance, a_hang_up_counts_while_the_system_takes_no_output) {
    if (!pairs_hang_up)
        GTEST_SKIP() << "a TCP connection has ended in one direction alone";
    for (auto const interest : {readiness::read, readiness::write, readiness::read_write, readiness::none}) {
        auto [near, far] = connected_pair();
        auto list = make_list();
        add_waiter(list, near, interest);
        fill(near);
        EXPECT_EQ(ready_now(list), sockets{});
        socket_shutdown(far, direction::io); // what was sent stays unread, and takes up the room
        EXPECT_EQ(ready(list), sockets{&near});
        EXPECT_EQ(near.state(), interest == readiness::none ? readiness::read_write : interest);
    }
}

TEST_P(wait_conformance, a_reset_counts_whatever_is_asked_for) {
    for (auto const interest : {readiness::read, readiness::write, readiness::read_write, readiness::none}) {
        auto [near, far] = tcp_pair();
        fill(near);
        auto list = make_list();
        add_waiter(list, near, interest);
        EXPECT_EQ(ready_now(list), sockets{});
        set_socket_option(far, option::linger, 0s);
        socket_close(far);
        EXPECT_EQ(ready(list), sockets{&near});
        EXPECT_EQ(near.state(), interest == readiness::none ? readiness::read_write : interest);
    }
}

TEST_P(wait_conformance, a_reset_makes_ready_and_the_next_operation_tells) {
    if (is_wine())
        GTEST_SKIP() << "Wine takes a reset for a clean end";
    auto [near, far] = tcp_pair();
    auto list = make_list({&near});
    set_socket_option(far, option::linger, 0s);
    socket_close(far);
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::read);
    EXPECT_THROW(receive_some(near), connection_reset_error);
}

TEST_P(wait_conformance, without_interest_failures_are_still_detected) {
    auto [near, far] = tcp_pair();
    auto list = make_list();
    add_waiter(list, near, readiness::none);
    socket_send(far, "x");
    EXPECT_EQ(ready_now(list), sockets{});
    set_socket_option(far, option::linger, 0s);
    socket_close(far);
    EXPECT_EQ(ready(list), sockets{&near});
    EXPECT_EQ(near.state(), readiness::read_write) << "no operation would wait";
}

TEST_P(wait_conformance, a_refused_datagram_makes_ready) {
    if (!tells_refused_datagrams)
        GTEST_SKIP() << "refused datagrams are not told of here";
    auto gone = socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4()});
    auto const where = get_local_endpoint(gone);
    socket_close(gone);
    auto socket = socket_connect(where, protocol::datagram);
    auto list = make_list({&socket});
    socket_send(socket, "x");
    EXPECT_EQ(ready(list), sockets{&socket});
    std::array<std::byte, 4> buffer{};
    EXPECT_THROW(static_cast<void>(socket_receive(socket, buffer)), connection_refused_error);
    EXPECT_EQ(ready_now(list), sockets{}) << "the error has been taken";
}

INSTANTIATE_TEST_SUITE_P(backends, wait_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
