// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "platform/platform.hpp"

namespace usocket::detail {

/// The one handle by which other threads wake a thread that waits: for a cancellation, or for a lookup that is done.
///
/// Opened at the thread's first wait that needs it and closed when the thread ends. A wake-up carries no meaning of its
/// own: who is woken looks at the state it waits for, and spurious wake-ups are normal.
class thread_waker {
public:
    thread_waker() noexcept = default;
    thread_waker(thread_waker const&) = delete;
    thread_waker& operator=(thread_waker const&) = delete;
    ~thread_waker();

    /// The waker of the calling thread.
    [[nodiscard]] static thread_waker& of_this_thread() noexcept;

    /// Makes sure there is a handle to wait on. After this, who changes the awaited state and then calls wake() is
    /// seen, as long as the waiter looks at that state once more before it waits.
    [[nodiscard]] int open() noexcept;
    [[nodiscard]] platform::handle handle() const noexcept { return wake_.watched; }

    /// From any thread, as long as the waker's own thread lives.
    void wake() noexcept;
    void clear() noexcept;

private:
    platform::wake_handle wake_{};
    std::uint32_t generation_ = 0; ///< Of the process that opened it.
    std::atomic<bool> is_open_{false};
    std::atomic<int> refused_{0}; ///< Why there is none for this thread, if so.
};

} // namespace usocket::detail
