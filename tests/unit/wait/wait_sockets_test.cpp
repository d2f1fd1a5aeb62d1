// SPDX-License-Identifier: MIT
#include <usocket/wait.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>
#include <usocket/connect.hpp>
#include <usocket/listen.hpp>
#include <usocket/local.hpp>
#include <usocket/stream.hpp>
#include <usocket/transfer.hpp>

#include "support/pairs.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using sockets = std::vector<usocket*>;

sockets found(wait_sockets_result const& result) { return {result.sockets.begin(), result.sockets.end()}; }

TEST(wait_sockets, one_socket) {
    auto [near, far] = test::connected_pair();
    auto result = wait_for_input(near, {.timeout = 0s});
    EXPECT_EQ(found(result), sockets{&near});
    EXPECT_EQ(near.state(), readiness::none);
    EXPECT_TRUE(wait_for_input(near, {.timeout = 0s, .ready_only = true}).sockets.empty());
    socket_send(far, "x");
    result = wait_for_input(near, {.timeout = 20s, .ready_only = true});
    EXPECT_EQ(found(result), sockets{&near});
    EXPECT_EQ(near.state(), readiness::read);
    EXPECT_TRUE(result.remaining && *result.remaining > 10s && *result.remaining <= 20s);
    result = wait_for_input(near);
    EXPECT_EQ(found(result), sockets{&near});
    EXPECT_FALSE(result.remaining);
}

TEST(wait_sockets, in_the_order_given) {
    for (int const count : {3, 16, 17, 100}) {
        std::vector<std::pair<stream_usocket, stream_usocket>> pairs;
        for (int i = 0; i < count; ++i)
            pairs.push_back(test::connected_pair());
        sockets all;
        sockets expected;
        for (auto& [near, far] : pairs) {
            all.insert(all.begin(), &near);
            if (all.size() % 3 == 0) {
                socket_send(far, "x");
                expected.insert(expected.begin(), &near);
            }
        }
        EXPECT_EQ(found(wait_for_input(all, {.ready_only = true})), expected);
        EXPECT_EQ(found(wait_for_input(all)), all);
        for (usocket const* const socket : all) {
            bool const is_ready = std::find(expected.begin(), expected.end(), socket) != expected.end();
            EXPECT_EQ(socket->state(), is_ready ? readiness::read : readiness::none);
        }
    }
}

TEST(wait_sockets, several_kinds) {
    auto listener = socket_listen(ip_address::loopback_v4(), auto_port);
    auto [near, far] = test::connected_datagram_pair();
    EXPECT_TRUE(wait_for_input({&listener, &near}, {.timeout = 1ms, .ready_only = true}).sockets.empty());
    auto const client = socket_connect(get_local_endpoint(listener));
    EXPECT_EQ(found(wait_for_input({&near, &listener}, {.ready_only = true})), sockets{&listener});
    socket_send(far, "");
    EXPECT_EQ(found(wait_for_input({&near, &listener}, {.ready_only = true})), (sockets{&near, &listener}));
    std::error_code ec;
    EXPECT_EQ(wait_for_input({&near, &listener}, {.ready_only = true}, ec).sockets.size(), 2U);
    EXPECT_FALSE(ec);
}

TEST(wait_sockets, buffered_input_is_ready_and_the_system_is_asked_all_the_same) {
    auto [near, far] = test::connected_pair();
    auto [other, peer_of_other] = test::connected_pair();
    socket_send(far, "one\ntwo\n");
    std::string line;
    ASSERT_TRUE(read_line(near.stream(), line));
    EXPECT_EQ(found(wait_for_input({&near, &other}, {.ready_only = true})), sockets{&near});
    socket_send(peer_of_other, "x");
    EXPECT_EQ(found(wait_for_input({&near, &other}, {.ready_only = true})), (sockets{&near, &other}));
    EXPECT_EQ(near.state(), readiness::read);
}

