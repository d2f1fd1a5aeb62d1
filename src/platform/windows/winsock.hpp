// SPDX-License-Identifier: MIT
#pragma once

// Winsock's headers want this order, and windows.h without the older Winsock.
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
// Of Windows 10; some compilers name another one by themselves.
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#include <winsock2.h>

#include <ws2tcpip.h>

#include <mswsock.h>

#include <mstcpip.h>

#include <windows.h>

#include "platform/platform.hpp"

namespace usocket::platform {

/// For what Windows has not at all: the class of it is `unsupported`.
inline constexpr int not_on_windows = WSAEPFNOSUPPORT;

/// Starts Winsock at the first call, for as long as the process lives; its error. Whatever can be the first to need it
/// calls this.
[[nodiscard]] int start_winsock() noexcept;

/// Of a call that returns SOCKET_ERROR.
[[nodiscard]] inline int outcome(int result) noexcept { return result == SOCKET_ERROR ? ::WSAGetLastError() : 0; }

[[nodiscard]] int get_int(handle, int level, int name, int& value) noexcept;
[[nodiscard]] int set_int(handle, int level, int name, int value) noexcept;

/// The handle never blocks from now on, and child processes do not inherit it.
[[nodiscard]] int settle(handle) noexcept;

} // namespace usocket::platform
