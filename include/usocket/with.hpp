// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include <usocket/connect.hpp>
#include <usocket/listen.hpp>
#include <usocket/stream.hpp>

/// Sockets that are closed, with a flush that is heard of, when a body ends; the body's value is returned.
///
/// When the body returns, the socket is closed by socket_close(), so that a failure to flush is raised. When the body
/// raises, the socket is closed without waiting and the body's exception goes on.
namespace [[gnu::visibility("default")]] usocket {

namespace detail {

template <class Socket, class Body, class... Arguments>
decltype(auto) run_and_close(Socket& socket, Body&& body, Arguments&&... arguments) {
    using result = std::invoke_result_t<Body, Arguments...>;
    if constexpr (std::is_void_v<result>) {
        std::forward<Body>(body)(std::forward<Arguments>(arguments)...);
        socket_close(socket);
    } else {
        result value = std::forward<Body>(body)(std::forward<Arguments>(arguments)...);
        socket_close(socket);
        return static_cast<result>(value);
    }
}

} // namespace detail

/// Runs `body(socket)` and closes the socket, also when the body raises (usocket: `with-connected-socket`).
/// A closed socket is not passed to the body; the result is then value-initialised.
template <class Socket, class Body>
auto with_connected_socket(Socket socket, Body&& body) -> std::invoke_result_t<Body, Socket&> {
    if (!socket.is_open())
        return std::invoke_result_t<Body, Socket&>();
    return detail::run_and_close(socket, std::forward<Body>(body), socket);
}

/// As with_connected_socket(), for a listening socket (usocket: `with-server-socket`).
template <class Body>
auto with_server_socket(stream_server_usocket socket, Body&& body)
    -> std::invoke_result_t<Body, stream_server_usocket&> {
    return with_connected_socket(std::move(socket), std::forward<Body>(body));
}

/// Connects, runs `body(socket, stream)` and closes (usocket: `with-client-socket`). Raises what socket_connect() does.
template <class Body>
auto with_client_socket(host const& host, port const& port, connect_options const& options, Body&& body)
    -> std::invoke_result_t<Body, stream_usocket&, socket_stream&> {
    stream_usocket socket = socket_connect(host, port, options);
    return detail::run_and_close(socket, std::forward<Body>(body), socket, socket.stream());
}
template <class Body>
auto with_client_socket(host const& host, port const& port, Body&& body)
    -> std::invoke_result_t<Body, stream_usocket&, socket_stream&> {
    return with_client_socket(host, port, connect_options{}, std::forward<Body>(body));
}

/// Listens, runs `body(listener)` and closes (usocket: `with-socket-listener`). Raises what socket_listen() does.
template <class Body>
auto with_socket_listener(host const& host, port const& port, listen_options const& options, Body&& body)
    -> std::invoke_result_t<Body, stream_server_usocket&> {
    return with_server_socket(socket_listen(host, port, options), std::forward<Body>(body));
}
template <class Body>
auto with_socket_listener(host const& host, port const& port, Body&& body)
    -> std::invoke_result_t<Body, stream_server_usocket&> {
    return with_socket_listener(host, port, listen_options{}, std::forward<Body>(body));
}

/// Accepts a connection, runs `body(socket, stream)` and closes (usocket: `with-accepted-connection`). Raises what
/// socket_accept() does.
template <class Body>
auto with_accepted_connection(stream_server_usocket& listener, accept_options const& options, Body&& body)
    -> std::invoke_result_t<Body, stream_usocket&, socket_stream&> {
    stream_usocket socket = socket_accept(listener, options);
    return detail::run_and_close(socket, std::forward<Body>(body), socket, socket.stream());
}
template <class Body>
auto with_accepted_connection(stream_server_usocket& listener, Body&& body)
    -> std::invoke_result_t<Body, stream_usocket&, socket_stream&> {
    return with_accepted_connection(listener, accept_options{}, std::forward<Body>(body));
}

} // namespace usocket
