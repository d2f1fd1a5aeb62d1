// SPDX-License-Identifier: MIT
#pragma once

namespace [[gnu::visibility("default")]] usocket {

/// What the system calls a socket: nothing yet, on a system that the library does not know.
using native_handle_type = int;

/// No socket at all.
inline constexpr native_handle_type invalid_native_handle = -1;

} // namespace usocket
