// SPDX-License-Identifier: MIT
#include <netinet/in.h>

#include "platform/platform.hpp"
#include "platform/posix/option_table.hpp"

namespace usocket::platform {

int set_v6_only(handle socket, bool value) noexcept {
    return set_int(socket, IPPROTO_IPV6, IPV6_V6ONLY, value ? 1 : 0);
}

} // namespace usocket::platform
