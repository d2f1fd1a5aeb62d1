// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <system_error>

#include <usocket/native_handle.hpp>
#include <usocket/socket.hpp>
#include <usocket/socket_types.hpp>

/// What scripts do past the library: look at sockets without touching them, and do to them what it cannot do.
namespace usocket::test::past_the_library {

/// The numbers that the next handles will have. So a script knows a socket's handle without native_handle(), which
/// tells the library that others may use it as well.
[[nodiscard]] std::array<native_handle_type, 3> next_handles();

struct truth {
    bool readable = false;
    bool writable = false;
    bool failed = false;
    [[nodiscard]] friend bool operator==(truth const&, truth const&) = default;
};
/// What the system says of a handle, asked for as a list asks that has this interest.
[[nodiscard]] truth look(native_handle_type handle, readiness interest);
/// Whether the peer's end, or a failure, has come.
[[nodiscard]] bool has_ended(native_handle_type handle);
/// Octets that have arrived over a TCP connection so far, read or not; the end counts as one.
[[nodiscard]] long arrived(native_handle_type handle);
/// Octets of datagrams that have not arrived.
[[nodiscard]] int on_their_way(native_handle_type handle);
/// Octets that wait to be received from a stream.
[[nodiscard]] int waiting(native_handle_type handle);

// These give a count, or a negative number.
long receive(native_handle_type handle, std::size_t most);
long send_urgent(native_handle_type handle);
/// A few octets, with a handle that belongs to those in the middle.
long send_with_handle(native_handle_type handle);
void close(native_handle_type handle);
/// Fewer octets than these do not make a stream ready.
void set_low_water(usocket& socket, int octets, std::error_code& ec);

} // namespace usocket::test::past_the_library
