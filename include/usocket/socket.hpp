// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <system_error>
#include <type_traits>

#include <usocket/callback.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/native_handle.hpp>
#include <usocket/socket_types.hpp>

namespace [[gnu::visibility("default")]] usocket {

class socket_stream;

namespace detail {
class socket_core;
struct socket_access;
} // namespace detail

/// A socket: what all kinds have in common (usocket: `usocket`).
///
/// Owns its native handle. Sockets move and do not copy; a moved-from socket is as good as a closed one. Destruction
/// closes, never blocks, never throws: output still buffered in the stream is tried once, without waiting; call
/// socket_close() to flush and to hear of failure.
///
/// Threads: one thread may read (or accept) while another writes, and any thread may call socket_close(), which wakes
/// those that are blocked with invalid_socket_error. But closing flushes the stream, whose output belongs to one thread
/// at a time: do not close while another thread is between two `<<`; cancel its cancel_scope instead. Moving or
/// destroying needs the object to itself.
class usocket {
public:
    virtual ~usocket();

    /// Whether it is neither closed nor moved from.
    [[nodiscard]] bool is_open() const noexcept;

    /// The system's handle, `invalid_native_handle` when closed; the socket keeps it (usocket: `socket`).
    [[nodiscard]] native_handle_type native_handle() const noexcept;

    /// Gives the handle to the caller, who closes it from now on; the socket is closed afterwards. Flushes the stream
    /// first; input that the stream had buffered is lost with it, so read it out before. Leaves the wait list.
    /// Raises what flushing raises, and invalid_socket_error when closed or in use by another thread. The handle
    /// blocks, but for that of a listener on which an accept was bounded.
    [[nodiscard]] native_handle_type release();
    [[nodiscard]] native_handle_type release(std::error_code& ec);

    /// What the last wait found the socket ready for (usocket: `socket-state`).
    [[nodiscard]] readiness state() const noexcept;

    [[nodiscard]] socket_kind kind() const noexcept { return kind_; }

protected:
    usocket(socket_kind kind, detail::socket_core* core) noexcept;
    usocket(usocket&& other) noexcept;
    usocket& operator=(usocket&& other) noexcept;

private:
    friend struct detail::socket_access;

    detail::socket_core* core_;
    socket_kind kind_;
};

/// A connected stream socket: TCP or local (usocket: `stream-usocket`).
class stream_usocket : public usocket {
public:
    /// A closed socket, to be assigned to.
    stream_usocket() noexcept : usocket(socket_kind::stream, nullptr) {}
    stream_usocket(stream_usocket&&) noexcept = default;
    stream_usocket& operator=(stream_usocket&&) noexcept = default;

    /// The socket's iostream, made at the first call; it stays at its place when the socket moves
    /// (usocket: `socket-stream`). Raises invalid_socket_stream_error when the socket is closed.
    [[nodiscard]] socket_stream& stream();
    /// Null on failure.
    [[nodiscard]] socket_stream* stream(std::error_code& ec);

    [[nodiscard]] element element_type() const noexcept;

private:
    friend struct detail::socket_access;
    explicit stream_usocket(detail::socket_core* core) noexcept : usocket(socket_kind::stream, core) {}
};

/// A listening socket (usocket: `stream-server-usocket`).
class stream_server_usocket : public usocket {
public:
    /// A closed socket, to be assigned to.
    stream_server_usocket() noexcept : usocket(socket_kind::stream_server, nullptr) {}
    stream_server_usocket(stream_server_usocket&&) noexcept = default;
    stream_server_usocket& operator=(stream_server_usocket&&) noexcept = default;

    /// What accepted sockets' streams are made of, unless socket_accept() is told otherwise.
    [[nodiscard]] element element_type() const noexcept;

private:
    friend struct detail::socket_access;
    explicit stream_server_usocket(detail::socket_core* core) noexcept : usocket(socket_kind::stream_server, core) {}
};

/// A datagram socket: UDP or local (usocket: `datagram-usocket`).
class datagram_usocket : public usocket {
public:
    /// A closed socket, to be assigned to.
    datagram_usocket() noexcept : usocket(socket_kind::datagram, nullptr) {}
    datagram_usocket(datagram_usocket&&) noexcept = default;
    datagram_usocket& operator=(datagram_usocket&&) noexcept = default;

