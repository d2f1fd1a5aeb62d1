// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <utility>

#include <usocket/connect.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/listen.hpp>
#include <usocket/socket.hpp>

namespace usocket::test {

/// Two sockets, connected to each other in the way that is the quickest on this system: Windows has no socket pairs.
///
/// The ports of thousands of pairs rest when they are closed, and no listener can have one of those: a few listeners
/// serve all pairs, so that tests do not run out of ports.
[[nodiscard]] inline std::pair<stream_usocket, stream_usocket> connected_pair() {
    struct listeners {
        std::mutex mutex{};
        std::array<stream_server_usocket, 8> all{};
        std::size_t next = 0;
    };
    static auto& shared = *new listeners; // threads may outlive what is destroyed at the end
    std::lock_guard const lock(shared.mutex);
    auto& listener = shared.all[shared.next++ % shared.all.size()];
    if (!listener.is_open())
        listener = socket_listen(ip_address::loopback_v4(), auto_port);
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
