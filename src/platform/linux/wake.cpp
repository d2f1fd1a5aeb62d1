// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "platform/platform.hpp"

namespace usocket::platform {

int open_wake_handle(wake_handle& out) noexcept {
    out.watched = out.raised = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return out.watched < 0 ? errno : 0;
}

void close_wake_handle(wake_handle& wake) noexcept {
    if (wake.watched != invalid_handle)
        ::close(wake.watched);
    wake = {};
}

// The only failure of either call says that the handle already is as it shall be: raised to the utmost, or clear.
// errno is kept, for callers inside signal handlers.

void raise_wake_handle(wake_handle const& wake) noexcept {
    int const kept = errno;
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(wake.raised, &one, sizeof one);
    errno = kept;
}

void clear_wake_handle(wake_handle const& wake) noexcept {
    int const kept = errno;
    std::uint64_t count = 0;
    [[maybe_unused]] auto const taken = ::read(wake.watched, &count, sizeof count);
    errno = kept;
}

} // namespace usocket::platform
