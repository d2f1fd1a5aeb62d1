// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include "contest/sockets.hpp"
#include "peer.hpp"
#include "wait/contender.hpp"

namespace wait_bench {

using contest::bare_listener;
using contest::connect_to;

/// Reads the one octet that is there.
inline void read_octet(int descriptor) {
    char buffer[buffer_size];
    if (::recv(descriptor, buffer, sizeof buffer, 0) != 1)
        peer::give_up("recv");
}

} // namespace wait_bench
