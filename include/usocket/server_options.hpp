// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <usocket/callback.hpp>
#include <usocket/connect.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/socket.hpp>
#include <usocket/time_limit.hpp>
#include <usocket/transfer.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// `protocol::stream` or `protocol::datagram`.
class server_protocol {
public:
    constexpr server_protocol(protocol::stream_tag) noexcept : datagram_(false) {}
    constexpr server_protocol(protocol::datagram_tag) noexcept : datagram_(true) {}
    [[nodiscard]] constexpr bool is_datagram() const noexcept { return datagram_; }
    [[nodiscard]] friend constexpr bool operator==(server_protocol, server_protocol) noexcept = default;

private:
    bool datagram_;
};

/// A fixed number of threads that serve connections.
struct server_pool {
    /// How many, 1 or more.
    std::size_t threads = 1;
    /// How many accepted connections may wait for a thread. When as many wait, accepting pauses and the system's
    /// backlog fills. 0: a connection is accepted only when a thread is free.
    std::size_t queue = 64;
};

/// What clients are allowed. Unset is no limit.
struct server_limits {
    /// Connections that are served or wait for a thread at the same time, 1 or more. When there are as many, accepting
    /// pauses, the system's backlog fills, and further clients wait there.
    std::optional<std::size_t> max_connections{};
    /// The same of one client address, 1 or more. What goes beyond is accepted and closed at once. Clients of local
    /// sockets count as one.
    std::optional<std::size_t> max_connections_per_client{};
    /// Connections accepted in a second by the whole server, 1 or more; as many may come at once after a quiet second.
    /// Beyond it accepting pauses.
    std::optional<std::size_t> accepts_per_second{};
    /// How long one read or one write of a handler may wait; it then raises timeout_error, and the handler decides.
    time_limit read_timeout{};
    time_limit write_timeout{};
    /// Ends a connection on which nothing was sent or received for so long, or up to a quarter longer: the handler's
    /// calls raise deadline_timeout_error.
    time_limit idle_timeout{};
    /// Ends a connection so long after it was accepted, in the same way.
    time_limit connection_deadline{};
};

/// A connection as a server's hooks see it.
struct connection_info {
    /// Counts the connections of a server, from 1.
    std::uint64_t id = 0;
    endpoint local{};
    endpoint remote{};
};

/// Why a connection ended. What comes first counts.
enum class finish_reason : std::uint8_t {
    returned,  ///< The handler returned.
    failed,    ///< The handler raised, or what it had written last could not be sent.
    cancelled, ///< The server stopped before the handler returned.
    idle,      ///< The idle timeout.
    deadline,  ///< The connection deadline.
};
/// Its name, such as "returned".
[[nodiscard]] std::string_view to_string(finish_reason reason) noexcept;

/// A connection that has ended.
struct connection_summary {
    connection_info connection{};
    finish_reason reason = finish_reason::returned;
    /// Octets received from and sent to the client. Not what a handler moved after it had taken the socket away.
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    /// From being accepted to being closed.
    std::chrono::nanoseconds duration{};
};

/// Something that went wrong in a server, and did not end it.
struct server_failure {
    /// Never null. What a handler or hook raised, or the condition of an operation of the server's own.
    std::exception_ptr error{};
    /// Whose: "handler", "accept", "receive", "send", "start a thread", "on_connected" or "on_finished".
    std::string_view activity{};
    /// The client it was about; endpoint::kind::none where none.
    endpoint remote{};
    /// That of a condition or another std::system_error: `code == errc::connection_reset`. Success for anything else.
    std::error_code code{};
};
/// A line for a log: "handler for 192.0.2.1:50312: ...". May raise std::bad_alloc.
[[nodiscard]] std::string to_string(server_failure const& failure);

