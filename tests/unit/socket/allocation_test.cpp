// SPDX-License-Identifier: MIT
//
// What an operation allocates, counted: making a socket one object, everything else nothing.
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <usocket/usocket.hpp>

#include "support/allocation_counter.hpp"
#include "support/loopback.hpp"
#include "support/system_traits.hpp"

namespace u = usocket;
using namespace std::chrono_literals;
using allocation_counter::during;

namespace {

u::ip_address const v4 = u::ip_address::loopback_v4();
std::array<char, 256> buffer{};

} // namespace

TEST(allocations, are_counted) {
    EXPECT_EQ(during([] { EXPECT_EQ(std::string(300, 'x').size(), 300U); }), 1U);
}

TEST(allocations, one_for_each_socket_made) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto const port = u::get_local_port(listener);
    u::stream_usocket client;
    u::stream_usocket server;
    EXPECT_EQ(during([&] { client = u::socket_connect(v4, port); }), 1U);
    EXPECT_EQ(during([&] { server = u::socket_accept(listener); }), 1U);
    EXPECT_EQ(during([&] { u::socket_close(client); }), 0U);
    EXPECT_EQ(during([&] { static_cast<void>(u::socket_connect(v4, port, u::protocol::datagram)); }), 1U);
}

TEST(allocations, none_for_moving_octets) {
    auto made = loopback::tcp();
    EXPECT_EQ(during([&] { u::socket_send(made.client, "hello"); }), 0U);
    EXPECT_EQ(during([&] { static_cast<void>(u::socket_receive(made.server, buffer)); }), 0U);
    EXPECT_EQ(during([&] { u::socket_send(made.client, "hello", {.timeout = 1h}); }), 0U);
    EXPECT_EQ(during([&] { static_cast<void>(u::socket_receive(made.server, buffer, {.timeout = 1h})); }), 0U);
    std::error_code ec;
    if (!u::test::wakers_are_parts_of_threads) {
        u::cancel_scope const first_of_this_thread{1ms};
        static_cast<void>(u::socket_receive(made.server, buffer, {}, ec));
    }
    EXPECT_EQ(during([&] {
                  static_cast<void>(u::socket_receive(made.server, buffer, {.timeout = 1ms}, ec));
                  EXPECT_EQ(ec, u::errc::timeout);
              }),
              0U)
        << "not even on failure, in the reporting form";
    EXPECT_EQ(during([&] {
                  u::cancel_scope const scope{1ms};
                  static_cast<void>(u::socket_receive(made.server, buffer, {}, ec));
                  EXPECT_EQ(ec, u::errc::deadline_timeout);
              }),
              0U);
    EXPECT_EQ(during([&] { static_cast<void>(u::get_peer_name(made.client)); }), 0U);
}

TEST(allocations, none_for_datagrams) {
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = v4});
    auto const port = u::get_local_port(server);
    auto client = u::socket_connect(v4, port, u::protocol::datagram);
    EXPECT_EQ(during([&] { u::socket_send(client, "hello"); }), 0U);
    EXPECT_EQ(during([&] { static_cast<void>(u::socket_receive(server, buffer)); }), 0U);
    EXPECT_EQ(during([&] { u::socket_send(client, "hello", {.host = "127.0.0.1", .port = port}); }), 0U);
    u::endpoint const to(v4, port);
    EXPECT_EQ(during([&] { u::socket_send_to(client, "hello", to); }), 0U);
}

TEST(allocations, none_for_the_addresses_of_datagrams) {
    auto server = u::socket_connect(u::protocol::datagram);
    u::set_socket_option(server, u::option::packet_info, true);
    auto client = u::socket_connect(v4, u::get_local_port(server), u::protocol::datagram);
    u::socket_send(client, "hello");
    u::endpoint from;
    u::endpoint to;
    auto const receive = [&] {
        static_cast<void>(u::socket_receive(server, buffer, {.peek = true, .source = &from, .destination = &to}));
    };
    EXPECT_EQ(during(receive), 0U);
    EXPECT_EQ(to.address(), v4);
    EXPECT_EQ(during([&] { u::socket_send(server, "hello", {.destination = &from, .source = &to}); }), 0U);
    u::set_socket_option(server, u::option::packet_info, false);
    EXPECT_EQ(during(receive), 0U);
    EXPECT_EQ(to, u::get_local_endpoint(server));
    u::endpoint const foreign(u::ip_address(203, 0, 113, 1), 0);
    std::error_code ec;
    EXPECT_EQ(during([&] { u::socket_send(server, "hello", {.destination = &from, .source = &foreign}, ec); }), 0U);
    EXPECT_TRUE(ec == u::errc::address_not_available || u::test::is_wine())
        << "Wine sends from an address of its own choice";
}

TEST(allocations, none_for_batches_of_datagrams) {
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = v4});
    auto client = u::socket_connect(u::protocol::datagram);
    u::endpoint const where = u::get_local_endpoint(server);
    std::vector<u::outgoing_datagram> all(100, {.data = "hello", .destination = &where});
    u::datagram_batch batch;
    EXPECT_EQ(during([&] { EXPECT_EQ(u::socket_send_batch(client, all).sent(), 100U); }), 0U);
    EXPECT_LE(during([&] { u::socket_receive_batch(server, batch); }), 2U); // once, what joining takes
    EXPECT_EQ(during([&] { EXPECT_EQ(u::socket_send_split(client, "hello", 1, &where).sent(), 5U); }), 0U);
    EXPECT_EQ(during([&] {
                  u::socket_receive_batch(server, batch);
                  for (auto const& one : batch)
                      EXPECT_FALSE(one.truncated());
              }),
              0U);
}

TEST(allocations, none_for_lines_once_the_stream_has_its_buffers) {
    auto made = loopback::tcp();
    std::string line(200, ' ');
    auto const exchange = [&] {
        made.client.stream() << "some line of text " << 12345 << '\n' << std::flush;
        EXPECT_TRUE(u::read_line(made.server.stream(), line));
        made.client.stream() << "and another\n" << std::flush;
        std::getline(made.server.stream(), line);
    };
    exchange();
    EXPECT_EQ(during(exchange), 0U);
}

TEST(allocations, none_for_waiting_on_a_list) {
    auto made = loopback::tcp();
    auto list = u::make_wait_list({&made.client, &made.server});
    u::socket_send(made.client, "x");
    auto const wait = [&] { EXPECT_EQ(u::wait_for_input(list, {.ready_only = true}).sockets.size(), 1U); };
    wait();
    EXPECT_EQ(during(wait), 0U);
}
