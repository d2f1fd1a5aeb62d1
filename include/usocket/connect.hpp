// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

#include <usocket/callback.hpp>
#include <usocket/conditions.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/names.hpp>
#include <usocket/port.hpp>
#include <usocket/restart.hpp>
#include <usocket/sequence.hpp>
#include <usocket/socket.hpp>
#include <usocket/time_limit.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// What kind of socket socket_connect() makes: `protocol::stream` (the default) or `protocol::datagram`.
namespace protocol {
/// The type of `protocol::stream`.
struct stream_tag {
    constexpr explicit stream_tag(int) noexcept {}
};
/// The type of `protocol::datagram`.
struct datagram_tag {
    constexpr explicit datagram_tag(int) noexcept {}
};
/// A connection: TCP, or a local one.
inline constexpr stream_tag stream{0};
/// Single datagrams: UDP, or local ones.
inline constexpr datagram_tag datagram{0};
} // namespace protocol

/// Whether small writes go out at once (TCP_NODELAY). `if_supported` makes a socket_warning of a system that cannot.
enum class nodelay : std::uint8_t { no, yes, if_supported };

/// Replaces the system's resolver: the addresses of a name, in the order to try them.
using resolver_function = callback<sequence<ip_address>(std::string_view name)>;

/// Options of socket_connect() for stream sockets.
struct connect_options {
    /// What the socket's stream is made of.
    element element_type = element::character;
    /// Bounds the connect, name lookup included, and each later read, as in the original.
    time_limit timeout{};
    /// Bounds the connect, instead of `timeout`.
    time_limit connect_timeout{};
    /// Bounds each later read, instead of `timeout`.
    time_limit read_timeout{};
    /// Bounds each later write.
    time_limit write_timeout{};
    /// A point in time for the connect as a whole. For what follows it as well, use a cancel_scope.
    std::optional<time_point> deadline{};
    enum nodelay nodelay = nodelay::yes;
    /// Binds our end first: to an address of an interface, a port, or both. A name is looked up.
    class host local_host{};
    class port local_port{};
    /// Only IPv6; unset means ipv6_only().
    std::optional<bool> ipv6_only{};
    /// Sets options before binding and connecting.
    socket_configurator configure{};
    /// Decides what to do when the connect fails; see restart.
    failure_handler on_failure{};
    /// How long one address may take before the next is tried beside it (RFC 8305); at least 10 ms.
    std::chrono::milliseconds attempt_delay{250};
    /// Looks names up instead of the system's resolver.
    resolver_function resolver{};
};

/// Connects a stream socket (usocket: `socket-connect`).
///
/// A name's addresses are tried in turn with the families interleaved, the next one when one fails or has not answered
/// within `attempt_delay`, the earlier ones still running; the first that connects wins (RFC 8305). Without a limit in
/// force and with one address to try, this is the bare socket(), connect() and TCP_NODELAY calls; to an unprivileged
/// port also getsockname(), since such a connect may reach itself where nobody listens, which counts as refused.
///
/// Raises what the last attempt failed with, carrying all attempts with their reasons: connection_refused_error,
/// host_unreachable_error, network_unreachable_error, address_not_available_error...; timeout_error (the timeout, or
/// the system gave up), deadline_timeout_error, interrupted_condition; invalid_argument_error (port 0 or out of range,
/// an invalid host); the ns_ conditions of names.hpp; no_buffers_error.
[[nodiscard]] stream_usocket socket_connect(host const& host, port const& port, connect_options const& options = {});
[[nodiscard]] stream_usocket socket_connect(host const& host, port const& port, connect_options const& options,
                                            std::error_code& ec);
[[nodiscard]] inline stream_usocket socket_connect(host const& host, port const& port, std::error_code& ec) {
    return socket_connect(host, port, connect_options{}, ec);
}
[[nodiscard]] stream_usocket socket_connect(host const& host, port const& port, protocol::stream_tag,
                                            connect_options const& options = {});
[[nodiscard]] stream_usocket socket_connect(host const& host, port const& port, protocol::stream_tag,
                                            connect_options const& options, std::error_code& ec);

/// Connects to one endpoint: an address with a port, or a local path or abstract name.
/// Raises besides: address_not_available_error (no such path), operation_not_permitted_error, unsupported (no local
/// sockets, or no abstract names, on this system).
[[nodiscard]] stream_usocket socket_connect(endpoint const& remote, connect_options const& options = {});
[[nodiscard]] stream_usocket socket_connect(endpoint const& remote, connect_options const& options,
                                            std::error_code& ec);

/// Options of socket_connect() for datagram sockets.
struct datagram_options {
    /// Bounds each later receive, as in the original, where `read_timeout` does not.
    time_limit timeout{};
    time_limit read_timeout{};
    time_limit write_timeout{};
    /// Bounds looking up names.
    std::optional<time_point> deadline{};
    /// Binds our end: to receive on a known port, or send from a known address.
    class host local_host{};
    class port local_port{};
    /// Binds our end to a local path or abstract name, or to an address with a port; wins over local_host and
    /// local_port.
    std::optional<endpoint> local{};
    /// Lets sockets share the local port (SO_REUSEADDR), as multicast receivers do.
    bool reuse_address = false;
    /// Only IPv6; unset means ipv6_only(). A wildcard socket otherwise takes both families.
    std::optional<bool> ipv6_only{};
    /// Sets options before binding and connecting.
    socket_configurator configure{};
    failure_handler on_failure{};
    resolver_function resolver{};
};

/// A datagram socket that talks to one peer: the address that get_host_by_name() gives (usocket: `socket-connect` with
/// `:datagram`). Nothing is sent; that nobody listens shows, where the peer says so, at a later call as
/// connection_refused_error.
[[nodiscard]] datagram_usocket socket_connect(host const& host, port const& port, protocol::datagram_tag,
                                              datagram_options const& options = {});
[[nodiscard]] datagram_usocket socket_connect(host const& host, port const& port, protocol::datagram_tag,
                                              datagram_options const& options, std::error_code& ec);
[[nodiscard]] datagram_usocket socket_connect(endpoint const& remote, protocol::datagram_tag,
                                              datagram_options const& options = {});
[[nodiscard]] datagram_usocket socket_connect(endpoint const& remote, protocol::datagram_tag,
                                              datagram_options const& options, std::error_code& ec);

/// A datagram socket without a peer: it receives from anybody and each send names its destination. It is bound at once:
/// to what the options say, else to a free port on every interface, which get_local_port() tells.
[[nodiscard]] datagram_usocket socket_connect(protocol::datagram_tag, datagram_options const& options = {});
[[nodiscard]] datagram_usocket socket_connect(protocol::datagram_tag, datagram_options const& options,
                                              std::error_code& ec);

} // namespace usocket
