// SPDX-License-Identifier: MIT
#include <chrono>

#include <sys/socket.h>

#include "torture/peer.hpp"
#include "torture/scenario.hpp"

namespace torture {
namespace {

using namespace std::chrono_literals;

template <class Option>
void set_and_get(u::usocket& socket, Option option, typename Option::value_type const& value) {
    doing("set_socket_option");
    u::set_socket_option(socket, option, value);
    doing("socket_option");
    require(u::socket_option(socket, option) == value, "an option has not the value it was given");
}

void options_of_streams() {
    auto const listener = raw_listener();
    doing("socket_connect", "127.0.0.1");
    closed_at_end socket(u::socket_connect(u::endpoint(u::ip_address::loopback_v4(), listener.port())));
    set_and_get(*socket, u::option::receive_timeout, 5s);
    set_and_get(*socket, u::option::tcp_nodelay, false);
    set_and_get(*socket, u::option::tcp_keepalive, true);
    set_and_get(*socket, u::option::tcp_keepalive_idle, 60s);
    set_and_get(*socket, u::option::linger, 3s);
    set_and_get(*socket, u::option::linger, std::nullopt);
    set_and_get(*socket, u::option::tcp_user_timeout, 5000ms);
    set_and_get(*socket, u::option::reuse_address, true);
    set_and_get(*socket, u::option::traffic_class, 0x10);
    set_and_get(*socket, u::option::hop_limit, 9);
    doing("socket_option");
    require(u::socket_option(*socket, u::option::receive_buffer_size) != 0, "the size of a buffer");
    require(!u::socket_option(*socket, u::option::tcp_congestion_control).empty(), "an algorithm's name");
    static_cast<void>(u::socket_option(*socket, u::option::tcp_info));
    static_cast<void>(u::supports(*socket, u::option_id::tcp_cork));
    doing("set_socket_option");
    u::set_socket_option(*socket, u::option::tcp_congestion_control, "reno");
    constexpr u::option::raw<int> keepalive{SOL_SOCKET, SO_KEEPALIVE};
    u::set_socket_option(*socket, keepalive, 1);
    doing("socket_option");
    require(u::socket_option(*socket, keepalive) == 1, "an option by its number");
}

void options_of_datagrams() {
    doing("socket_connect");
    closed_at_end socket(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1", .reuse_address = true}));
    static_cast<void>(u::supports(u::option::broadcast));
    set_and_get(*socket, u::option::broadcast, true);
    set_and_get(*socket, u::option::packet_info, true);
    set_and_get(*socket, u::option::multicast_loop, false);
    set_and_get(*socket, u::option::multicast_hop_limit, 3);
    doing("interface_number");
    u::multicast_group const group{.group = u::ip_address(239, 1, 2, 3), .interface_index = u::interface_number("lo")};
    doing("set_socket_option");
    u::set_socket_option(*socket, u::option::join_multicast_group, group);
    u::set_socket_option(*socket, u::option::leave_multicast_group, group);
}

constexpr scenario all[] = {
    {"options_of_streams", options_of_streams},
    {"options_of_datagrams", options_of_datagrams},
};

} // namespace

std::span<scenario const> option_scenarios() { return all; }

} // namespace torture
