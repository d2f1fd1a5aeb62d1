// SPDX-License-Identifier: MIT
#include <poll.h>

#include "platform/kqueue_set.hpp"

namespace usocket::platform {

// On Linux an error is gone when somebody has looked.
bool has_pending_error(handle socket) noexcept {
    pollfd state{socket, 0, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & POLLERR) != 0;
}

} // namespace usocket::platform
