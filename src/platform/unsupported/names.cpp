// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"
#include "platform/unsupported/not_here.hpp"

namespace usocket::platform {

resolver_status resolve_name(std::string const&, std::optional<family>, std::vector<ip_address>& out) {
    out.clear();
    return {not_here, 0};
}

resolver_status resolve_address(ip_address const&, std::string&) { return {not_here, 0}; }
resolver_status resolve_service(std::string const&, socket_type, std::uint16_t&) { return {not_here, 0}; }
resolver_status name_service(std::uint16_t, socket_type, std::string&) { return {not_here, 0}; }
int host_name(std::string&) { return not_here; }
std::uint32_t interface_index(std::string const&) noexcept { return 0; }

} // namespace usocket::platform
