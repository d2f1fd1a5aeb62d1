// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>

#include <sys/epoll.h>

namespace usocket::platform {

/// epoll_pwait2 without a mask: as epoll_wait, with a timeout in nanoseconds. Fails with ENOSYS where the C library or
/// the kernel has no such call.
[[nodiscard]] int epoll_wait_finely(int epoll_handle, epoll_event* out, int most, timespec const& length) noexcept;

} // namespace usocket::platform
