// SPDX-License-Identifier: MIT
#include <cerrno>

#include "platform/linux/epoll_wait_finely.hpp"

namespace usocket::platform {

int epoll_wait_finely(int, epoll_event*, int, timespec const&) noexcept {
    errno = ENOSYS;
    return -1;
}

} // namespace usocket::platform
