// SPDX-License-Identifier: MIT
#include "limits/thread_waker.hpp"
#include "platform/thread_end.hpp"

// For systems where a thread_local object must not have a destructor; see platform/thread_end.hpp.

namespace usocket::detail {

thread_waker& thread_waker::of_this_thread() noexcept {
    static constinit thread_local thread_waker* waker = nullptr;
    if (waker == nullptr) {
        waker = new thread_waker;
        // If it fails, the waker outlives its thread.
        static_cast<void>(
            platform::at_thread_end([](void* object) { delete static_cast<thread_waker*>(object); }, waker));
    }
    return *waker;
}

} // namespace usocket::detail
