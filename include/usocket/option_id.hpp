// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace [[gnu::visibility("default")]] usocket {

/// The options of sockets, by number. Programs use the typed objects in namespace `option` (options.hpp), which say
/// what each does.
enum class option_id : std::uint8_t {
    // Kept by the library.
    receive_timeout,
    send_timeout,
    // Any socket.
    receive_buffer_size,
    send_buffer_size,
    timestamps,
    // IP sockets.
    reuse_address,
    reuse_port,
    ipv6_only,
    bind_to_device,
    mark,
    traffic_class,
    hop_limit,
    dont_fragment,
    path_mtu,
    // TCP.
    tcp_nodelay,
    tcp_keepalive,
    tcp_keepalive_idle,
    tcp_keepalive_interval,
    tcp_keepalive_count,
    linger,
    tcp_user_timeout,
    tcp_fast_open,
    tcp_fast_open_connect,
    tcp_cork,
    tcp_defer_accept,
    tcp_quick_ack,
    tcp_congestion_control,
    tcp_info,
    // UDP.
    broadcast,
    packet_info,
    receive_traffic_class,
    receive_hop_limit,
    count_lost_datagrams,
    join_multicast_group,
    leave_multicast_group,
    multicast_hop_limit,
    multicast_loop,
    multicast_interface,
};

/// How many there are; they are numbered from zero.
inline constexpr int option_id_count = static_cast<int>(option_id::multicast_interface) + 1;

} // namespace usocket
