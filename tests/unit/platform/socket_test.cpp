// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

using test::open;
using test::open_bound;
using test::owned_handle;

bool is_close_on_exec(handle socket) { return (::fcntl(socket, F_GETFD) & FD_CLOEXEC) != 0; }
bool is_non_blocking(handle socket) { return (::fcntl(socket, F_GETFL) & O_NONBLOCK) != 0; }

int get_flag(handle socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(::getsockopt(socket, level, name, &value, &size), 0);
    return value;
}

TEST(platform_socket, new_sockets_are_not_inherited_and_block_unless_asked) {
    for (auto const which : {family::v4, family::v6, family::local}) {
        for (auto const type : {socket_type::stream, socket_type::datagram}) {
            for (bool const non_blocking : {false, true}) {
                owned_handle socket;
                ASSERT_EQ(open_socket(which, type, non_blocking, socket.out()), 0);
                EXPECT_TRUE(is_close_on_exec(socket));
                EXPECT_EQ(is_non_blocking(socket), non_blocking);
                socket_description description;
                ASSERT_EQ(describe_socket(socket, description), 0);
                EXPECT_EQ(description.family, which);
                EXPECT_EQ(description.type, type);
                EXPECT_FALSE(description.listening);
            }
        }
    }
}

TEST(platform_socket, a_pair_is_connected_and_not_inherited) {
    for (auto const type : {socket_type::stream, socket_type::datagram}) {
        handle pair[2] = {};
        ASSERT_EQ(open_socket_pair(type, pair), 0);
        owned_handle const a(pair[0]);
        owned_handle const b(pair[1]);
        EXPECT_TRUE(is_close_on_exec(a));
        EXPECT_TRUE(is_close_on_exec(b));
        EXPECT_EQ(send(a, test::octets("x"), transfer_flags::none).count, 1U);
        std::array<std::byte, 4> buffer{};
        EXPECT_EQ(receive(b, buffer, transfer_flags::none).count, 1U);
        endpoint remote;
        EXPECT_EQ(remote_endpoint(a, remote), 0);
        EXPECT_EQ(remote, endpoint::local_unnamed());
    }
}

TEST(platform_socket, blocking_can_be_switched) {
    auto const socket = open(family::v4, socket_type::datagram);
    EXPECT_EQ(set_non_blocking(socket, true), 0);
    EXPECT_TRUE(is_non_blocking(socket));
    EXPECT_EQ(set_non_blocking(socket, false), 0);
    EXPECT_FALSE(is_non_blocking(socket));
}

TEST(platform_socket, closing_twice_says_so) {
    owned_handle socket = open(family::v4, socket_type::stream);
    handle const number = socket;
    socket.reset();
    EXPECT_EQ(close_handle(number), EBADF);
    EXPECT_EQ(classify(set_non_blocking(number, true)), errc::bad_file_descriptor);
}

class platform_socket_of_family : public testing::TestWithParam<family> {
protected:
    void SetUp() override {
        if (GetParam() == family::v6 && !test::has_v6_loopback())
            GTEST_SKIP() << "no IPv6 loopback address";
    }
};
INSTANTIATE_TEST_SUITE_P(families, platform_socket_of_family, testing::Values(family::v4, family::v6));

TEST_P(platform_socket_of_family, a_listener_accepts_and_knows_both_ends) {
    auto const listener = open_bound(GetParam(), socket_type::stream);
    ASSERT_EQ(listen(listener, 1), 0);
    auto const where = test::local_of(listener);
    EXPECT_EQ(where.address(), test::loopback(GetParam()));
    EXPECT_NE(where.port(), 0);
    socket_description description;
    ASSERT_EQ(describe_socket(listener, description), 0);
    EXPECT_TRUE(description.listening);

    auto const client = open(GetParam(), socket_type::stream);
    ASSERT_EQ(connect(client, where), 0);
    owned_handle server;
    endpoint peer;
    ASSERT_EQ(accept(listener, server.out(), peer), 0);
    EXPECT_TRUE(is_close_on_exec(server));
    EXPECT_FALSE(is_non_blocking(server));
    EXPECT_EQ(peer, test::local_of(client));
    EXPECT_EQ(test::local_of(server), where);
    endpoint remote;
    ASSERT_EQ(remote_endpoint(server, remote), 0);
    EXPECT_EQ(remote, peer);
    ASSERT_EQ(remote_endpoint(client, remote), 0);
    EXPECT_EQ(remote, where);
}

