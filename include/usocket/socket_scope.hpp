// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <system_error>

#include <usocket/cancel_scope.hpp>
#include <usocket/socket.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// How many octets a socket has moved.
struct socket_traffic {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    [[nodiscard]] friend bool operator==(socket_traffic const&, socket_traffic const&) = default;
};

/// A cancel_scope that is for one socket above all: within it, calls on that socket remain the bare system calls that
/// they are outside, since cancelling the scope shuts the socket down to end them. For the thread that serves a
/// connection.
///
/// It applies to every other blocking usocket call on its thread as any cancel_scope does. What sets it apart:
///
/// - cancel(), and set_deadline() with a point in time that has passed, shut both directions of the socket down, as
///   socket_shutdown() would: the peer sees the end of the stream, and what is still buffered for output is not sent.
///   The call under way and later ones raise interrupted_condition, or deadline_timeout_error.
/// - A deadline still to come that another thread sets counts from the next call on. Calls within a deadline, or within
///   a further scope, cost what they do in any cancel_scope.
/// - Several scopes on one socket, one for each of the threads that use it, end each other's calls: the connection is
///   shut down for all, and those whose own scope was not cancelled see its end.
///
/// The socket may be moved, closed or destroyed while the scope lives. As with a cancel_scope, make it and destroy it
/// on one thread, in nested order; the socket's first one costs an allocation.
class socket_scope : public cancel_scope {
public:
    /// Raises invalid_socket_error (closed), out_of_memory_error.
    [[nodiscard]] explicit socket_scope(usocket& socket);
    /// On failure, a cancel_scope like any other.
    socket_scope(usocket& socket, std::error_code& ec);
    socket_scope(socket_scope const&) = delete;
    socket_scope& operator=(socket_scope const&) = delete;
    ~socket_scope();

    /// What the socket has sent and received since its first socket_scope was made, as far as the system took it or
    /// gave it: what still is in the stream's buffer counts when received, and not as sent. Also after the socket has
    /// gone. From any thread.
    [[nodiscard]] socket_traffic traffic() const noexcept;

    /// A number that has changed when the peer has taken or sent anything meanwhile, also in the middle of a long call,
    /// which traffic() counts at its end. As far as the system tells: of TCP on Linux; of others it is what traffic()
    /// says, in which long sends on local sockets count in parts. A system call. From any thread.
    [[nodiscard]] std::uint64_t progress() const noexcept;
};

} // namespace usocket
