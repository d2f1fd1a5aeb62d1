// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <usocket/socket.hpp>

#include "io/socket_core.hpp"

namespace usocket::detail {

/// The library's own way into a socket object.
struct socket_access {
    /// Null for a moved-from or default-constructed socket.
    [[nodiscard]] static socket_core* core(usocket const& socket) noexcept { return socket.core_; }

    /// A socket object around a core, which it owns from now on.
    template <class Socket>
    [[nodiscard]] static Socket make(std::unique_ptr<socket_core> core) noexcept {
        return Socket(core.release());
    }
};

} // namespace usocket::detail
