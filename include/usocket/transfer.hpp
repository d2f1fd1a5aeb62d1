// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <usocket/datagram_details.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/octet_span.hpp>
#include <usocket/port.hpp>
#include <usocket/socket.hpp>
#include <usocket/time_limit.hpp>

/// Sending and receiving without a stream.
///
/// Each call is one system call where no limit is in force and the system takes all at once, and never allocates.
/// All raise invalid_socket_error (closed, or closed meanwhile by another thread), timeout_error (the `timeout` option,
/// or else the socket's own read or write timeout), deadline_timeout_error and interrupted_condition (cancel_scope),
/// and what the connection or system reports; bytes_transferred() of the condition is exact.
namespace [[gnu::visibility("default")]] usocket {

/// The most octets that a UDP datagram over IPv4 can carry (usocket: `+max-datagram-packet-size+`).
inline constexpr std::size_t max_datagram_packet_size = 65507;
/// The same over IPv6 (without jumbograms).
inline constexpr std::size_t max_datagram_packet_size_v6 = 65527;

/// Options of socket_send() for stream sockets.
struct send_options {
    /// How many octets of the buffer to send; unset means all from `offset` on.
    std::optional<std::size_t> length{};
    /// Where in the buffer to begin.
    std::size_t offset = 0;
    /// Instead of the socket's write timeout.
    time_limit timeout{};
};

/// Options of socket_send() for datagram sockets.
struct datagram_send_options {
    /// How many octets of the buffer to send; unset means all from `offset` on.
    std::optional<std::size_t> length{};
    /// Where in the buffer to begin.
    std::size_t offset = 0;
    /// Where to, together with `port`: needed on an unconnected socket, allowed on a connected one. A name is looked up
    /// at each call and means the address that get_host_by_name() gives, of the socket's family.
    class host host{};
    class port port{};
    /// Where to, as an endpoint; wins over host and port, and costs no lookup. Must outlive the call.
    endpoint const* destination = nullptr;
    /// Where to send from: an address of this machine, as receive_options::destination tells it; the port is not looked
    /// at. The system chooses where this is null, no endpoint or the wildcard. Must outlive the call. A socket on the
    /// wildcard answers with it from the address that a request came to:
    /// `socket_send(socket, answer, {.destination = &from, .source = &to})`.
    endpoint const* source = nullptr;
    /// Instead of the socket's write timeout.
    time_limit timeout{};
};

namespace detail {
inline constexpr send_options send_all_of_it{}; // at one place, which stays in the processor's caches
}

/// Sends all of the buffer on a stream socket, and returns its length (usocket: `socket-send`). What the socket's
/// stream has buffered goes out first. Raises besides: shutdown_error, connection_reset_error,
/// connection_aborted_error (the peer is gone), invalid_argument_error (offset or length beyond the buffer).
std::size_t socket_send(stream_usocket& socket, octet_span buffer,
                        send_options const& options = detail::send_all_of_it);
/// The error_code form returns what was sent before a failure.
std::size_t socket_send(stream_usocket& socket, octet_span buffer, send_options const& options, std::error_code& ec);
inline std::size_t socket_send(stream_usocket& socket, octet_span buffer, std::error_code& ec) {
    return socket_send(socket, buffer, detail::send_all_of_it, ec);
}

/// Sends the buffer as one datagram, which may be empty, and returns its length (usocket: `socket-send`).
/// Raises besides: invalid_argument_error (larger than a datagram can be, no destination, host without port or port
/// without host, offset or length beyond the buffer, a source that this destination cannot be reached from),
/// connection_refused_error (an earlier datagram was refused by the connected peer; this one was not sent), and what
/// looking up a name raises. With a source also address_not_available_error (no address of this machine or not of the
/// socket's family; a group and a broadcast address are nobody's) and operation_not_supported_error (a local socket).
std::size_t socket_send(datagram_usocket& socket, octet_span buffer, datagram_send_options const& options);
std::size_t socket_send(datagram_usocket& socket, octet_span buffer, datagram_send_options const& options,
                        std::error_code& ec);
/// To the connected peer.
std::size_t socket_send(datagram_usocket& socket, octet_span buffer);
std::size_t socket_send(datagram_usocket& socket, octet_span buffer, std::error_code& ec);

/// As socket_send() with `destination` as the only option, for programs that send many: less than that has to be done.
std::size_t socket_send_to(datagram_usocket& socket, octet_span buffer, endpoint const& destination);
std::size_t socket_send_to(datagram_usocket& socket, octet_span buffer, endpoint const& destination,
                           std::error_code& ec);

/// Options of socket_receive().
struct receive_options {
    /// The most octets to receive; unset means the size of the buffer.
    std::optional<std::size_t> length{};
    /// Instead of the socket's read timeout.
    time_limit timeout{};
    /// Leave what is received in the queue for the next call.
    bool peek = false;
    /// Filled with the sender's endpoint, where set: the only way to see a local sender's path.
    endpoint* source = nullptr;
    /// Filled with where the datagram was sent to, where set: our address (with the interface as scope of an IPv6
    /// link-local one), the group's or the broadcast address, and our port. IP sockets must have option::packet_info on
    /// for that. Without it, for local sockets and for streams, it is our end as get_local_endpoint() tells it, which
    /// may be the wildcard; that asks the system as well where it was not known from opening the socket: of connections
    /// and connected datagram sockets. Unspecified after a failure.
    endpoint* destination = nullptr;
    /// Filled with all that the system noted of the datagram, where set. Of datagram sockets; no stream has any.
    /// Unspecified after a failure.
    datagram_details* details = nullptr;
};

namespace detail {
inline constexpr receive_options receive_what_comes{};
}

/// What was received, for structured bindings: the original's four values.
struct receive_result {
    /// The part of the caller's buffer that was filled.
    std::span<std::byte> buffer{};
    /// The datagram's own size; more than `buffer.size()` when it did not fit and the rest is lost.
    std::size_t size = 0;
    /// Who sent it: an unconnected stream or local sender leaves both at their defaults.
    ip_address host{};
    std::uint16_t port = 0;