TEST(wait_sockets, a_timeout_never_ends_early) {
    auto [near, far] = test::connected_pair();
    for (auto const timeout : {1ns, 1500ns, 999'999ns, 2'000'001ns}) {
        auto const start = clock::now();
        auto const result = wait_for_input(near, {.timeout = timeout, .ready_only = true});
        EXPECT_GE(clock::now() - start, timeout);
        EXPECT_TRUE(result.sockets.empty());
        EXPECT_FALSE(result.remaining);
    }
}

TEST(wait_sockets, bad_arguments_are_refused_before_waiting) {
    auto [near, far] = test::connected_pair();
    socket_send(far, "x");
    EXPECT_THROW(static_cast<void>(wait_for_input({&near, nullptr})), invalid_argument_error);
    std::error_code code;
    sockets const list{&near, nullptr};
    EXPECT_TRUE(wait_for_input(list, {}, code).sockets.empty());
    EXPECT_EQ(code, errc::invalid_argument);

    stream_usocket moved = std::move(far);
    EXPECT_THROW(static_cast<void>(wait_for_input({&near, &far})), invalid_socket_error);
    socket_close(moved);
    EXPECT_THROW(static_cast<void>(wait_for_input(moved)), invalid_socket_error);
    static_cast<void>(wait_for_input(moved, {}, code));
    EXPECT_EQ(code, errc::invalid_socket);
}

TEST(wait_sockets, none_at_all_waits_for_a_limit_and_needs_one) {
    EXPECT_THROW(static_cast<void>(wait_for_input(std::span<usocket* const>())), invalid_argument_error);
    auto const start = clock::now();
    EXPECT_TRUE(wait_for_input(std::span<usocket* const>(), {.timeout = 2ms}).sockets.empty());
    EXPECT_GE(clock::now() - start, 2ms);
    cancel_scope scope{2ms};
    EXPECT_THROW(static_cast<void>(wait_for_input(std::span<usocket* const>())), deadline_timeout_error);
}

TEST(wait_sockets, cancelling_and_deadlines) {
    auto [near, far] = test::connected_pair();
    for (int round = 0; round < 50; ++round) {
        cancel_scope scope;
        std::thread canceller([&scope] { scope.cancel(); });
        EXPECT_THROW(static_cast<void>(wait_for_input(near)), interrupted_condition);
        canceller.join();
    }
    socket_send(far, "x");
    cancel_scope scope{0s};
    EXPECT_THROW(static_cast<void>(wait_for_input(near)), deadline_timeout_error);
}

TEST(wait_sockets, closing_from_another_thread_ends_the_wait) {
    auto const close_during_wait = [](usocket& socket) {
        std::thread closer([&socket] { socket_close(socket); });
        std::error_code code;
        static_cast<void>(wait_for_input(socket, {.timeout = 20s}, code));
        closer.join();
        EXPECT_EQ(code, errc::invalid_socket);
    };
    for (int round = 0; round < 50; ++round) {
        auto [near, far] = test::connected_pair();
        close_during_wait(near);
        auto listener = socket_listen(ip_address::loopback_v4(), auto_port);
        close_during_wait(listener);
        auto datagrams = socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4()});
        close_during_wait(datagrams);
    }
}

TEST(wait_sockets, a_member_of_a_list_can_be_waited_for_alone) {
    auto [near, far] = test::connected_pair();
    auto list = make_wait_list({&near});
    socket_send(far, "x");
    EXPECT_EQ(wait_for_input(near).sockets.size(), 1U);
    EXPECT_EQ(near.state(), readiness::read);
    EXPECT_TRUE(list.contains(near));
    std::byte octet{};
    EXPECT_EQ(socket_receive(near, std::span(&octet, 1)).size, 1U);
    EXPECT_EQ(wait_for_input(list, {.timeout = 0s}).sockets.size(), 1U);
    EXPECT_EQ(near.state(), readiness::none) << "what the list's wait found";
}

} // namespace
} // namespace usocket
