// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace [[gnu::visibility("default")]] usocket {

/// What the system calls a socket: Winsock's SOCKET here.
using native_handle_type = std::uintptr_t;

/// No socket at all.
inline constexpr native_handle_type invalid_native_handle = ~native_handle_type{0};

} // namespace usocket