    /// The filled part as text.
    [[nodiscard]] std::string_view text() const noexcept {
        return {reinterpret_cast<char const*>(buffer.data()), buffer.size()};
    }
};

/// The same, owning its buffer.
struct received_datagram {
    std::string buffer{};
    std::size_t size = 0;
    ip_address host{};
    std::uint16_t port = 0;
};

/// Receives one datagram, which may be empty (usocket: `socket-receive`).
/// Raises besides: connection_refused_error (an earlier datagram was refused by the connected peer), and
/// invalid_argument_error (length beyond the buffer).
[[nodiscard]] receive_result socket_receive(datagram_usocket& socket, mutable_octet_span buffer,
                                            receive_options const& options = detail::receive_what_comes);
[[nodiscard]] receive_result socket_receive(datagram_usocket& socket, mutable_octet_span buffer,
                                            receive_options const& options, std::error_code& ec);

/// Receives one datagram of up to `max_datagram_packet_size` octets into a buffer of its own.
[[nodiscard]] received_datagram socket_receive(datagram_usocket& socket,
                                               receive_options const& options = detail::receive_what_comes);
[[nodiscard]] received_datagram socket_receive(datagram_usocket& socket, receive_options const& options,
                                               std::error_code& ec);

/// Receives what is there on a stream socket, at least one octet; a size of 0 is the end of the stream. What the
/// socket's stream has buffered comes first, and host and port are the peer's. Raises besides: connection_reset_error.
[[nodiscard]] receive_result socket_receive(stream_usocket& socket, mutable_octet_span buffer,
                                            receive_options const& options = detail::receive_what_comes);
[[nodiscard]] receive_result socket_receive(stream_usocket& socket, mutable_octet_span buffer,
                                            receive_options const& options, std::error_code& ec);
[[nodiscard]] inline receive_result socket_receive(stream_usocket& socket, mutable_octet_span buffer,
                                                   std::error_code& ec) {
    return socket_receive(socket, buffer, detail::receive_what_comes, ec);
}

} // namespace usocket
