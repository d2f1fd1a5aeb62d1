// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include <usocket/connect.hpp>

#include "limits/limit.hpp"
#include "socket/new_socket.hpp"
#include "socket/open_failure.hpp"

namespace usocket::detail {

/// One connect call's view of its options, addresses resolved.
struct connect_plan {
    std::span<endpoint const> remotes{};       ///< In the order to try; not empty.
    std::vector<ip_address> local_addresses{}; ///< To bind, one for each family; empty: none.
    std::uint16_t local_port = 0;
    socket_configurator const* configure = nullptr;
    bool unlimited = false;
    std::chrono::milliseconds attempt_delay{};

    [[nodiscard]] bool binds() const noexcept { return local_port != 0 || !local_addresses.empty(); }
};

/// A connected, blocking handle and its peer.
struct connected_handle {
    unique_handle handle{};
    endpoint local{}; ///< Where it became known on the way.
    endpoint remote{};
};

/// Connects to the first of the plan's endpoints that answers. On failure the handle is empty and `failure` says why.
[[nodiscard]] connected_handle connect_stream(connect_plan const& plan, limit const& in_force, open_failure& failure);

/// Binds a new socket as the plan says, to the local address of the remote's family.
[[nodiscard]] int bind_local(platform::handle handle, std::vector<ip_address> const& addresses, std::uint16_t port,
                             endpoint const& remote, endpoint& bound);

} // namespace usocket::detail
