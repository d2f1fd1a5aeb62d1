// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <usocket/endpoint.hpp>
#include <usocket/error.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/native_handle.hpp>

/// THE SEAM: every call that the library makes of the system, and nothing else does.
///
/// An implementation (`posix/`, `windows/`) defines each function below; the build chooses it. The rules for all:
/// - One function is one system call where the system has such a call, and never retries: an interrupted call says so
///   (`is_interrupted`), one that would block says so (`is_would_block`).
/// - `int` results are the system's own error codes, zero for success; `category()` explains them.
/// - Nothing throws but what says so (those that build strings or vectors may raise std::bad_alloc).
/// - New handles are not inherited by child processes, atomically where the system can.
/// - No call raises SIGPIPE or touches a signal handler.
/// - Lengths are size_t; where the system takes less, the implementation transfers less and reports that count.
namespace usocket::platform {

using handle = native_handle_type;
inline constexpr handle invalid_handle = invalid_native_handle;

/// Octets moved, and why no more. `count` is valid only when `error` is zero.
struct transfer {
    std::size_t count = 0;
    int error = 0;
};

enum class family : std::uint8_t { v4, v6, local };
enum class socket_type : std::uint8_t { stream, datagram };
enum class direction : std::uint8_t { input, output, both };

// ---- errors
// ----------------------------------------------------------------------------------------------------------

/// The category of the codes below.
[[nodiscard]] std::error_category const& category() noexcept;

[[nodiscard]] bool is_would_block(int error) noexcept;
[[nodiscard]] bool is_interrupted(int error) noexcept;
/// A non-blocking connect has begun.
[[nodiscard]] bool is_in_progress(int error) noexcept;
/// An accept failed for this one connection or for now; accepting again is right.
[[nodiscard]] bool is_transient_accept_error(int error) noexcept;
/// A reset, abort or time-out of the connection, after which later calls may look like a clean end.
[[nodiscard]] bool is_connection_lost(int error) noexcept;
/// The option does not exist on this socket or system.
[[nodiscard]] bool is_no_such_option(int error) noexcept;

/// Which condition a code is; errc::unknown for one without a class.
[[nodiscard]] errc classify(int error) noexcept;
[[nodiscard]] errc classify_resolver(int error) noexcept;
/// The resolver's own words for its code.
[[nodiscard]] std::string resolver_message(int error);

// ---- life of a socket
// ------------------------------------------------------------------------------------------------

/// Opens a socket, blocking unless asked otherwise. Whether a v6 socket also takes IPv4 is the system's default until
/// set_v6_only() says it.
[[nodiscard]] int open_socket(family, socket_type, bool non_blocking, handle& out) noexcept;
/// Two local sockets, connected to each other.
[[nodiscard]] int open_socket_pair(socket_type, handle (&out)[2]) noexcept;
/// Gives the handle back; it is gone whatever the result is, and must never be closed again.
int close_handle(handle) noexcept;
[[nodiscard]] int set_non_blocking(handle, bool non_blocking) noexcept;

[[nodiscard]] int bind(handle, endpoint const&) noexcept;
[[nodiscard]] int listen(handle, int backlog) noexcept;
[[nodiscard]] int connect(handle, endpoint const&) noexcept;
/// Breaks the association of a connected datagram socket.
[[nodiscard]] int disconnect(handle) noexcept;
/// The next connection, blocking as the listener is; the new socket is blocking. `remote` is its peer.
[[nodiscard]] int accept(handle listener, handle& out, endpoint& remote) noexcept;
int shutdown(handle, direction) noexcept;

/// Both may raise std::bad_alloc for a long local path.
[[nodiscard]] int local_endpoint(handle, endpoint& out);
[[nodiscard]] int remote_endpoint(handle, endpoint& out);
/// Takes the error that is pending on the socket (a connect's outcome); zero when there is none.
[[nodiscard]] int take_error(handle) noexcept;

/// What an adopted handle is.
struct socket_description {
    platform::family family{};
    socket_type type{};
    bool listening = false;
};
/// Fails with `errc::invalid_socket` (through classify) for a handle that is no socket of a kind known here.
[[nodiscard]] int describe_socket(handle, socket_description& out) noexcept;

/// How the system wants addresses to be reusable at once after a restart, without letting two live listeners share
/// them: SO_REUSEADDR on POSIX, SO_EXCLUSIVEADDRUSE on Windows. For listeners: two datagram sockets that have it may
/// share a port on Linux, and only the later one receives.
[[nodiscard]] int set_reuse_address(handle, bool) noexcept;
/// Lets several listeners share a port, with connections spread over them.
[[nodiscard]] int set_reuse_port(handle, bool) noexcept;
/// Whether a v6 socket takes no IPv4.
[[nodiscard]] int set_v6_only(handle, bool) noexcept;
[[nodiscard]] int set_nodelay(handle, bool) noexcept;

/// Removes a local path, if and only if it is a socket; another file is left there, and the error is that of a handle
/// that is no socket. Zero also when there is nothing.
int remove_local_path(std::string const& path) noexcept;
/// Sets the permissions of a local path.
[[nodiscard]] int set_local_path_mode(std::string const& path, unsigned mode) noexcept;

// ---- moving octets
// ---------------------------------------------------------------------------------------------------

/// How one transfer behaves.
enum class transfer_flags : unsigned {
    none = 0,
    dont_wait = 1, ///< Fail with would-block rather than wait, whatever the handle's mode.
    peek = 2,      ///< Leave what was received in the queue.
};
[[nodiscard]] constexpr transfer_flags operator|(transfer_flags a, transfer_flags b) noexcept {
    return static_cast<transfer_flags>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
[[nodiscard]] constexpr bool has(transfer_flags set, transfer_flags flag) noexcept {
    return (static_cast<unsigned>(set) & static_cast<unsigned>(flag)) != 0;
}

/// The error of the last call that reports it only so.
[[nodiscard]] int last_error() noexcept;
/// What receive() asks the system: a count, or below zero for last_error(). Throws nothing; without saying so, it can
/// end in the system's function instead of calling it.
[[nodiscard]] std::ptrdiff_t receive_raw(handle, std::span<std::byte>, transfer_flags);
/// A count of zero is the end of a stream, or an empty datagram.
[[nodiscard]] inline transfer receive(handle socket, std::span<std::byte> buffer, transfer_flags flags) noexcept {
    std::ptrdiff_t const count = receive_raw(socket, buffer, flags);
    return count < 0 ? transfer{0, last_error()} : transfer{static_cast<std::size_t>(count), 0};
}
/// Fills `first`, then `second`.
[[nodiscard]] transfer receive_scattered(handle, std::span<std::byte> first, std::span<std::byte> second,
                                         transfer_flags) noexcept;

/// The address of a datagram's other end, as the system's calls take and give it.
struct raw_address {
    alignas(8) std::byte octets[264]; // the largest there is: that of OpenBSD
};
/// As receive_raw(), for receive_from(): writes the sender's address.
[[nodiscard]] std::ptrdiff_t receive_from_raw(handle, std::span<std::byte>, transfer_flags, raw_address& source);
/// What receive_from_raw() has written; a local sender without a name is endpoint::local_unnamed().
[[nodiscard]] int decode_source(raw_address const&, endpoint& out) noexcept;
/// The same of an IP socket, without an endpoint. Both stay as they are where there is no address.
void decode_ip_source(raw_address const&, ip_address& address, std::uint16_t& port) noexcept;
/// In the form that a socket of the family takes: an IPv4 one is mapped for a v6 socket. An error for what no system
/// call could be given.
[[nodiscard]] int encode_destination(endpoint const&, family, raw_address& out) noexcept;
/// As receive_raw(), for sendto(): to what encode_destination() has written.
[[nodiscard]] std::ptrdiff_t send_to_raw(handle, std::span<std::byte const>, transfer_flags, raw_address const&);

/// One datagram, of a datagram socket. The count is the datagram's own size, which may be more than the buffer's. A
/// local sender without a name is endpoint::local_unnamed(). Where the sender's name cannot be allocated the datagram
/// is lost, and the error says out of memory.
[[nodiscard]] inline transfer receive_from(handle socket, std::span<std::byte> buffer, endpoint& source,
                                           transfer_flags flags) noexcept {
    raw_address address; // NOLINT(cppcoreguidelines-pro-type-member-init): written by the call
    std::ptrdiff_t const count = receive_from_raw(socket, buffer, flags, address);
    if (count < 0)
        return {0, last_error()};
    return {static_cast<std::size_t>(count), decode_source(address, source)};
}

/// As receive_raw(), for send().
[[nodiscard]] std::ptrdiff_t send_raw(handle, std::span<std::byte const>, transfer_flags);
[[nodiscard]] inline transfer send(handle socket, std::span<std::byte const> data, transfer_flags flags) noexcept {
    std::ptrdiff_t const count = send_raw(socket, data, flags);
    return count < 0 ? transfer{0, last_error()} : transfer{static_cast<std::size_t>(count), 0};
}
/// `first`, then `second`, as one.
[[nodiscard]] transfer send_gathered(handle, std::span<std::byte const> first, std::span<std::byte const> second,
                                     transfer_flags) noexcept;

// ---- waiting
// ---------------------------------------------------------------------------------------------------------

/// One handle to watch. `failed` is set for an error, a hang-up or an invalid handle (invalid_handle included), asked
/// for or not; `readable` and `writable` only where they were asked for.
struct poll_entry {
    handle socket = invalid_handle;
    bool want_read = false;
    bool want_write = false;
    bool readable = false;
    bool writable = false;
    bool failed = false;
};

/// Waits until an entry is ready or `timeout` (rounded up to what the system can; unset waits for ever) has passed.
/// Zero error and zero `ready`: the time passed. For a handful of entries; wait lists use a backend.
[[nodiscard]] int poll(std::span<poll_entry>, std::optional<std::chrono::nanoseconds> timeout,
                       std::size_t& ready) noexcept;

/// A flag that poll() can watch and any thread can raise: raising it makes `watched` readable until it is cleared.
struct wake_handle {
    handle watched = invalid_handle;
    handle raised = invalid_handle; ///< The same as `watched` where the system has one handle for both.
};
[[nodiscard]] int open_wake_handle(wake_handle& out) noexcept;
void close_wake_handle(wake_handle&) noexcept;
/// Async-signal-safe, from any thread.
void raise_wake_handle(wake_handle const&) noexcept;
void clear_wake_handle(wake_handle const&) noexcept;

// ---- names
// -----------------------------------------------------------------------------------------------------------

/// The outcome of a resolver call: `error` is an EAI code; where that is EAI_SYSTEM, `system_error` says why.
struct resolver_status {
    int error = 0;
    int system_error = 0;
};
/// Every address of `name` in the system's order, each once; `only` restricts the family. Addresses are given whether
/// or not an interface of this machine could reach them. Blocks as long as the system's resolver does. A name with an
/// embedded NUL does not exist. May raise std::bad_alloc.
[[nodiscard]] resolver_status resolve_name(std::string const& name, std::optional<family> only,
                                           std::vector<ip_address>& out);
/// The name of an address; an address without a name is an error.
[[nodiscard]] resolver_status resolve_address(ip_address const&, std::string& out);
/// The port of a service name for streams or datagrams, as in /etc/services. Text without a letter is no such name.
[[nodiscard]] resolver_status resolve_service(std::string const& service, socket_type, std::uint16_t& port);
/// The name of a port; a port without a name is an error.
[[nodiscard]] resolver_status name_service(std::uint16_t port, socket_type, std::string& out);
[[nodiscard]] int host_name(std::string& out);
/// The interface number of a name, zero when there is none such.
[[nodiscard]] std::uint32_t interface_index(std::string const& name) noexcept;

// ---- processes
// -------------------------------------------------------------------------------------------------------

/// Changes in a child process, which has none of its parent's other threads and shares its handles. Only a fork after
/// the first call counts. Costs no system call; always zero on a system without forks.
[[nodiscard]] std::uint32_t fork_generation() noexcept;

/// The value of an environment variable, until the program changes its environment; null when it is not set, and where
/// the program has more rights than the user who set it.
[[nodiscard]] char const* environment_variable(char const* name) noexcept;

} // namespace usocket::platform