    /// Whether it has a peer: it then receives from that peer only, and sends to it by default
    /// (usocket: `connected-p`).
    [[nodiscard]] bool connected() const noexcept;

private:
    friend struct detail::socket_access;
    explicit datagram_usocket(detail::socket_core* core) noexcept : usocket(socket_kind::datagram, core) {}
};

/// usocket: `usocket-p`. True for every kind of socket, open or closed, and false for anything else.
template <class T>
[[nodiscard]] constexpr bool usocket_p(T const&) noexcept {
    return std::is_base_of_v<usocket, T>;
}

/// usocket: `stream-usocket-p`. What the object is, whatever it is referred to as; also when closed.
[[nodiscard]] inline bool stream_usocket_p(usocket const& socket) noexcept {
    return socket.kind() == socket_kind::stream;
}
/// usocket: `stream-server-usocket-p`.
[[nodiscard]] inline bool stream_server_usocket_p(usocket const& socket) noexcept {
    return socket.kind() == socket_kind::stream_server;
}
/// usocket: `datagram-usocket-p`.
[[nodiscard]] inline bool datagram_usocket_p(usocket const& socket) noexcept {
    return socket.kind() == socket_kind::datagram;
}

/// Sets options on a new socket before it is bound, connected or made to listen: those that count from the start, such
/// as buffer sizes, option::bind_to_device, option::mark or option::tcp_fast_open_connect. Called for each address that
/// is tried. What it raises ends the operation. The library's own timeouts are given in the operation's options
/// instead: setting option::receive_timeout or option::send_timeout here is an invalid_argument_error.
using socket_configurator = callback<void(usocket& socket)>;

/// An address with its port, for structured bindings.
struct socket_name {
    ip_address address{};
    std::uint16_t port = 0;
    [[nodiscard]] friend bool operator==(socket_name const&, socket_name const&) = default;
};

// The names of a socket's two ends. Ours costs one system call; the peer's is remembered from when the connection was
// made, so that it can be told also after a reset. All raise invalid_socket_error for a closed socket and, for the
// peer's, one that was never connected; the IP forms raise operation_not_supported_error for a local socket.

/// Our end, of any kind of socket, local paths included.
[[nodiscard]] endpoint get_local_endpoint(usocket const& socket);
[[nodiscard]] endpoint get_local_endpoint(usocket const& socket, std::error_code& ec);
/// The peer's end.
[[nodiscard]] endpoint get_peer_endpoint(usocket const& socket);
[[nodiscard]] endpoint get_peer_endpoint(usocket const& socket, std::error_code& ec);

/// usocket: `get-local-name`.
[[nodiscard]] socket_name get_local_name(usocket const& socket);
[[nodiscard]] socket_name get_local_name(usocket const& socket, std::error_code& ec);
/// usocket: `get-local-address`.
[[nodiscard]] ip_address get_local_address(usocket const& socket);
[[nodiscard]] ip_address get_local_address(usocket const& socket, std::error_code& ec);
/// usocket: `get-local-port`.
[[nodiscard]] std::uint16_t get_local_port(usocket const& socket);
[[nodiscard]] std::uint16_t get_local_port(usocket const& socket, std::error_code& ec);
/// usocket: `get-peer-name`.
[[nodiscard]] socket_name get_peer_name(usocket const& socket);
[[nodiscard]] socket_name get_peer_name(usocket const& socket, std::error_code& ec);
/// usocket: `get-peer-address`.
[[nodiscard]] ip_address get_peer_address(usocket const& socket);
[[nodiscard]] ip_address get_peer_address(usocket const& socket, std::error_code& ec);
/// usocket: `get-peer-port`.
[[nodiscard]] std::uint16_t get_peer_port(usocket const& socket);
[[nodiscard]] std::uint16_t get_peer_port(usocket const& socket, std::error_code& ec);

/// Flushes the stream, leaves the wait list and closes (usocket: `socket-close`). Calls blocked on other threads come
/// back with invalid_socket_error. Closing a closed socket does nothing. The socket is closed afterwards even when
/// flushing fails, whose condition is then raised, with how much was sent.
void socket_close(usocket& socket);
void socket_close(usocket& socket, std::error_code& ec);

/// Ends one or both directions; output is flushed first (usocket: `socket-shutdown`).
///
/// After `output` the peer reads the end of the stream, and writing here raises shutdown_error; after `input` reading
/// here reports the end of the stream. Also on datagram sockets, connected or not.
/// Raises invalid_socket_error (closed, not connected), and what flushing raises.
void socket_shutdown(usocket& socket, direction which);
void socket_shutdown(usocket& socket, direction which, std::error_code& ec);

/// Makes a socket of a handle that the caller gives away, after checking that it is one of that kind
/// (usocket: `make-stream-socket`). Non-blocking handles work too. On failure the handle stays the caller's.
/// Raises invalid_socket_error: no socket, or one of another kind.
[[nodiscard]] stream_usocket make_stream_socket(native_handle_type handle, element element_type = element::character);
[[nodiscard]] stream_usocket make_stream_socket(native_handle_type handle, element element_type, std::error_code& ec);
/// usocket: `make-stream-server-socket`.
[[nodiscard]] stream_server_usocket make_stream_server_socket(native_handle_type handle,
                                                              element element_type = element::character);
[[nodiscard]] stream_server_usocket make_stream_server_socket(native_handle_type handle, element element_type,
                                                              std::error_code& ec);
/// usocket: `make-datagram-socket`.
[[nodiscard]] datagram_usocket make_datagram_socket(native_handle_type handle);
[[nodiscard]] datagram_usocket make_datagram_socket(native_handle_type handle, std::error_code& ec);

} // namespace usocket
