// SPDX-License-Identifier: MIT
#include "limits/thread_waker.hpp"

namespace usocket::detail {

thread_waker& thread_waker::of_this_thread() noexcept {
    static thread_local thread_waker waker;
    return waker;
}

} // namespace usocket::detail
