// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

/// Codes of this system, for what tests let fail.
namespace usocket::test::native_code {

/// A call was interrupted.
inline constexpr int interrupted = EINTR;
/// There is no memory.
inline constexpr int no_memory = ENOMEM;
/// The system has no room for more of these.
inline constexpr int no_room = ENOSPC;
/// The system does not have the call.
inline constexpr int not_there = ENOSYS;

} // namespace usocket::test::native_code
