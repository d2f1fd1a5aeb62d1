// SPDX-License-Identifier: MIT
#include <usocket/socket.hpp>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <usocket/conditions.hpp>
#include <usocket/options.hpp>
#include <usocket/stream.hpp>
#include <usocket/transfer.hpp>
#include <usocket/wait.hpp>

#include "support/loopback.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

static_assert(std::is_nothrow_move_constructible_v<u::stream_usocket>);
static_assert(!std::is_copy_constructible_v<u::stream_usocket>);

TEST(usocket, predicates_tell_kinds_apart) {
    u::stream_usocket const stream;
    u::stream_server_usocket const server;
    u::datagram_usocket const datagram;
    EXPECT_TRUE(u::usocket_p(stream) && u::usocket_p(server) && u::usocket_p(datagram));
    EXPECT_FALSE(u::usocket_p("a"));
    EXPECT_FALSE(u::usocket_p(nullptr));
    u::usocket const& erased = datagram;
    EXPECT_TRUE(u::datagram_usocket_p(erased));
    EXPECT_FALSE(u::stream_usocket_p(erased));
    EXPECT_FALSE(u::stream_server_usocket_p(erased));
    EXPECT_TRUE(u::stream_usocket_p(stream));
    EXPECT_TRUE(u::stream_server_usocket_p(server));
}

TEST(usocket, a_default_constructed_one_is_closed) {
    u::stream_usocket socket;
    EXPECT_FALSE(socket.is_open());
    EXPECT_EQ(socket.native_handle(), u::invalid_native_handle);
    EXPECT_EQ(socket.state(), u::readiness::none);
    EXPECT_NO_THROW(u::socket_close(socket));
    EXPECT_THROW(static_cast<void>(socket.stream()), u::invalid_socket_stream_error);
    EXPECT_THROW(static_cast<void>(socket.release()), u::invalid_socket_error);
    std::error_code ec;
    EXPECT_EQ(socket.release(ec), u::invalid_native_handle);
    EXPECT_EQ(ec, u::errc::invalid_socket);
    EXPECT_EQ(socket.stream(ec), nullptr);
    EXPECT_EQ(ec, u::errc::invalid_socket_stream);
    EXPECT_THROW(static_cast<void>(u::get_local_name(socket)), u::invalid_socket_error);
    EXPECT_THROW(u::socket_shutdown(socket, u::direction::io), u::invalid_socket_error);
}

TEST(usocket, moves_with_its_stream) {
    auto [client, server] = u::make_socket_pair();
    u::socket_stream& stream = server.stream();
    u::stream_usocket moved = std::move(server);
    EXPECT_FALSE(server.is_open()); // NOLINT(bugprone-use-after-move): what it promises
    EXPECT_EQ(&moved.stream(), &stream);
    client.stream() << "x\n" << std::flush;
    std::string line;
    EXPECT_TRUE(u::read_line(stream, line));
    EXPECT_EQ(line, "x");
}

TEST(usocket, assignment_closes_what_was_there) {
    auto [client, server] = u::make_socket_pair();
    client = u::stream_usocket();
    std::array<char, 4> buffer{};
    EXPECT_EQ(u::socket_receive(server, buffer).size, 0U);
}

TEST(usocket, destruction_sends_what_can_be_sent_at_once) {
    auto made = loopback::tcp();
    {
        auto const client = std::move(made.client);
        const_cast<u::stream_usocket&>(client).stream() << "forgotten flush";
    }
    std::array<char, 32> buffer{};
    EXPECT_EQ(u::socket_receive(made.server, buffer).size, 15U);
}

TEST(usocket, release_gives_the_handle_away) {
    auto [client, server] = u::make_socket_pair();
    client.stream() << "flushed";
    auto const handle = client.release();
    EXPECT_FALSE(client.is_open());
    std::array<char, 16> buffer{};
    EXPECT_EQ(u::socket_receive(server, buffer).size, 7U);
    EXPECT_EQ(::write(handle, "raw", 3), 3);
    EXPECT_EQ(u::socket_receive(server, buffer).size, 3U);
    ::close(handle);
}

TEST(socket_close, is_idempotent_and_frees_the_descriptor) {
    auto [client, server] = u::make_socket_pair();
    auto const handle = client.native_handle();
    u::socket_close(client);
    u::socket_close(client);
    EXPECT_EQ(::fcntl(handle, F_GETFD), -1);
    EXPECT_FALSE(client.is_open());
    EXPECT_EQ(client.native_handle(), u::invalid_native_handle);
}

