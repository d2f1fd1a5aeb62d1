// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/endpoint.hpp>

/// IPv4 peers of a dual-stack socket: the system speaks of ::ffff:192.0.2.1, the caller of 192.0.2.1.
namespace usocket::detail {

/// What a caller is shown.
[[nodiscard]] inline endpoint presented(endpoint const& from_system) {
    if (from_system.is_ip() && from_system.address().is_v4_mapped())
        return {from_system.address().unmapped(), from_system.port()};
    return from_system;
}

} // namespace usocket::detail
