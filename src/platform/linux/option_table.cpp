// SPDX-License-Identifier: MIT
#include "platform/posix/option_table.hpp"

#include <algorithm>
#include <iterator>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace usocket::platform {
namespace {

constexpr system_option socket_level(option_id id, int name, bool is_unsigned = false) {
    return {.id = id, .level = SOL_SOCKET, .name = name, .is_unsigned = is_unsigned};
}

constexpr system_option tcp(option_id id, int name) { return {.id = id, .level = IPPROTO_TCP, .name = name}; }

constexpr system_option ip(option_id id, int name, int v6_name) {
    return {.id = id, .level = IPPROTO_IP, .name = name, .v6_level = IPPROTO_IPV6, .v6_name = v6_name};
}

constexpr system_option table[] = {
    socket_level(option_id::receive_buffer_size, SO_RCVBUF),
    socket_level(option_id::send_buffer_size, SO_SNDBUF),
    socket_level(option_id::timestamps, SO_TIMESTAMPNS),
    socket_level(option_id::count_lost_datagrams, SO_RXQ_OVFL),
    socket_level(option_id::reuse_address, SO_REUSEADDR),
    socket_level(option_id::reuse_port, SO_REUSEPORT),
    socket_level(option_id::mark, SO_MARK, true),
    socket_level(option_id::broadcast, SO_BROADCAST),
    socket_level(option_id::tcp_keepalive, SO_KEEPALIVE),
    tcp(option_id::tcp_nodelay, TCP_NODELAY),
    tcp(option_id::tcp_keepalive_idle, TCP_KEEPIDLE),
    tcp(option_id::tcp_keepalive_interval, TCP_KEEPINTVL),
    tcp(option_id::tcp_keepalive_count, TCP_KEEPCNT),
    tcp(option_id::tcp_user_timeout, TCP_USER_TIMEOUT),
    tcp(option_id::tcp_fast_open, TCP_FASTOPEN),
    tcp(option_id::tcp_fast_open_connect, TCP_FASTOPEN_CONNECT),
    tcp(option_id::tcp_cork, TCP_CORK),
    tcp(option_id::tcp_defer_accept, TCP_DEFER_ACCEPT),
    tcp(option_id::tcp_quick_ack, TCP_QUICKACK),
    ip(option_id::traffic_class, IP_TOS, IPV6_TCLASS),
    ip(option_id::hop_limit, IP_TTL, IPV6_UNICAST_HOPS),
    ip(option_id::path_mtu, IP_MTU, IPV6_MTU),
    ip(option_id::packet_info, IP_PKTINFO, IPV6_RECVPKTINFO),
    ip(option_id::receive_traffic_class, IP_RECVTOS, IPV6_RECVTCLASS),
    ip(option_id::receive_hop_limit, IP_RECVTTL, IPV6_RECVHOPLIMIT),
    ip(option_id::multicast_hop_limit, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS),
    ip(option_id::multicast_loop, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP),
    {.id = option_id::ipv6_only, .level = IPPROTO_IPV6, .name = IPV6_V6ONLY},
};

} // namespace

system_option const* find_system_option(option_id id) noexcept {
    auto const* const found =
        std::find_if(std::begin(table), std::end(table), [&](system_option const& option) { return option.id == id; });
    return found == std::end(table) ? nullptr : found;
}

} // namespace usocket::platform
