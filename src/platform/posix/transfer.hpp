// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

#include <sys/socket.h>
#include <sys/types.h>

#include "platform/platform.hpp"

namespace usocket::platform {

#ifdef __APPLE__
constexpr int without_signal = 0; // each socket was told by that option
#else
constexpr int without_signal = MSG_NOSIGNAL;
#endif

[[nodiscard]] inline int to_system(transfer_flags flags) noexcept {
    return (has(flags, transfer_flags::dont_wait) ? MSG_DONTWAIT : 0) |
           (has(flags, transfer_flags::peek) ? MSG_PEEK : 0);
}

/// The outcome of a call that returns a count, or a negative number with errno set.
[[nodiscard]] inline transfer to_transfer(ssize_t result) noexcept {
    if (result < 0) [[unlikely]]
        return {0, errno};
    return {static_cast<std::size_t>(result), 0};
}

/// Flags of calls on many messages: int to one C library, unsigned to another.
struct either_sign {
    int value;
    operator int() const noexcept { return value; }
    operator unsigned() const noexcept { return static_cast<unsigned>(value); }
};

} // namespace usocket::platform
