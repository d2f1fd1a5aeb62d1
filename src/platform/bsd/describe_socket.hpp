// SPDX-License-Identifier: MIT
#pragma once

#include "platform/platform.hpp"

namespace usocket::platform {

/// What describe_socket() says, by calls that all of these systems have.
[[nodiscard]] int read_description(handle, socket_description& out) noexcept;

} // namespace usocket::platform
