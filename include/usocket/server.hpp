// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include <usocket/cancel_scope.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/port.hpp>
#include <usocket/sequence.hpp>
#include <usocket/server_handler.hpp>
#include <usocket/server_options.hpp>

/// Servers: a library of its own, `usocket::server`, as in the original.
namespace [[gnu::visibility("default")]] usocket {

namespace detail {

class server_state;
struct server_access;

/// What a stop token stops.
class server_stopper {
public:
    explicit server_stopper(std::weak_ptr<server_state> state) noexcept : state_(std::move(state)) {}
    void cancel() const noexcept;

private:
    std::weak_ptr<server_state> state_; ///< The server keeps the stopper.
};

} // namespace detail

/// A running server, or one that has stopped (returned by socket_server()).
///
/// It owns everything: the listening sockets, the connections and the threads. Destruction stops it as stop() does.
/// From any thread, several at once: everything but moving and destroying. In a handler or hook of its own, stop(),
/// wait() and the destructor return without waiting, since they cannot wait for themselves; the rest then ends on its
/// own.
class server {
public:
    /// None: as one that has stopped, without address.
    server() noexcept = default;
    server(server&&) noexcept = default;
    server& operator=(server&& other) noexcept;
    ~server();

    /// Whether it has not been told to stop.
    [[nodiscard]] bool running() const noexcept;

    /// The port of the first address; 0 for a local socket. Also after the stop.
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// The first address, with the port that was chosen.
    [[nodiscard]] endpoint address() const;
    /// All of them, one for each address asked for.
    [[nodiscard]] sequence<endpoint> addresses() const;

    /// Stops it: no connection is accepted any more, and those that wait in the system's backlog are refused; handlers
    /// go on until the drain time is over, connections that wait for a thread of a pool included; then all that is left
    /// is cancelled: each blocking usocket call of a handler raises interrupted_condition. Waits for every handler and
    /// joins every thread: a handler that makes no usocket call and never returns holds it up for ever.
    ///
    /// A further stop() during a drain may shorten it, and never prolongs it.
    server_report stop(stop_options const& options = {}) noexcept;

    /// Waits until it has stopped, and says how it went. Raises interrupted_condition and deadline_timeout_error
    /// (cancel_scope), which leave the server running.
    server_report wait();
    server_report wait(std::error_code& ec);

    /// Lets a token stop it, with the drain time of its options; include <usocket/stop_token.hpp>. The thread that
    /// requests the stop does not wait for it. May be called once for each of several tokens.
    template <class Token>
        requires requires(Token const& token) { token.stop_requested(); }
    void stop_on(Token token) {
        using link = detail::stop_link<Token, detail::server_stopper>;
        static_assert(requires { sizeof(link); }, "include <usocket/stop_token.hpp>");
        if (state_)
            keep(std::make_unique<link>(std::move(token), detail::server_stopper(state_)));
    }

    /// What it has done so far; each count is exact, and all of them together nearly so.
    [[nodiscard]] server_counters counters() const noexcept;

private:
    friend struct detail::server_access;
    explicit server(std::shared_ptr<detail::server_state> state) noexcept : state_(std::move(state)) {}
    void keep(std::unique_ptr<detail::stop_link_base> link);

