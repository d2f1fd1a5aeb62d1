// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "conditions/raise.hpp"
#include "socket/socket_access.hpp"

namespace usocket::detail {

[[noreturn, gnu::cold]] inline void raise_not_open(socket_core const* core, std::string_view operation) {
    if (core == nullptr)
        raise_condition(
            {.code = make_code(errc::invalid_socket), .operation = operation, .detail = "the socket is closed"});
    raise_condition({.code = make_code(errc::invalid_socket),
                     .operation = operation,
                     .local = core->local,
                     .remote = core->remote(),
                     .detail = "the socket is closed"});
}

/// The core of an open socket; raises invalid_socket_error for a closed or moved-from one.
[[nodiscard]] inline socket_core& open_core(usocket const& socket, std::string_view operation) {
    socket_core* const core = socket_access::core(socket);
    if (core == nullptr || !core->is_open())
        raise_not_open(core, operation);
    return *core;
}

/// The core of an open socket with `ec` cleared; null with errc::invalid_socket for a closed or moved-from one.
[[nodiscard]] inline socket_core* open_core(usocket const& socket, std::error_code& ec) noexcept {
    socket_core* const core = socket_access::core(socket);
    if (core == nullptr || !core->is_open()) {
        ec = make_code(errc::invalid_socket);
        return nullptr;
    }
    ec.clear();
    return core;
}

} // namespace usocket::detail
