// SPDX-License-Identifier: MIT
#include "platform/linux/epoll_wait_finely.hpp"

namespace usocket::platform {

int epoll_wait_finely(int epoll_handle, epoll_event* out, int most, timespec const& length) noexcept {
    return ::epoll_pwait2(epoll_handle, out, most, &length, nullptr);
}

} // namespace usocket::platform