TEST_P(platform_socket_of_family, a_connected_datagram_socket_can_be_disconnected) {
    auto const peer = open_bound(GetParam(), socket_type::datagram);
    auto const socket = open_bound(GetParam(), socket_type::datagram);
    ASSERT_EQ(connect(socket, test::local_of(peer)), 0);
    endpoint remote;
    ASSERT_EQ(remote_endpoint(socket, remote), 0);
    EXPECT_EQ(remote, test::local_of(peer));
    ASSERT_EQ(disconnect(socket), 0);
    EXPECT_EQ(classify(remote_endpoint(socket, remote)), errc::invalid_socket);
}

TEST_P(platform_socket_of_family, connecting_where_nobody_listens_is_refused) {
    auto const bound = open_bound(GetParam(), socket_type::stream); // holds the port, does not listen
    auto const client = open(GetParam(), socket_type::stream);
    EXPECT_EQ(classify(connect(client, test::local_of(bound))), errc::connection_refused);
}

TEST_P(platform_socket_of_family, a_non_blocking_connect_reports_its_outcome_as_the_pending_error) {
    auto const bound = open_bound(GetParam(), socket_type::stream);
    auto const client = open(GetParam(), socket_type::stream, true);
    int const begun = connect(client, test::local_of(bound));
    if (begun != 0 && !is_in_progress(begun)) { // the loopback interface may answer at once
        EXPECT_EQ(classify(begun), errc::connection_refused);
        return;
    }
    poll_entry entry{.socket = client, .want_write = true};
    std::size_t ready = 0;
    ASSERT_EQ(poll({&entry, 1}, std::nullopt, ready), 0);
    EXPECT_EQ(ready, 1U);
    EXPECT_EQ(classify(take_error(client)), errc::connection_refused);
    EXPECT_EQ(take_error(client), 0) << "taken once";
}

TEST_P(platform_socket_of_family, two_listeners_never_share_an_address) {
    auto const first = open(GetParam(), socket_type::stream);
    ASSERT_EQ(set_reuse_address(first, true), 0);
    ASSERT_EQ(bind(first, endpoint(test::loopback(GetParam()), 0)), 0);
    ASSERT_EQ(listen(first, 1), 0);
    auto const second = open(GetParam(), socket_type::stream);
    ASSERT_EQ(set_reuse_address(second, true), 0);
    EXPECT_EQ(classify(bind(second, test::local_of(first))), errc::address_in_use);
}

TEST(platform_socket, flags_reach_the_system) {
    auto const v6 = open(family::v6, socket_type::stream);
    auto const v4 = open(family::v4, socket_type::stream);
    for (bool const value : {true, false}) {
        EXPECT_EQ(set_v6_only(v6, value), 0);
        EXPECT_EQ(get_flag(v6, IPPROTO_IPV6, IPV6_V6ONLY), value ? 1 : 0);
        EXPECT_EQ(set_nodelay(v4, value), 0);
        EXPECT_EQ(get_flag(v4, IPPROTO_TCP, TCP_NODELAY) != 0, value);
        EXPECT_EQ(set_reuse_address(v4, value), 0);
        EXPECT_EQ(get_flag(v4, SOL_SOCKET, SO_REUSEADDR) != 0, value);
    }
    EXPECT_NE(set_v6_only(v4, true), 0);
    auto const local = open(family::local, socket_type::stream);
    EXPECT_TRUE(is_no_such_option(set_nodelay(local, true)));
}

TEST(platform_socket, shutting_down_output_is_an_end_for_the_peer) {
    auto const pair = test::connected_pair();
    ASSERT_EQ(shutdown(pair.client, direction::output), 0);
    std::array<std::byte, 4> buffer{};
    auto const end = receive(pair.server, buffer, transfer_flags::none);
    EXPECT_EQ(end.error, 0);
    EXPECT_EQ(end.count, 0U);
    EXPECT_EQ(send(pair.server, test::octets("late"), transfer_flags::none).count, 4U) << "input is still open";
    EXPECT_EQ(receive(pair.client, buffer, transfer_flags::none).count, 4U);

    ASSERT_EQ(shutdown(pair.server, direction::input), 0);
    EXPECT_EQ(shutdown(pair.server, direction::both), 0);
    auto const unconnected = open(family::v4, socket_type::stream);
    EXPECT_EQ(classify(shutdown(unconnected, direction::both)), errc::invalid_socket);
}