TEST(socket_close, flushes_and_reports_what_fails) {
    auto made = loopback::tcp();
    made.client.stream() << "pending";
    u::socket_close(made.client);
    std::array<char, 16> buffer{};
    EXPECT_EQ(u::socket_receive(made.server, buffer).size, 7U);

    auto [left, right] = u::make_socket_pair();
    u::socket_close(right);
    left.stream() << "lost";
    EXPECT_THROW(u::socket_close(left), u::connection_aborted_error);
    EXPECT_FALSE(left.is_open()) << "closed all the same";
}

TEST(socket_close, wakes_a_reader_on_another_thread) {
    for (int round = 0; round < 50; ++round) {
        auto made = loopback::tcp();
        std::thread closer([&] { u::socket_close(made.client); });
        std::array<char, 4> buffer{};
        EXPECT_THROW(static_cast<void>(u::socket_receive(made.client, buffer)), u::invalid_socket_error);
        closer.join();
    }
}

TEST(socket_close, many_threads_may_close_at_once) {
    for (int round = 0; round < 100; ++round) {
        auto pair = u::make_socket_pair();
        auto& client = pair.first;
        auto& server = pair.second;
        std::thread first([&] { u::socket_close(client); });
        std::thread second([&] { u::socket_close(client); });
        first.join();
        second.join();
        std::array<char, 4> buffer{};
        EXPECT_EQ(u::socket_receive(server, buffer).size, 0U);
    }
}

TEST(socket_names, tell_both_ends) {
    auto made = loopback::tcp();
    auto const [address, port] = u::get_local_name(made.client);
    EXPECT_EQ(address, u::ip_address::loopback_v4());
    EXPECT_EQ(port, u::get_local_port(made.client));
    EXPECT_EQ(u::get_peer_name(made.server), u::get_local_name(made.client));
    EXPECT_EQ(u::get_peer_address(made.server), u::get_local_address(made.client));
    EXPECT_EQ(u::get_peer_port(made.server), u::get_local_port(made.client));
    EXPECT_EQ(u::get_peer_endpoint(made.server), u::get_local_endpoint(made.client));
}

TEST(socket_names, of_datagram_sockets) {
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = u::ip_address::loopback_v4()});
    auto client = u::socket_connect(u::ip_address::loopback_v4(), u::get_local_port(server), u::protocol::datagram);
    EXPECT_EQ(u::get_peer_port(client), u::get_local_port(server));
    std::error_code ec;
    static_cast<void>(u::get_peer_name(server, ec));
    EXPECT_EQ(ec, std::errc::not_connected);
    EXPECT_EQ(ec, u::errc::invalid_socket);
}

TEST(socket_names, the_peer_is_told_also_after_a_reset) {
    auto made = loopback::tcp();
    auto const peer = u::get_local_endpoint(made.client);
    u::set_socket_option(made.client, u::option::linger, 0s);
    u::socket_close(made.client);
    std::error_code ec;
    std::array<char, 4> buffer{};
    static_cast<void>(u::socket_receive(made.server, buffer, {}, ec));
    EXPECT_EQ(ec, u::errc::connection_reset);
    EXPECT_EQ(u::get_peer_endpoint(made.server), peer);
}

TEST(socket_names, a_listener_has_no_peer) {
    auto listener = u::socket_listen(u::ip_address::loopback_v4(), u::auto_port);
    EXPECT_THROW(static_cast<void>(u::get_peer_name(listener)), u::invalid_socket_error);
}

TEST(socket_shutdown, output_ends_the_peers_input_after_a_flush) {
    auto made = loopback::tcp();
    made.client.stream() << "last words";
    u::socket_shutdown(made.client, u::direction::output);
    std::array<char, 16> buffer{};
    EXPECT_EQ(u::socket_receive(made.server, buffer).size, 10U);
    EXPECT_EQ(u::socket_receive(made.server, buffer).size, 0U);
    u::socket_send(made.server, "still open this way");
    EXPECT_EQ(u::socket_receive(made.client, buffer).size, 16U);
}

TEST(socket_shutdown, input_ends_our_own_reading) {
    auto made = loopback::tcp();
    u::socket_shutdown(made.client, u::direction::input);
    std::array<char, 16> buffer{};
    EXPECT_EQ(u::socket_receive(made.client, buffer).size, 0U);
    u::socket_send(made.server, "what comes later is not read either");
    static_cast<void>(u::wait_for_input(made.client, {.timeout = 10s}));
    EXPECT_EQ(u::socket_receive(made.client, buffer).size, 0U);
    EXPECT_EQ(made.client.stream().rdbuf()->in_avail(), -1);
    EXPECT_EQ(u::read_some(made.client.stream(), buffer), 0U);
}

TEST(socket_shutdown, works_on_datagram_sockets) {
    auto socket = u::socket_connect(u::protocol::datagram, {.local_host = u::ip_address::loopback_v4()});
    EXPECT_NO_THROW(u::socket_shutdown(socket, u::direction::output));
    EXPECT_THROW(u::socket_send(socket, "x", {.host = "127.0.0.1", .port = 9}), u::shutdown_error);
    auto [left, right] = u::make_datagram_pair();
    u::socket_shutdown(left, u::direction::io);
    EXPECT_THROW(u::socket_send(left, "x"), u::shutdown_error);
}

