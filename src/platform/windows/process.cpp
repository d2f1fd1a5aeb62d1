// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "platform/platform.hpp"

namespace usocket::platform {

std::uint32_t fork_generation() noexcept { return 0; }

char const* environment_variable(char const* name) noexcept { return std::getenv(name); }

} // namespace usocket::platform