/// Options of socket_server(); the first eight are the original's.
struct server_options {
    /// Serve on threads of its own and return at once. Otherwise socket_server() serves on the calling thread, and
    /// returns when the server has stopped.
    bool in_new_thread = false;
    /// What the handler's type must then agree with; unset means as it says.
    std::optional<server_protocol> protocol{};
    /// Datagrams only: how long one wait for a datagram may take before it is begun anew. Not needed: stopping does not
    /// wait for it (the original had to look for its end from time to time). More than 0.
    time_limit timeout{};
    /// Datagrams only: the largest that a handler gets, 1 or more. What is longer is cut and counted as truncated.
    std::size_t max_buffer_size = max_datagram_packet_size_v6;
    /// Datagrams only: replies to those that were received together go out together, after the last of their handlers
    /// has returned. Faster by a quarter and more under load; a handler that waits for anything holds back the replies
    /// of others, so only for handlers that never do. Otherwise each reply goes out when its handler returns.
    bool collect_replies = false;
    /// Streams only: what the handlers' streams are made of.
    element element_type = element::character;
    /// Streams only: as for socket_listen().
    bool reuse_address = true;
    /// Streams only: a thread for each connection. Otherwise one connection is served at a time, unless there is a
    /// pool.
    bool multi_threading = false;
    /// The name of the server's threads, as debuggers and `top` show it, as far as the system takes it (15 octets on
    /// Linux). Empty: "usocket server". The calling thread keeps its own.
    std::string name{};

    /// Streams only: a pool of threads; wins over multi_threading.
    std::optional<server_pool> pool{};
    /// Sockets that share each port, the system spreading connections or datagrams over them, each with a thread of
    /// its own that accepts or receives; 1 or more. More than 1 raises unsupported where the system has no such thing,
    /// and for local sockets.
    std::size_t shards = 1;
    server_limits limits{};
    /// How long a stop lets handlers finish before it cancels them, where the stop does not say itself: that of the
    /// destructor, of a token, of a cancel scope. A time_limit that is unset waits as long as they take.
    time_limit drain{std::chrono::nanoseconds(0)};
    /// Streams only: connections that may wait to be accepted; the system may cut it.
    int backlog = 4096;
    /// As for socket_listen().
    std::optional<bool> ipv6_only{};
    /// Local paths: the permissions of the socket file.
    std::optional<unsigned> mode{};
    /// Sets options of the sockets before they are bound.
    socket_configurator configure{};

    // Hooks, called on the server's threads, several at once. What a hook raises goes to on_error; what that raises is
    // dropped. They may stop the server.
    /// Streams only: before the handler, in its scope. Neither this nor the handler nor on_finished is called for a
    /// connection that is cancelled, or passes its deadline, while it waits for a thread.
    callback<void(connection_info const&)> on_connected{};
    /// Streams only: after the connection was closed.
    callback<void(connection_summary const&)> on_finished{};
    /// Without it, failures are counted only.
    callback<void(server_failure const&)> on_error{};
};

/// Options of server::stop().
struct stop_options {
    /// How long handlers may go on before they are cancelled; zero cancels them at once, a time_limit that is unset
    /// waits as long as they take. Not given: as the server's options say.
    std::optional<time_limit> drain{};
};

/// What a server has done so far. A datagram server counts datagrams where this says connections.
struct server_counters {
    std::uint64_t accepted = 0;  ///< Connections taken from the system, those refused included.
    std::uint64_t refused = 0;   ///< Closed at once: the client had too many, or descriptors had run out.
    std::uint64_t active = 0;    ///< Served now, or waiting for a thread.
    std::uint64_t served = 0;    ///< The handler returned.
    std::uint64_t drained = 0;   ///< Of these, while the server was stopping.
    std::uint64_t failed = 0;    ///< The handler raised, or its last output could not be sent.
    std::uint64_t cancelled = 0; ///< Ended by a stop, the idle timeout or the deadline.
    std::uint64_t truncated = 0; ///< Datagrams that were longer than max_buffer_size.
    std::uint64_t received = 0;  ///< Octets, of connections that have ended and of datagrams.
    std::uint64_t sent = 0;
    std::uint64_t accept_failures = 0; ///< Times the system could not hand out a connection or datagram.
};

/// How it ended.
struct server_report {
    server_counters counters{};
    /// Whether all handlers have ended. Not yet, when a handler or hook itself asked for the stop.
    bool complete = false;
};

} // namespace usocket