    std::shared_ptr<detail::server_state> state_{};
};

namespace detail {
[[nodiscard]] server start_server(host const& host, port const& port, bound_handler handler,
                                  server_options const& options);
[[nodiscard]] server start_server(std::span<endpoint const> addresses, bound_handler handler,
                                  server_options const& options);
[[nodiscard]] server start_server(host const& host, port const& port, bound_handler handler,
                                  server_options const& options, std::error_code& ec);
[[nodiscard]] server start_server(std::span<endpoint const> addresses, bound_handler handler,
                                  server_options const& options, std::error_code& ec);

/// In a handler of exceptions: want of memory becomes the code, all else goes on.
void report_want_of_memory(std::error_code& ec);

/// Calls `start(handler)` with the handler that `bind()` makes, of copies that may find no memory.
template <class Bind, class Start>
[[nodiscard]] server bind_and_start(Bind&& bind, std::error_code& ec, Start&& start) {
    bound_handler handler;
    try {
        handler = bind();
    } catch (...) {
        report_want_of_memory(ec);
        return {};
    }
    return start(std::move(handler));
}
} // namespace detail

/// Serves on a local address (usocket: `socket-server`).
///
/// `function` handles each client, in the way that its type says; see stream_handler, connection_handler and
/// datagram_handler. `arguments` are passed behind, bound as std::thread does. All calls share the function and its
/// arguments: with several threads it is called by several at once. A connection is closed when its handler returns,
/// after what the stream has buffered was sent. What a handler raises ends its own connection only, without waiting for
/// what is still buffered to be sent, and is given to `on_error`. A handler may take the socket away by moving from it.
///
/// Handlers and on_connected run in a cancel scope of the server's, so that a stop ends their blocking calls. A
/// datagram's reply leaves from the address that the datagram came to; one that cannot be sent is an `on_error`.
///
/// With `in_new_thread` it returns once the sockets listen. Otherwise it returns when the server has stopped: by
/// stop_server() in a handler, or by a cancel scope around the call, whose end it takes as a stop with the options'
/// drain time. Handlers that run on this thread itself (one connection at a time, datagrams) are within that scope, and
/// end with it at once.
///
/// Running out of descriptors or memory pauses accepting for a moment, at most half a second at a time; clients that
/// come meanwhile are refused while the server has a descriptor in reserve for that, and wait in the backlog otherwise.
///
/// Raises what socket_listen() and, for datagrams, binding raise; invalid_argument_error (an option out of range, a
/// protocol that the function's type is not for); unsupported (shards); out_of_memory_error, no_buffers_error (a thread
/// that cannot be started).
template <class Function, class... Arguments>
    requires server_handler<std::decay_t<Function>, std::decay_t<Arguments>...>
server socket_server(host const& host, port const& port, Function&& function, server_options const& options = {},
                     Arguments&&... arguments) {
    return detail::start_server(
        host, port, detail::bind_handler(std::forward<Function>(function), std::forward<Arguments>(arguments)...),
        options);
}
template <class Function, class... Arguments>
    requires server_handler<std::decay_t<Function>, std::decay_t<Arguments>...>
server socket_server(host const& host, port const& port, Function&& function, server_options const& options,
                     std::error_code& ec, Arguments&&... arguments) {
    return detail::bind_and_start(
        [&] { return detail::bind_handler(std::forward<Function>(function), std::forward<Arguments>(arguments)...); },
        ec,
        [&](detail::bound_handler handler) {
            return detail::start_server(host, port, std::move(handler), options, ec);
        });
}

/// Serves on several addresses at once, local paths included: one server, one set of limits and counters.
template <class Function, class... Arguments>
    requires server_handler<std::decay_t<Function>, std::decay_t<Arguments>...>
server socket_server(std::span<endpoint const> addresses, Function&& function, server_options const& options = {},
                     Arguments&&... arguments) {
    return detail::start_server(
        addresses, detail::bind_handler(std::forward<Function>(function), std::forward<Arguments>(arguments)...),
        options);
}
template <class Function, class... Arguments>
    requires server_handler<std::decay_t<Function>, std::decay_t<Arguments>...>
server socket_server(std::span<endpoint const> addresses, Function&& function, server_options const& options,
                     std::error_code& ec, Arguments&&... arguments) {
    return detail::bind_and_start(
        [&] { return detail::bind_handler(std::forward<Function>(function), std::forward<Arguments>(arguments)...); },
        ec,
        [&](detail::bound_handler handler) {
            return detail::start_server(addresses, std::move(handler), options, ec);
        });
}
template <class Function, class... Arguments>
    requires server_handler<std::decay_t<Function>, std::decay_t<Arguments>...>
server socket_server(std::initializer_list<endpoint> addresses, Function&& function, server_options const& options = {},
                     Arguments&&... arguments) {
    return socket_server(std::span<endpoint const>(addresses.begin(), addresses.size()),
                         std::forward<Function>(function), options, std::forward<Arguments>(arguments)...);
}

/// Stops the server in whose handler or hook this thread is, without waiting; false, and nothing happens, elsewhere.
/// The drain time counts for the handler that asks, too: the second that it is unless given lets it come to its end.
bool stop_server(stop_options const& options = {.drain = time_limit(std::chrono::seconds(1))}) noexcept;

/// The address of the client whose handler runs on this thread; unset elsewhere, and for a local socket
/// (usocket: `*remote-host*`).
[[nodiscard]] std::optional<ip_address> remote_host() noexcept;
/// The port of that client (usocket: `*remote-port*`).
[[nodiscard]] std::optional<std::uint16_t> remote_port() noexcept;
/// That client, local ones too; endpoint::kind::none elsewhere.
[[nodiscard]] endpoint remote_endpoint();

/// Writes an empty line (usocket: `default-tcp-handler`).
void default_tcp_handler(socket_stream& stream);
/// Sends back what comes until the client ends its side (usocket: `echo-tcp-handler`). The original sends back whole
/// lines only.
void echo_tcp_handler(socket_stream& stream);
/// Replies with what came (usocket: `default-udp-handler`).
[[nodiscard]] std::span<std::byte const> default_udp_handler(std::span<std::byte const> datagram) noexcept;

} // namespace usocket
