// SPDX-License-Identifier: MIT
#pragma once

/// In what systems differ, as far as tests must know. docs/platforms.md has the whole list.
namespace usocket::test {

/// Whether a connected datagram socket learns that nobody took its datagram.
inline constexpr bool tells_refused_datagrams = true;
/// Whether it is noted when a datagram came, in which traffic class, and how many were lost before it.
inline constexpr bool has_all_datagram_notes = true;
/// Whether waits can be shorter than a millisecond.
inline constexpr bool waits_below_a_millisecond = true;
/// Whether both ends of a socket pair see at once that the other is gone altogether.
inline constexpr bool pairs_hang_up = true;
/// Whether what one end of a socket pair has sent is at the other end at once, and little of it fits in between.
inline constexpr bool pairs_deliver_at_once = true;
/// Whether several listeners can share a port, as several shards do.
inline constexpr bool ports_are_shared = true;
/// Whether a port rests for a while after its connections, unless reuse_address says otherwise.
inline constexpr bool closed_ports_rest = true;
/// Whether there are local datagram sockets.
inline constexpr bool has_local_datagrams = true;
/// Whether local sockets can be given permissions.
inline constexpr bool paths_have_modes = true;
/// Whether the C++ library makes numbers of text without allocating.
inline constexpr bool numbers_are_read_in_place = true;
/// Whether what wakes a thread that waits is there from the beginning; elsewhere the thread's first limit allocates it.
inline constexpr bool wakers_are_parts_of_threads = true;
/// Whether a new handle has the lowest number that is free.
inline constexpr bool handles_are_the_lowest_free_numbers = true;
/// Whether what a call moves is counted at its end, and not as it goes.
inline constexpr bool calls_count_at_their_end = true;
/// Whether the system is an imitation of Windows, which lacks some of what that does.
[[nodiscard]] constexpr bool is_wine() noexcept { return false; }

/// Whether there are local sockets.
[[nodiscard]] constexpr bool has_local_sockets() noexcept { return true; }

/// Whether a connection that the peer has reset is told from one that it has ended.
[[nodiscard]] constexpr bool tells_resets() noexcept { return true; }

} // namespace usocket::test
