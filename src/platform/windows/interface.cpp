// SPDX-License-Identifier: MIT
#include "platform/windows/winsock.hpp"

#include <iphlpapi.h>
#include <netioapi.h>

namespace usocket::platform {

std::uint32_t interface_index(std::string const& name) noexcept {
    return name.find('\0') == name.npos ? ::if_nametoindex(name.c_str()) : 0;
}

} // namespace usocket::platform
