// SPDX-License-Identifier: MIT
#include <cstdlib>

#include <unistd.h>

#include "platform/platform.hpp"

namespace usocket::platform {

char const* environment_variable(char const* name) noexcept { return ::issetugid() != 0 ? nullptr : std::getenv(name); }

} // namespace usocket::platform
