// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/endpoint.hpp>

#include "platform/platform.hpp"

/// IPv4 peers of a dual-stack socket: the system speaks of ::ffff:192.0.2.1, the caller of 192.0.2.1.
namespace usocket::detail {

/// What a caller is shown.
[[nodiscard]] inline endpoint presented(endpoint const& from_system) {
    if (from_system.is_ip() && from_system.address().is_v4_mapped())
        return {from_system.address().unmapped(), from_system.port()};
    return from_system;
}

/// What the system is given for a socket of `family`.
[[nodiscard]] inline bool needs_mapping(endpoint const& to, platform::family family) noexcept {
    return family == platform::family::v6 && to.is_ip() && to.address().is_v4();
}
[[nodiscard]] inline endpoint mapped(endpoint const& to) { return {ip_address(to.address().v6_octets()), to.port()}; }

} // namespace usocket::detail