namespace {

/// A raw pair of descriptors, as a caller may have them.
struct raw_pair {
    explicit raw_pair(int type) { EXPECT_EQ(::socketpair(AF_UNIX, type, 0, handles.data()), 0); }
    std::array<int, 2> handles{-1, -1};
};

} // namespace

TEST(adopting, takes_over_a_socket_of_the_right_kind) {
    raw_pair const raw(SOCK_STREAM);
    auto left = u::make_stream_socket(raw.handles[0]);
    auto right = u::make_stream_socket(raw.handles[1], u::element::octet);
    EXPECT_EQ(left.native_handle(), raw.handles[0]);
    EXPECT_EQ(right.element_type(), u::element::octet);
    u::socket_send(left, "x");
    std::array<char, 4> buffer{};
    EXPECT_EQ(u::socket_receive(right, buffer).size, 1U);

    raw_pair const datagrams(SOCK_DGRAM);
    auto one = u::make_datagram_socket(datagrams.handles[0]);
    auto two = u::make_datagram_socket(datagrams.handles[1]);
    EXPECT_TRUE(one.connected());
    u::socket_send(one, "y");
    EXPECT_EQ(u::socket_receive(two).buffer, "y");
}

TEST(adopting, a_non_blocking_socket_blocks_all_the_same) {
    raw_pair const raw(SOCK_STREAM | SOCK_NONBLOCK);
    auto left = u::make_stream_socket(raw.handles[0]);
    auto right = u::make_stream_socket(raw.handles[1]);
    std::thread writer([&] { u::socket_send(right, "x"); });
    std::array<char, 4> buffer{};
    EXPECT_EQ(u::socket_receive(left, buffer).size, 1U);
    writer.join();
}

TEST(adopting, refuses_another_kind_and_leaves_it_open) {
    raw_pair const stream(SOCK_STREAM);
    raw_pair const datagram(SOCK_DGRAM);
    EXPECT_THROW(static_cast<void>(u::make_datagram_socket(stream.handles[0])), u::invalid_socket_error);
    EXPECT_THROW(static_cast<void>(u::make_stream_server_socket(stream.handles[0])), u::invalid_socket_error);
    EXPECT_THROW(static_cast<void>(u::make_stream_socket(datagram.handles[0])), u::invalid_socket_error);
    EXPECT_THROW(static_cast<void>(u::make_stream_socket(-1)), u::invalid_socket_error);
    std::array<int, 2> pipes{};
    ASSERT_EQ(::pipe(pipes.data()), 0);
    EXPECT_THROW(static_cast<void>(u::make_stream_socket(pipes[0])), u::invalid_socket_error);
    int const unconnected = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::error_code ec;
    static_cast<void>(u::make_stream_socket(unconnected, u::element::character, ec));
    EXPECT_EQ(ec, u::errc::invalid_socket);
    for (int const handle : {stream.handles[0], stream.handles[1], datagram.handles[0], datagram.handles[1], pipes[0],
                             pipes[1], unconnected}) {
        EXPECT_NE(::fcntl(handle, F_GETFD), -1) << "still the caller's";
        ::close(handle);
    }
}

TEST(adopting, a_listener) {
    auto original = u::socket_listen(u::ip_address::loopback_v4(), u::auto_port);
    auto listener = u::make_stream_server_socket(original.release());
    EXPECT_TRUE(loopback::connect_over(listener, u::ip_address::loopback_v4()).server.is_open());
}

TEST(make_socket_pair, is_a_connected_pair) {
    auto [left, right] = u::make_socket_pair(u::element::octet);
    EXPECT_EQ(left.element_type(), u::element::octet);
    u::socket_send(left, "ping");
    std::array<char, 8> buffer{};
    EXPECT_EQ(u::socket_receive(right, buffer).size, 4U);
    std::error_code ec;
    auto const pair = u::make_datagram_pair(ec);
    EXPECT_FALSE(ec);
    EXPECT_TRUE(pair.first.is_open() && pair.second.is_open());
}

TEST(usocket, two_threads_may_ask_for_the_stream_first) {
    for (int round = 0; round < 200; ++round) {
        auto pair = u::make_socket_pair();
        std::atomic<int> there{0};
        std::array<u::socket_stream*, 2> streams{};
        auto const ask = [&](std::size_t which) {
            for (++there; there < 2;)
                ;
            streams[which] = &pair.first.stream();
        };
        std::thread other(ask, 1);
        ask(0);
        other.join();
        ASSERT_EQ(streams[0], streams[1]);
    }
}