TEST(platform_socket, sending_to_a_peer_that_is_gone_is_an_error_and_no_signal) {
    auto pair = test::connected_pair();
    ASSERT_EQ(shutdown(pair.client, direction::output), 0);
    EXPECT_EQ(classify(send(pair.client, test::octets("x"), transfer_flags::none).error), errc::connection_aborted);
    EXPECT_EQ(classify(send_gathered(pair.client, test::octets("x"), test::octets("y"), transfer_flags::none).error),
              errc::connection_aborted);
}

TEST(platform_socket, what_is_no_socket_of_a_known_kind_is_described_as_none) {
    socket_description description;
    EXPECT_EQ(classify(describe_socket(invalid_handle, description)), errc::bad_file_descriptor);
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    owned_handle const in(ends[0]);
    owned_handle const out(ends[1]);
    EXPECT_EQ(classify(describe_socket(in, description)), errc::invalid_socket);
    owned_handle const sequenced(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    EXPECT_EQ(classify(describe_socket(sequenced, description)), errc::invalid_socket);
    owned_handle const netlink(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(classify(describe_socket(netlink, description)), errc::invalid_socket);
}

TEST(platform_socket, local_sockets_bind_to_paths_and_abstract_names) {
    test::temporary_directory const directory;
    std::string const unique = directory.file("x");
    for (auto const& where :
         {endpoint::local_path(directory.file("socket")), endpoint::local_abstract(unique + std::string("\0b", 2))}) {
        auto const listener = open_bound(family::local, socket_type::stream, where);
        EXPECT_EQ(test::local_of(listener), where);
        ASSERT_EQ(listen(listener, 1), 0);
        auto const client = open(family::local, socket_type::stream);
        ASSERT_EQ(connect(client, where), 0);
        endpoint remote;
        ASSERT_EQ(remote_endpoint(client, remote), 0);
        EXPECT_EQ(remote, where);
        owned_handle server;
        ASSERT_EQ(accept(listener, server.out(), remote), 0);
        EXPECT_EQ(remote, endpoint::local_unnamed());
    }
}

TEST(platform_socket, a_path_that_fills_the_address_works) {
    test::temporary_directory const directory;
    auto path = directory.file("");
    path.resize(108, 'p');
    auto const listener = open_bound(family::local, socket_type::stream, endpoint::local_path(path));
    EXPECT_EQ(test::local_of(listener), endpoint::local_path(path));
    ASSERT_EQ(listen(listener, 1), 0);
    auto const client = open(family::local, socket_type::stream);
    EXPECT_EQ(connect(client, endpoint::local_path(path)), 0);

    auto const other = open(family::local, socket_type::stream);
    EXPECT_EQ(classify(bind(other, endpoint::local_path(path + "p"))), errc::invalid_argument);
    EXPECT_EQ(classify(connect(other, endpoint::local_path(directory.file("none")))), errc::address_not_available);
}

TEST(platform_socket, a_full_backlog_of_a_local_listener_would_block) {
    test::temporary_directory const directory;
    auto const where = endpoint::local_path(directory.file("socket"));
    auto const listener = open_bound(family::local, socket_type::stream, where);
    ASSERT_EQ(listen(listener, 0), 0);
    std::vector<owned_handle> clients;
    int error = 0;
    while (error == 0 && clients.size() < 10) {
        clients.push_back(open(family::local, socket_type::stream, true));
        error = connect(clients.back(), where);
    }
    EXPECT_TRUE(is_would_block(error));
    EXPECT_FALSE(is_in_progress(error));
}

TEST(platform_socket, accepting_from_an_empty_queue_would_block) {
    auto const listener = open_bound(family::v4, socket_type::stream);
    ASSERT_EQ(listen(listener, 1), 0);
    ASSERT_EQ(set_non_blocking(listener, true), 0);
    handle accepted = 0;
    endpoint remote;
    EXPECT_TRUE(is_would_block(accept(listener, accepted, remote)));
    EXPECT_EQ(accepted, invalid_handle);
}

TEST(platform_socket, nothing_is_left_open) {
    auto const before = test::open_descriptors();
    {
        auto const pair = test::connected_pair();
        handle local[2] = {};
        ASSERT_EQ(open_socket_pair(socket_type::stream, local), 0);
        owned_handle const a(local[0]);
        owned_handle const b(local[1]);
        EXPECT_EQ(test::open_descriptors(), before + 4);
    }
    EXPECT_EQ(test::open_descriptors(), before);
}

} // namespace
} // namespace usocket::platform
