// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <usocket/local.hpp>

namespace usocket::test {

/// Two sockets, connected to each other in the way that is the quickest on this system.
[[nodiscard]] inline std::pair<stream_usocket, stream_usocket> connected_pair() { return make_socket_pair(); }
[[nodiscard]] inline std::pair<datagram_usocket, datagram_usocket> connected_datagram_pair() {
    return make_datagram_pair();
}

} // namespace usocket::test
