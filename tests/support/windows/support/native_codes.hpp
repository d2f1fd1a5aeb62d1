// SPDX-License-Identifier: MIT
#pragma once

/// Codes of this system, for what tests let fail.
namespace usocket::test::native_code {

/// A call was interrupted.
inline constexpr int interrupted = 10004; // WSAEINTR
/// There is no memory.
inline constexpr int no_memory = 8; // WSA_NOT_ENOUGH_MEMORY
/// The system has no room for more of these.
inline constexpr int no_room = 10024; // WSAEMFILE
/// The system does not have the call.
inline constexpr int not_there = 10045; // WSAEOPNOTSUPP

} // namespace usocket::test::native_code
