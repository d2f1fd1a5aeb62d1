// SPDX-License-Identifier: MIT
#include <new>

#include "limits/thread_waker.hpp"
#include "platform/thread_end.hpp"

// For systems where a thread_local object must not have a destructor; see platform/thread_end.hpp.

namespace usocket::detail {

thread_waker& thread_waker::of_this_thread() noexcept {
    static constinit thread_local thread_waker* waker = nullptr;
    if (waker != nullptr)
        return *waker;
    auto* const made = new (std::nothrow) thread_waker;
    int const error = platform::at_thread_end([](void* object) { delete static_cast<thread_waker*>(object); }, made);
    if (error == 0)
        return *(waker = made);
    delete made;
    static thread_waker refused;
    refused.refused_.store(error, std::memory_order_relaxed);
    return refused;
}

} // namespace usocket::detail
