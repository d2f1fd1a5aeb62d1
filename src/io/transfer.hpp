// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <usocket/conditions.hpp>

#include "io/socket_core.hpp"
#include "limits/limit.hpp"
#include "platform/datagram.hpp"

/// Blocking I/O on a socket, bounded by its timeouts and the thread's cancel scopes.
///
/// With no limit in force each call is the bare blocking system call, repeated only when interrupted. With a limit: one
/// non-blocking try, a wait for the socket and the scope's wake-up, and again. A closed socket, also one closed during
/// the call, is errc::invalid_socket. Nothing here throws or allocates.
namespace usocket::detail {

/// As receive() (receive.hpp), whatever bounds it.
[[nodiscard]] io_result receive_bounded(socket_core&, std::span<std::byte> buffer, time_limit timeout,
                                        platform::transfer_flags = platform::transfer_flags::none) noexcept;
/// As receive(), after a bare_receive() that has returned this.
[[nodiscard]] io_result after_bare_receive(socket_core&, std::span<std::byte> buffer, std::ptrdiff_t count,
                                           int error) noexcept;
/// As receive(), into `first` and then `second`.
[[nodiscard]] io_result receive_scattered(socket_core&, std::span<std::byte> first, std::span<std::byte> second,
                                          time_limit timeout) noexcept;
/// One datagram; the count is its own size, which may be more than the buffer's.
[[nodiscard]] io_result receive_from(socket_core&, std::span<std::byte> buffer, endpoint& source, time_limit timeout,
                                     platform::transfer_flags = platform::transfer_flags::none);
/// As receive_from(), after a bare_receive_from() (receive.hpp) that has returned this; `source` is that of a datagram
/// that came before.
[[nodiscard]] io_result after_bare_receive_from(socket_core&, std::span<std::byte> buffer, endpoint& source,
                                                std::ptrdiff_t count, int error);
/// As receive_from(), with what the system noted of the datagram. What `details` holds after an error is
/// unspecified.
[[nodiscard]] io_result receive_with_details(socket_core&, std::span<std::byte> buffer, endpoint& source,
                                             datagram_details& details, time_limit timeout,
                                             platform::transfer_flags) noexcept;
/// What the system noted, as callers are shown it.
[[nodiscard]] std::error_code present_notes(socket_core&, platform::datagram_notes const&,
                                            datagram_details& out) noexcept;
/// One call of a receive of a socket that may receive joined datagrams.
[[nodiscard]] platform::transfer receive_one_of_joined(socket_core&, platform::handle, std::span<std::byte> buffer,
                                                       endpoint& source, platform::datagram_notes&,
                                                       platform::transfer_flags) noexcept;
/// Our end as callers are shown it, asked of the system only where it is not known.
[[nodiscard]] std::error_code find_local_end(socket_core&, endpoint& out) noexcept;

/// Whoever watches a local connection is to see that it moves, which the system does not tell in the middle of a call:
/// sends of more than this are made in parts.
constexpr std::size_t part_of_long_send = 65536;
/// All of `first`, then all of `second`; with an error the count says how much went out.
[[nodiscard]] io_result send_all(socket_core&, std::span<std::byte const> first, std::span<std::byte const> second,
                                 time_limit timeout) noexcept;
/// As send_all() of one piece, after a bare_send() (send.hpp) that has returned this.
[[nodiscard]] io_result after_bare_send(socket_core&, std::span<std::byte const> data, std::ptrdiff_t count,
                                        int error) noexcept;
/// What goes out without waiting.
[[nodiscard]] io_result send_now(socket_core&, std::span<std::byte const> data) noexcept;
/// One datagram to the connected peer, or to `destination`.
[[nodiscard]] io_result send_datagram(socket_core&, std::span<std::byte const> data, endpoint const* destination,
                                      time_limit timeout) noexcept;
/// As send_datagram(), after a bare_send_datagram() (send.hpp) that has not sent it.
[[nodiscard]] io_result after_bare_send_datagram(socket_core&, std::span<std::byte const> data,
                                                 endpoint const* destination, int error) noexcept;
/// As send_datagram(), from the address of `source`; the system chooses where that is none or the wildcard.
/// What is no address of this machine is errc::address_not_available, and a local socket errc::operation_not_supported.
[[nodiscard]] io_result send_datagram_from(socket_core&, std::span<std::byte const> data, endpoint const& source,
                                           endpoint const* destination, time_limit timeout) noexcept;

/// The error of a datagram with a source: errc::address_not_available where it may mean that this is no address of
/// ours, and it is not.
[[nodiscard]] std::error_code judged_by_source(std::error_code const& code, endpoint const& source) noexcept;

/// Raises the condition of `result.error`, telling all that the core knows.
[[noreturn]] void raise_io_failure(socket_core const& core, std::string_view operation, io_result const& result);

} // namespace usocket::detail
