// SPDX-License-Identifier: MIT
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "platform/bsd/descriptors.hpp"

namespace usocket::platform {

int open_pipe(handle (&ends)[2]) noexcept {
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0)
        return 0;
    ends[0] = ends[1] = invalid_handle;
    return errno;
}

} // namespace usocket::platform
