// SPDX-License-Identifier: MIT
#include "platform/bsd/descriptors.hpp"

#include <cerrno>

#include <fcntl.h>

namespace usocket::platform {

int close_on_exec(handle descriptor) noexcept { return ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0 ? errno : 0; }

} // namespace usocket::platform
