// SPDX-License-Identifier: MIT
#pragma once

#include "server/contender.hpp"

namespace server_bench {

/// A thread for each connection that calls recv and send.
[[nodiscard]] entry bare_server();
/// A thread that calls recvfrom and sendto.
[[nodiscard]] entry bare_datagram_server();

} // namespace server_bench
