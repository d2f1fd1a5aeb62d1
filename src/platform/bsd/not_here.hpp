// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

namespace usocket::platform {

/// For what these systems have not at all: the class of it is `unsupported`. They report it of nothing that the library
/// asks for.
inline constexpr int not_here = EPFNOSUPPORT;

} // namespace usocket::platform
