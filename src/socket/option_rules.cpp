// SPDX-License-Identifier: MIT
#include "socket/option_rules.hpp"

#include <array>
#include <limits>

#include <usocket/option_value.hpp>

namespace usocket::detail {
namespace {

using namespace socket_kinds;

constexpr std::int64_t max_int = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t max_unsigned = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t max_probe_time = 32767;
constexpr std::int64_t max_probe_count = 127;
constexpr std::int64_t max_linger = 65535;

constexpr std::string_view any_socket = "a socket";
constexpr std::string_view connected_or_datagram = "a connected or a datagram socket";
constexpr std::string_view datagram_socket = "a datagram socket";
constexpr std::string_view ip_socket = "an IP socket";
constexpr std::string_view tcp_socket = "a TCP socket";
constexpr std::string_view connected_tcp = "a connected TCP socket";
constexpr std::string_view listening_tcp = "a listening TCP socket";
constexpr std::string_view udp_socket = "a UDP socket";

// In the order of option_id.
constexpr auto rules = std::to_array<option_rule>({
    {option_id::receive_timeout, "receive_timeout", reader_or_writer, connected_or_datagram},
    {option_id::send_timeout, "send_timeout", reader_or_writer, connected_or_datagram},

    {option_id::receive_buffer_size, "receive_buffer_size", any, any_socket, 1, max_int},
    {option_id::send_buffer_size, "send_buffer_size", any, any_socket, 1, max_int},
    {option_id::timestamps, "timestamps", datagram, datagram_socket},

    {option_id::reuse_address, "reuse_address", ip, ip_socket},
    {option_id::reuse_port, "reuse_port", ip, ip_socket},
    {option_id::ipv6_only, "ipv6_only", ip | only_v6, "an IPv6 socket"},
    {option_id::bind_to_device, "bind_to_device", ip, ip_socket},
    {option_id::mark, "mark", ip, ip_socket, 0, max_unsigned},
    {option_id::traffic_class, "traffic_class", ip, ip_socket, 0, 255},
    {option_id::hop_limit, "hop_limit", ip, ip_socket, 1, 255},
    {option_id::dont_fragment, "dont_fragment", ip, ip_socket},
    {option_id::path_mtu, "path_mtu", ip, ip_socket},

    {option_id::tcp_nodelay, "tcp_nodelay", tcp, tcp_socket},
    {option_id::tcp_keepalive, "tcp_keepalive", tcp, tcp_socket},
    {option_id::tcp_keepalive_idle, "tcp_keepalive_idle", tcp, tcp_socket, 1, max_probe_time},
    {option_id::tcp_keepalive_interval, "tcp_keepalive_interval", tcp, tcp_socket, 1, max_probe_time},
    {option_id::tcp_keepalive_count, "tcp_keepalive_count", tcp, tcp_socket, 1, max_probe_count},
    {option_id::linger, "linger", tcp, tcp_socket, unset_value, max_linger},
    {option_id::tcp_user_timeout, "tcp_user_timeout", tcp, tcp_socket, 0, max_int},
    {option_id::tcp_fast_open, "tcp_fast_open", tcp_listener, listening_tcp, 0, max_int},
    {option_id::tcp_fast_open_connect, "tcp_fast_open_connect", tcp_connection, connected_tcp},
    {option_id::tcp_cork, "tcp_cork", tcp_connection, connected_tcp},
    {option_id::tcp_defer_accept, "tcp_defer_accept", tcp_listener, listening_tcp, 0, max_int},
    {option_id::tcp_quick_ack, "tcp_quick_ack", tcp, tcp_socket},
    {option_id::tcp_congestion_control, "tcp_congestion_control", tcp, tcp_socket},
    {option_id::tcp_info, "tcp_info", tcp, tcp_socket},

    {option_id::broadcast, "broadcast", udp, udp_socket},
    {option_id::packet_info, "packet_info", udp, udp_socket},
    {option_id::receive_traffic_class, "receive_traffic_class", udp, udp_socket},
    {option_id::receive_hop_limit, "receive_hop_limit", udp, udp_socket},
    {option_id::count_lost_datagrams, "count_lost_datagrams", udp, udp_socket},
    {option_id::join_multicast_group, "join_multicast_group", udp, udp_socket},
    {option_id::leave_multicast_group, "leave_multicast_group", udp, udp_socket},
    {option_id::multicast_hop_limit, "multicast_hop_limit", udp, udp_socket, 0, 255},
    {option_id::multicast_loop, "multicast_loop", udp, udp_socket},
    {option_id::multicast_interface, "multicast_interface", udp, udp_socket, 0, max_int},
});

constexpr bool are_in_order() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<std::size_t>(rules[i].id) != i)
            return false;
    }
    return rules.size() == option_id_count;
}
static_assert(are_in_order());

constexpr unsigned kind_bit(socket_kind kind, bool is_local) noexcept {
    switch (kind) {
    case socket_kind::stream:
        return is_local ? local_connection : tcp_connection;
    case socket_kind::stream_server:
        return is_local ? local_listener : tcp_listener;
    case socket_kind::datagram:
        return is_local ? local_datagram : udp;
    }
    return 0;
}

} // namespace

bool option_rule::is_of(socket_kind kind, platform::family family) const noexcept {
    if ((kinds & only_v6) != 0 && family != platform::family::v6)
        return false;
    return (kinds & kind_bit(kind, family == platform::family::local)) != 0;
}

option_rule const& rule_of(option_id id) noexcept { return rules[static_cast<std::size_t>(id)]; }

} // namespace usocket::detail
