// SPDX-License-Identifier: MIT
#pragma once

#include "platform/platform.hpp"

/// Two handles, for tests of what is below the sockets.
namespace usocket::test {

/// Of what family they are.
inline constexpr auto family_of_pairs = platform::family::local;

/// Opens two handles that are connected to each other, in the way that is the quickest on this system.
[[nodiscard]] inline int open_handle_pair(platform::socket_type type, platform::handle (&out)[2]) {
    return platform::open_socket_pair(type, out);
}

} // namespace usocket::test
