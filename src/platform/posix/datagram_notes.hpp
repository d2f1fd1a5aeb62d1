// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include "platform/datagram.hpp"

namespace usocket::platform {

/// Room for all notes that the library asks for; a caller may have turned others on, and they can come first.
constexpr std::size_t room_for_notes = 512;

/// What the control data of a received message says.
[[nodiscard]] datagram_notes notes_in(msghdr& message) noexcept;

} // namespace usocket::platform
