// SPDX-License-Identifier: MIT
#pragma once

#include <system_error>
#include <utility>

#include <usocket/socket.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// Two stream sockets connected to each other, within this machine.
/// Raises no_buffers_error, out_of_memory_error, unsupported.
[[nodiscard]] std::pair<stream_usocket, stream_usocket> make_socket_pair(element element_type = element::character);
[[nodiscard]] std::pair<stream_usocket, stream_usocket> make_socket_pair(element element_type, std::error_code& ec);

/// Two datagram sockets connected to each other, within this machine; no datagram is lost or reordered.
[[nodiscard]] std::pair<datagram_usocket, datagram_usocket> make_datagram_pair();
[[nodiscard]] std::pair<datagram_usocket, datagram_usocket> make_datagram_pair(std::error_code& ec);

} // namespace usocket
