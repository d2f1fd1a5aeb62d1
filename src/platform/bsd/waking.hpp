// SPDX-License-Identifier: MIT
#pragma once

#include "platform/platform.hpp"

/// Waking the threads that are blocked in a socket which the system does not shut down, since it is not connected.
namespace usocket::platform {

/// Connects to the listener, and at once no more: a thread that is blocked in its accept, or waits for a connection,
/// goes on.
void wake_acceptor(handle listener) noexcept;

/// Connects the datagram socket to itself, so that it can be shut down, which wakes all. It is of no use afterwards.
void end_datagrams(handle) noexcept;

} // namespace usocket::platform
