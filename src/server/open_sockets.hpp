// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "server/server_state.hpp"

namespace usocket::detail {

/// Raises invalid_argument_error for options out of range, and for a protocol that the handler is not for.
void check_options(server_options const& options, bound_handler const& handler);

/// Opens the server's sockets on an address, one for each shard, and adds a loop for each. Raises as socket_server()
/// does.
void open_sockets(server_state& server, host const& host, port const& port);
void open_sockets(server_state& server, endpoint const& address);

} // namespace usocket::detail
