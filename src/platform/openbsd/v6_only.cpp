// SPDX-License-Identifier: MIT
#include <cerrno>

#include "platform/platform.hpp"

namespace usocket::platform {

// A socket has one family there, and the option is always on: a socket of both is a family that is missing.
int set_v6_only(handle, bool value) noexcept { return value ? 0 : EAFNOSUPPORT; }

} // namespace usocket::platform
