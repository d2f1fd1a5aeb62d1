// SPDX-License-Identifier: MIT
#include <cerrno>

#include <sys/socket.h>

#include "platform/platform.hpp"

namespace usocket::platform {

int shutdown(handle socket, direction which) noexcept {
    int const how = which == direction::input ? SHUT_RD : which == direction::output ? SHUT_WR : SHUT_RDWR;
    return ::shutdown(socket, how) < 0 ? errno : 0;
}

} // namespace usocket::platform
