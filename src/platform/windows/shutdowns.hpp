// SPDX-License-Identifier: MIT
#pragma once

#include "platform/windows/winsock.hpp"

/// What shutting a socket down does to others here.
///
/// Elsewhere, shutting down wakes every call on the socket, listeners and datagram sockets included, and later ones see
/// it. Winsock promises neither. So this process keeps a note of each handle that it has shut down, until the handle is
/// closed or used anew, and tells those who wait. Handles never block in a call but in a wait, so that is enough.
namespace usocket::platform {

struct shut_directions {
    bool input = false;
    bool output = false;
};

/// What this process has shut down of it; free of cost while no handle is shut down.
[[nodiscard]] shut_directions find_shut_down(handle) noexcept;
/// Notes it and wakes those who wait for the handle; WSA_NOT_ENOUGH_MEMORY if it cannot be noted.
[[nodiscard]] int note_shut_down(handle, direction) noexcept;
/// The handle's number has gone, or begins a new life.
void forget_shut_down(handle) noexcept;

/// A wait of this thread, which others can end. It watches `alarm()` for input beside what it waits for.
class blocked_wait {
public:
    /// Whether the wait, `what`, is for this handle. Called from other threads, which what it looks at must bear.
    using watches = bool (*)(void const* what, handle);

    /// `what` must stay as it is while this lives.
    blocked_wait(watches asks, void const* what) noexcept;
    blocked_wait(blocked_wait const&) = delete;
    blocked_wait& operator=(blocked_wait const&) = delete;
    ~blocked_wait();

    /// Not zero: the wait cannot be ended by others, and must not begin.
    [[nodiscard]] int error() const noexcept { return error_; }
    [[nodiscard]] handle alarm() const noexcept;
    /// A handle of the wait was shut down since it began.
    void clear_alarm() noexcept;

private:
    friend struct shutdown_notes;

    watches asks_;
    void const* what_;
    wake_handle const* wake_ = nullptr;
    int error_ = 0;
    blocked_wait* next_ = nullptr;
    blocked_wait* previous_ = nullptr;
};

} // namespace usocket::platform
