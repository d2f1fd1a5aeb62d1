// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstddef>

#include <sys/socket.h>

#include "platform/kqueue_set.hpp"

namespace usocket::platform {

bool has_pending_error(handle socket) noexcept {
    std::byte octet{};
    // Whoever only looks leaves an error where it is on these systems.
    return ::recv(socket, &octet, sizeof octet, MSG_PEEK | MSG_DONTWAIT) < 0 && !is_would_block(errno) &&
           !is_interrupted(errno) && errno != ENOTCONN && errno != EINVAL;
}

} // namespace usocket::platform
