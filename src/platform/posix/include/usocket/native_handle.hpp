// SPDX-License-Identifier: MIT
#pragma once

namespace [[gnu::visibility("default")]] usocket {

/// What the system calls a socket: a file descriptor here.
using native_handle_type = int;

/// No socket at all.
inline constexpr native_handle_type invalid_native_handle = -1;

} // namespace usocket
