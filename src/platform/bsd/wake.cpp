// SPDX-License-Identifier: MIT
#include <array>
#include <cerrno>
#include <cstddef>

#include <unistd.h>

#include "platform/bsd/descriptors.hpp"
#include "platform/platform.hpp"

/// A pipe: raising it writes an octet, and clearing it reads all that there are.
namespace usocket::platform {

int open_wake_handle(wake_handle& out) noexcept {
    int ends[2] = {invalid_handle, invalid_handle};
    int const error = open_pipe(ends);
    out = {ends[0], ends[1]};
    return error;
}

void close_wake_handle(wake_handle& wake) noexcept {
    for (int const end : {wake.watched, wake.raised}) {
        if (end != invalid_handle)
            ::close(end);
    }
    wake = {};
}

// errno is kept, for callers inside signal handlers.

void raise_wake_handle(wake_handle const& wake) noexcept {
    int const kept = errno;
    std::byte const one{1};
    // The only failure says that the pipe is full: it is raised.
    [[maybe_unused]] auto const written = ::write(wake.raised, &one, sizeof one);
    errno = kept;
}

void clear_wake_handle(wake_handle const& wake) noexcept {
    int const kept = errno;
    std::array<std::byte, 512> octets; // NOLINT(cppcoreguidelines-pro-type-member-init): written by the call
    ssize_t count = 0;
    do
        count = ::read(wake.watched, octets.data(), octets.size());
    while (count == static_cast<ssize_t>(octets.size()) || (count < 0 && errno == EINTR));
    errno = kept;
}

} // namespace usocket::platform
