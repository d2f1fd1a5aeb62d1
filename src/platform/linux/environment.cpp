// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "platform/platform.hpp"

namespace usocket::platform {

char const* environment_variable(char const* name) noexcept { return ::secure_getenv(name); }

} // namespace usocket::platform
