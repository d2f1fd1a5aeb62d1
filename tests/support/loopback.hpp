// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <gtest/gtest.h>
#include <usocket/connect.hpp>
#include <usocket/listen.hpp>
#include <usocket/local.hpp>

/// Connected sockets on this machine, for tests.
namespace loopback {

namespace u = usocket;

struct connection {
    u::stream_usocket client;
    u::stream_usocket server;
};

[[nodiscard]] inline connection connect_over(u::stream_server_usocket& listener, u::host const& host) {
    connection made;
    made.client = u::socket_connect(host, u::get_local_port(listener));
    made.server = u::socket_accept(listener);
    return made;
}

[[nodiscard]] inline connection tcp(u::host const& host = u::ip_address::loopback_v4()) {
    auto listener = u::socket_listen(host, u::auto_port);
    return connect_over(listener, host);
}

/// A TCP port on which nobody listens: one that was just free. Somebody else could take it meanwhile, but the system
/// hands out ports in no such hurry.
[[nodiscard]] inline std::uint16_t closed_port(u::ip_address const& address = u::ip_address::loopback_v4()) {
    auto listener = u::socket_listen(address, u::auto_port);
    return u::get_local_port(listener);
}

} // namespace loopback
