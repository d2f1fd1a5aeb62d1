// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace usocket::platform {

/// Names the calling thread for debuggers and system tools, as far as the system takes the name.
void name_this_thread(std::string const& name) noexcept;

} // namespace usocket::platform
