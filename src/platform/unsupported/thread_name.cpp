// SPDX-License-Identifier: MIT
#include "platform/thread_name.hpp"

namespace usocket::platform {

void name_this_thread(std::string const&) noexcept {}

} // namespace usocket::platform
