// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include "torture/peer.hpp"
#include "torture/scenario.hpp"

namespace torture {
namespace {

using namespace std::chrono_literals;

void exchange(u::time_limit timeout) {
    auto const peer = raw_datagram();
    doing("socket_connect", "127.0.0.1");
    closed_at_end socket(u::socket_connect({u::ip_address::loopback_v4(), peer.port()}, u::protocol::datagram,
                                           {.read_timeout = timeout, .write_timeout = timeout}));
    doing("socket_send", "127.0.0.1");
    require(u::socket_send(*socket, "ping") == 4, "the count of what was sent");
    require(peer.receive() == "ping", "the datagram");
    doing("get_local_port");
    peer.send_to("pong", u::get_local_port(*socket));
    char buffer[16];
    doing("socket_receive", "127.0.0.1");
    expect(u::socket_receive(*socket, buffer, {.peek = true}).text() == "pong");
    auto const got = u::socket_receive(*socket, buffer);
    expect(got.text() == "pong" && got.port == peer.port());
}

void datagram() { exchange({}); }
void datagram_with_timeout() { exchange(5s); }

/// Without a connection: from one address to another, as the system tells them.
void datagram_addresses() {
    auto const peer = raw_datagram();
    doing("socket_connect");
    closed_at_end socket(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    doing("set_socket_option");
    u::set_socket_option(*socket, u::option::packet_info, true);
    doing("get_local_endpoint");
    auto const own_end = u::get_local_endpoint(*socket);
    require(!socket->connected(), "connected to nobody");
    u::endpoint const to(u::ip_address::loopback_v4(), peer.port());
    u::endpoint const from(u::ip_address::loopback_v4(), 0);
    doing("socket_send", "127.0.0.1");
    u::socket_send_to(*socket, "one", to);
    u::socket_send(*socket, "one and a half", {.destination = &to});
    u::socket_send(*socket, "two", {.destination = &to, .source = &from});
    u::socket_send(*socket, "three", {.host = "127.0.0.1", .port = peer.port()});
    require(peer.receive() == "one" && peer.receive() == "one and a half" && peer.receive() == "two" &&
                peer.receive() == "three",
            "the datagrams");
    peer.send_to("answer", own_end.port());
    char buffer[16];
    u::endpoint source;
    u::endpoint destination;
    doing("socket_receive");
    auto const got = u::socket_receive(*socket, buffer, {.source = &source, .destination = &destination});
    expect(got.text() == "answer" && source == to && destination == own_end);
    peer.send_to("more", own_end.port());
    expect(u::socket_receive(*socket).buffer == "more");
}

/// More than the buffer: the size tells.
void datagram_truncated() {
    auto const peer = raw_datagram();
    doing("socket_connect");
    closed_at_end socket(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    doing("get_local_port");
    std::uint16_t const port = u::get_local_port(*socket);
    peer.send_to("0123456789", port);
    char buffer[4];
    doing("socket_receive");
    auto const got = u::socket_receive(*socket, buffer, {.timeout = 5s});
    expect(got.text() == "0123" && got.size == 10);
}

/// By each path that the system may take, to whoever it is.
void datagram_paths() {
    auto const peer = raw_datagram();
    doing("socket_connect", "127.0.0.1");
    closed_at_end socket(u::socket_connect("127.0.0.1", peer.port(), u::protocol::datagram, {.timeout = 5s}));
    doing("get_local_port");
    std::uint16_t const port = u::get_local_port(*socket);
    doing("datagram_batch");
    u::datagram_batch batch;
    for (auto const path :
         {u::datagram_path::single_calls, u::datagram_path::calls_of_many, u::datagram_path::automatic}) {
        u::outgoing_datagram equal[] = {{.data = "ab"}, {.data = "cd"}};
        doing("socket_send_batch", "127.0.0.1");
        for (std::span<u::outgoing_datagram> left(equal); !left.empty();) {
            auto const result = u::socket_send_batch(*socket, left, {.timeout = 5s, .path = path});
            require(result.refused == 0, "no datagram of a connected socket has an error of its own");
            left = left.subspan(result.taken);
        }
        require(peer.receive() == "ab" && peer.receive() == "cd", "the datagrams, once and in their order");
        peer.send_to("answer", port);
        doing("socket_receive_batch", "127.0.0.1");
        expect(u::socket_receive_batch(*socket, batch, {.timeout = 5s, .path = path}) == 1 && batch.size() == 1 &&
               (*batch.begin()).text() == "answer");
    }
}

/// To the connected peer, in as few calls as possible, and its answers.
void datagram_batches() {
    auto const peer = raw_datagram();
    doing("socket_connect", "127.0.0.1");
    closed_at_end socket(u::socket_connect({u::ip_address::loopback_v4(), peer.port()}, u::protocol::datagram,
                                           {.read_timeout = 5s, .write_timeout = 5s}));
    u::outgoing_datagram mixed[] = {{.data = "a"}, {.data = "bc"}, {.data = "def"}};
    u::outgoing_datagram equal[] = {{.data = "gh"}, {.data = "ij"}, {.data = "k"}};
    for (std::span<u::outgoing_datagram> const batch :
         {std::span<u::outgoing_datagram>(mixed), std::span<u::outgoing_datagram>(equal)}) {
        doing("socket_send_batch", "127.0.0.1");
        for (auto left = batch; !left.empty();) {
            auto const result = u::socket_send_batch(*socket, left);
            require(result.refused == 0, "no datagram of a connected socket has an error of its own");
            left = left.subspan(result.taken);
        }
        for (auto const& one : batch)
            require(peer.receive() == std::string(reinterpret_cast<char const*>(one.data.data()), one.data.size()),
                    "the datagrams, once and in their order");
    }
    doing("socket_send_split", "127.0.0.1");
    expect(u::socket_send_split(*socket, "lmnop", 2).sent() == 3);
    require(peer.receive() == "lm" && peer.receive() == "no" && peer.receive() == "p", "the pieces");
    doing("get_local_port");
    std::uint16_t const port = u::get_local_port(*socket);
    for (char const* const text : {"one", "two", "three"})
        peer.send_to(text, port);
    doing("datagram_batch");
    u::datagram_batch batch(2);
    doing("socket_receive_batch", "127.0.0.1");
    std::string received;
    for (std::size_t count = 0; count < 3;) {
        count += u::socket_receive_batch(*socket, batch);
        for (auto const& one : batch)
            received += one.text();
    }
    expect(received == "onetwothree");
    peer.send_to("four", port);
    doing("socket_receive", "127.0.0.1");
    char buffer[16];
    expect(u::socket_receive(*socket, buffer).text() == "four");
}

constexpr scenario all[] = {
    {"datagram", datagram},
    {"datagram_with_timeout", datagram_with_timeout},
    {"datagram_addresses", datagram_addresses},
    {"datagram_truncated", datagram_truncated},
    {"datagram_batches", datagram_batches},
    {"datagram_paths", datagram_paths},
};

} // namespace

std::span<scenario const> datagram_scenarios() {
    static_cast<void>(u::supports(u::datagram_path::offload)); // asks the system once, before anything fails
    return all;
}

} // namespace torture
