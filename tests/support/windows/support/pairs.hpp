// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <usocket/connect.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/listen.hpp>
#include <usocket/socket.hpp>

namespace usocket::test {

/// Two sockets, connected to each other in the way that is the quickest on this system: Windows has no socket pairs.
[[nodiscard]] inline std::pair<stream_usocket, stream_usocket> connected_pair() {
    auto listener = socket_listen(ip_address::loopback_v4(), auto_port);
    auto near = socket_connect(get_local_endpoint(listener), connect_options{});
    return {std::move(near), socket_accept(listener)};
}

[[nodiscard]] inline std::pair<datagram_usocket, datagram_usocket> connected_datagram_pair() {
    auto reserved = socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4()});
    endpoint const far_end = get_local_endpoint(reserved);
    socket_close(reserved);
    auto near = socket_connect(far_end, protocol::datagram, {.local_host = ip_address::loopback_v4()});
    auto far = socket_connect(get_local_endpoint(near), protocol::datagram, {.local = far_end});
    return {std::move(near), std::move(far)};
}

} // namespace usocket::test
