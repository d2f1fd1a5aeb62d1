// SPDX-License-Identifier: MIT
#include <cerrno>

#include <unistd.h>

#include "platform/bsd/descriptors.hpp"

namespace usocket::platform {

int open_pipe(handle (&ends)[2]) noexcept {
    int error = ::pipe(ends) < 0 ? errno : 0;
    if (error != 0) {
        ends[0] = ends[1] = invalid_handle;
        return error;
    }
    for (int const end : ends) {
        if (error == 0)
            error = close_on_exec(end);
        if (error == 0)
            error = set_non_blocking(end, true);
    }
    if (error != 0) {
        for (int& end : ends) {
            ::close(end);
            end = invalid_handle;
        }
    }
    return error;
}

} // namespace usocket::platform
