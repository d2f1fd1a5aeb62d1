// SPDX-License-Identifier: MIT
#include <usocket/transfer.hpp>

#include <array>
#include <cstring>
#include <string>
#include <thread>

#include <sys/socket.h>

#include <gtest/gtest.h>
#include <usocket/options.hpp>
#include <usocket/stream.hpp>

#include "support/loopback.hpp"
#include "unit/socket/every_kind.hpp"

// What receives tell of our end, and sends take as theirs, beyond what the conformance tests show.
namespace usocket {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;
ip_address const v4 = ip_address::loopback_v4();
endpoint const second(ip_address(127, 0, 0, 2), 0);

datagram_usocket open_noting(host const& local_host) {
    auto socket = socket_connect(protocol::datagram, {.local_host = local_host});
    set_socket_option(socket, option::packet_info, true);
    return socket;
}

TEST(datagram_destination, an_adopted_socket_learns_its_port_when_it_has_one) {
    for (bool const noting : {true, false}) {
        auto socket = test::adopt_unbound_datagram(platform::family::v4);
        if (noting)
            set_socket_option(socket, option::packet_info, true);
        auto peer = socket_connect(protocol::datagram, {.local_host = v4});
        auto const there = get_local_endpoint(peer);
        socket_send(socket, "binds", {.destination = &there});
        endpoint back;
        EXPECT_EQ(socket_receive(peer, {.timeout = patience, .source = &back}).buffer, "binds");
        endpoint const to(second.address(), back.port());
        socket_send(peer, "answer", {.destination = &to});
        endpoint destination;
        EXPECT_EQ(socket_receive(socket, {.timeout = patience, .destination = &destination}).buffer, "answer");
        EXPECT_EQ(destination, noting ? to : get_local_endpoint(socket));
        EXPECT_NE(destination.port(), 0);
    }
}

TEST(datagram_destination, a_connected_socket_on_the_wildcard_has_an_address) {
    auto peer = socket_connect(protocol::datagram, {.local_host = v4});
    auto reserved = socket_connect(protocol::datagram, {.local_host = v4});
    auto const port = get_local_port(reserved);
    socket_close(reserved);
    auto socket = socket_connect(get_local_endpoint(peer), protocol::datagram, {.local_port = port});
    auto const there = get_local_endpoint(socket);
    EXPECT_EQ(there, endpoint(v4, port));
    socket_send(peer, "x", {.destination = &there});
    endpoint destination;
    EXPECT_EQ(socket_receive(socket, {.timeout = patience, .destination = &destination}).buffer, "x");
    EXPECT_EQ(destination, there);
}

TEST(datagram_destination, of_a_local_socket_is_its_name) {
    auto const name = endpoint::local_abstract("usocket-destination-" + std::to_string(loopback::closed_port()));
    auto server = socket_connect(protocol::datagram, {.local = name});
    auto client = socket_connect(name, protocol::datagram);
    socket_send(client, "0123456789");
    endpoint destination;
    std::array<char, 4> room{};
    EXPECT_EQ(socket_receive(server, room, {.destination = &destination}).size, 10U);
    EXPECT_EQ(destination, name);
    auto [left, right] = make_datagram_pair();
    socket_send(left, "x");
    EXPECT_EQ(socket_receive(right, {.destination = &destination}).buffer, "x");
    EXPECT_EQ(destination, endpoint::local_unnamed());
}

TEST(datagram_destination, a_local_socket_takes_no_source) {
    auto [left, right] = make_datagram_pair();
    endpoint const name = endpoint::local_path("/tmp/any");
    for (endpoint const* const source : {&name, &second}) {
        try {
            socket_send(left, "x", {.source = source});
            ADD_FAILURE() << *source << " is taken";
        } catch (operation_not_supported_error const& condition) {
            EXPECT_NE(std::string(condition.what()).find("local socket"), std::string::npos) << condition.what();
        }
    }
    endpoint const chosen_by_the_system;
    socket_send(left, "y", {.source = &chosen_by_the_system});
    EXPECT_EQ(socket_receive(right).buffer, "y");
}

TEST(datagram_destination, what_is_no_address_is_no_source) {
    auto socket = socket_connect(protocol::datagram, {.local_host = v4});
    auto const here = get_local_endpoint(socket);
    endpoint const path = endpoint::local_path("/tmp/any");
    EXPECT_THROW(socket_send(socket, "x", {.destination = &here, .source = &path}), invalid_argument_error);
    endpoint const other_family(ip_address::loopback_v6(), 0);
    EXPECT_THROW(socket_send(socket, "x", {.destination = &here, .source = &other_family}),
                 address_not_available_error);
    endpoint const mapped(ip_address(second.address().v6_octets()), 0);
    socket_send(socket, "x", {.destination = &here, .source = &mapped});
    endpoint from;
    EXPECT_EQ(socket_receive(socket, {.source = &from}).buffer, "x");
    EXPECT_EQ(from, endpoint(second.address(), here.port()));
}

TEST(datagram_destination, a_source_of_the_other_family_does_not_fit_the_destination) {
    auto socket = socket_connect(protocol::datagram);
    endpoint const v6_source(ip_address::loopback_v6(), 0);
    endpoint const v4_destination(v4, get_local_port(socket));
    EXPECT_THROW(socket_send(socket, "x", {.destination = &v4_destination, .source = &v6_source}),
                 invalid_argument_error);
    endpoint const v6_destination(ip_address::loopback_v6(), get_local_port(socket));
    EXPECT_THROW(socket_send(socket, "x", {.destination = &v6_destination, .source = &second}), invalid_argument_error);
}

TEST(datagram_destination, a_source_of_ours_does_not_take_the_blame_for_the_destination) {
    auto socket = socket_connect(protocol::datagram, {.local_host = v4});
    endpoint const port_zero(v4, 0);
    std::error_code ec;
    socket_send(socket, "x", {.destination = &port_zero, .source = &second}, ec);
    EXPECT_EQ(ec, errc::invalid_argument);
    std::string const too_large(70'000, 'x');
    endpoint const here = get_local_endpoint(socket);
    socket_send(socket, too_large, {.destination = &here, .source = &second}, ec);
    EXPECT_EQ(ec, std::errc::message_size);
}

TEST(datagram_destination, closing_ends_a_receive_that_asks_for_it) {
    endpoint destination;
    for (time_limit const timeout : {time_limit(), time_limit(1h)}) {
        for (int round = 0; round < 100; ++round) {
            auto socket = open_noting(v4);
            std::thread closer([&from = socket] { socket_close(from); });
            std::error_code ec;
            static_cast<void>(socket_receive(socket, {.timeout = timeout, .destination = &destination}, ec));
            EXPECT_EQ(ec, errc::invalid_socket);
            closer.join();
        }
    }
    datagram_usocket closed;
    EXPECT_THROW(static_cast<void>(socket_receive(closed, {.destination = &destination})), invalid_socket_error);
    EXPECT_THROW(socket_send(closed, "x", {.source = &second}), invalid_socket_error);
}

TEST(datagram_destination, handles_that_come_with_a_local_datagram_are_not_taken) {
    auto [left, right] = make_datagram_pair();
    int const passed = left.native_handle();
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof passed)> control{};
    std::array<char, 1> text{'x'};
    iovec vector{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const note = CMSG_FIRSTHDR(&message);
    note->cmsg_level = SOL_SOCKET;
    note->cmsg_type = SCM_RIGHTS;
    note->cmsg_len = CMSG_LEN(sizeof passed);
    std::memcpy(CMSG_DATA(note), &passed, sizeof passed);
    ASSERT_EQ(::sendmsg(left.native_handle(), &message, 0), 1);
    auto const before = platform::test::open_descriptors();
    endpoint destination;
    EXPECT_EQ(socket_receive(right, {.destination = &destination}).buffer, "x");
    EXPECT_EQ(platform::test::open_descriptors(), before);
}

TEST(datagram_destination, of_a_stream_is_our_end) {
    for (auto const& address : {v4, ip_address::loopback_v6()}) {
        auto listener = socket_listen(wildcard_host, auto_port);
        auto made = loopback::connect_over(listener, address);
        for (auto* const socket : {&made.client, &made.server}) {
            auto& other = socket == &made.client ? made.server : made.client;
            socket_send(other, "line\nrest");
            endpoint destination;
            std::array<char, 5> room{};
            EXPECT_EQ(socket_receive(*socket, room, {.destination = &destination}).text(), "line\n");
            EXPECT_EQ(destination, get_local_endpoint(*socket));
            EXPECT_EQ(destination.address(), address);
            EXPECT_EQ(socket_receive(*socket, room, {.destination = &destination}).text(), "rest");
        }
        socket_close(made.client);
        endpoint destination;
        std::array<char, 5> room{};
        EXPECT_EQ(socket_receive(made.server, room, {.destination = &destination}).size, 0U);
        EXPECT_EQ(destination, endpoint(address, get_local_port(listener))) << "also at the end of the stream";
    }
}

TEST(datagram_destination, of_a_stream_with_buffered_input_is_our_end) {
    auto made = loopback::tcp();
    socket_send(made.client, "line\nrest");
    std::string line;
    ASSERT_TRUE(read_line(made.server.stream(), line));
    endpoint destination;
    std::array<char, 8> room{};
    EXPECT_EQ(socket_receive(made.server, room, {.destination = &destination}).text(), "rest");
    EXPECT_EQ(destination, get_local_endpoint(made.server));
    std::error_code ec;
    socket_send(made.client, "more");
    EXPECT_EQ(socket_receive(made.server, room, {.destination = &destination}, ec).text(), "more");
    EXPECT_FALSE(ec) << ec.message();
    auto [left, right] = make_socket_pair();
    socket_send(left, "x");
    EXPECT_EQ(socket_receive(right, room, {.destination = &destination}).text(), "x");
    EXPECT_EQ(destination, endpoint::local_unnamed());
}

} // namespace
} // namespace usocket
