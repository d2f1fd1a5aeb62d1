// SPDX-License-Identifier: MIT
#include "platform/posix/option_table.hpp"

#include <algorithm>
#include <iterator>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace usocket::platform {
namespace {

constexpr system_option socket_level(option_id id, int name) { return {.id = id, .level = SOL_SOCKET, .name = name}; }

constexpr system_option tcp(option_id id, int name) { return {.id = id, .level = IPPROTO_TCP, .name = name}; }

constexpr system_option ip(option_id id, int name, int v6_name) {
    return {.id = id, .level = IPPROTO_IP, .name = name, .v6_level = IPPROTO_IPV6, .v6_name = v6_name};
}

constexpr system_option table[] = {
    socket_level(option_id::receive_buffer_size, SO_RCVBUF),
    socket_level(option_id::send_buffer_size, SO_SNDBUF),
    socket_level(option_id::timestamps, SO_TIMESTAMP),
    socket_level(option_id::reuse_address, SO_REUSEADDR),
    socket_level(option_id::reuse_port, SO_REUSEPORT_LB),
    socket_level(option_id::broadcast, SO_BROADCAST),
    socket_level(option_id::tcp_keepalive, SO_KEEPALIVE),
    tcp(option_id::tcp_nodelay, TCP_NODELAY),
    tcp(option_id::tcp_keepalive_idle, TCP_KEEPIDLE),
    tcp(option_id::tcp_keepalive_interval, TCP_KEEPINTVL),
    tcp(option_id::tcp_keepalive_count, TCP_KEEPCNT),
    tcp(option_id::tcp_cork, TCP_NOPUSH),
    ip(option_id::traffic_class, IP_TOS, IPV6_TCLASS),
    ip(option_id::hop_limit, IP_TTL, IPV6_UNICAST_HOPS),
    ip(option_id::dont_fragment, IP_DONTFRAG, IPV6_DONTFRAG),
    ip(option_id::receive_traffic_class, IP_RECVTOS, IPV6_RECVTCLASS),
    ip(option_id::receive_hop_limit, IP_RECVTTL, IPV6_RECVHOPLIMIT),
    {.id = option_id::ipv6_only, .level = IPPROTO_IPV6, .name = IPV6_V6ONLY},
};

} // namespace

system_option const* find_system_option(option_id id) noexcept {
    auto const* const found =
        std::find_if(std::begin(table), std::end(table), [&](system_option const& option) { return option.id == id; });
    return found == std::end(table) ? nullptr : found;
}

} // namespace usocket::platform
