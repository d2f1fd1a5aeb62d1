// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <system_error>

#include <usocket/endpoint.hpp>
#include <usocket/host.hpp>
#include <usocket/port.hpp>
#include <usocket/restart.hpp>
#include <usocket/socket.hpp>
#include <usocket/time_limit.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// Options of socket_listen().
struct listen_options {
    /// Takes the port at once after a restart, while old connections linger; never lets two live listeners share it.
    /// Unset means yes.
    std::optional<bool> reuse_address{};
    /// The deprecated spelling; `reuse_address` wins.
    std::optional<bool> reuseaddress{};
    /// Connections that may wait to be accepted, 0 or more; the system may cut it.
    int backlog = 5;
    /// What the streams of accepted sockets are made of.
    element element_type = element::character;
    /// Lets several listeners share the port, the system spreading connections (SO_REUSEPORT). Raises unsupported
    /// where the system has no such thing.
    bool reuse_port = false;
    /// Only IPv6 on an IPv6 or wildcard listener; unset means ipv6_only().
    std::optional<bool> ipv6_only{};
    /// Local paths: the permissions of the socket file, set before anybody can connect. Unset: as the umask has it.
    std::optional<unsigned> mode{};
    /// Local paths: first remove a socket that nobody listens on any more; anything else at the path is never touched.
    bool replace_stale = true;
    /// Sets options before binding.
    socket_configurator configure{};
    /// Decides what to do when listening fails; see restart.
    failure_handler on_failure{};
};

/// Listens for stream connections (usocket: `socket-listen`).
///
/// The wildcard host takes IPv4 and IPv6 on every interface, as far as the system has them; a name is looked up and its
/// first address used. `auto_port` takes a free port, which get_local_port() tells.
/// Raises address_in_use_error, address_not_available_error (no such interface or path), operation_not_permitted_error,
/// invalid_argument_error (port or host not valid, a negative backlog), unsupported, no_buffers_error, and the ns_
/// conditions.
[[nodiscard]] stream_server_usocket socket_listen(host const& host, port const& port,
                                                  listen_options const& options = {});
[[nodiscard]] stream_server_usocket socket_listen(host const& host, port const& port, listen_options const& options,
                                                  std::error_code& ec);
[[nodiscard]] inline stream_server_usocket socket_listen(host const& host, port const& port, std::error_code& ec) {
    return socket_listen(host, port, listen_options{}, ec);
}

/// Listens on one endpoint: an address with a port, or a local path or abstract name. The file of a local path goes
/// when the socket is closed.
[[nodiscard]] stream_server_usocket socket_listen(endpoint const& local, listen_options const& options = {});
[[nodiscard]] stream_server_usocket socket_listen(endpoint const& local, listen_options const& options,
                                                  std::error_code& ec);

/// Options of socket_accept().
struct accept_options {
    /// What the stream is made of; unset means as the listener says.
    std::optional<element> element_type{};
    /// How long to wait for a connection.
    time_limit timeout{};
};

/// Waits for the next connection and accepts it (usocket: `socket-accept`). Connections that were aborted while they
/// waited are passed over. One system call; the socket that results costs one allocation.
/// Raises timeout_error, deadline_timeout_error, interrupted_condition, invalid_socket_error (closed, or closed
/// meanwhile), no_buffers_error (out of descriptors: nothing is lost, the connection waits on), out_of_memory_error.
[[nodiscard]] stream_usocket socket_accept(stream_server_usocket& listener, accept_options const& options = {});
[[nodiscard]] stream_usocket socket_accept(stream_server_usocket& listener, accept_options const& options,
                                           std::error_code& ec);
[[nodiscard]] inline stream_usocket socket_accept(stream_server_usocket& listener, std::error_code& ec) {
    return socket_accept(listener, accept_options{}, ec);
}

} // namespace usocket
