// SPDX-License-Identifier: MIT
#pragma once

#include "platform/platform.hpp"

namespace usocket::platform {

/// Keeps a descriptor from programs that are started, by a call of its own: a fork on another thread, between this and
/// the call that made the descriptor, inherits it.
[[nodiscard]] int close_on_exec(handle) noexcept;

/// A pipe that no program inherits and no call waits for; both ends invalid_handle on failure.
[[nodiscard]] int open_pipe(handle (&ends)[2]) noexcept;

} // namespace usocket::platform
