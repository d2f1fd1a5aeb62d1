// SPDX-License-Identifier: MIT
#include "limits/thread_waker.hpp"

namespace usocket::detail {

thread_waker::~thread_waker() {
    if (is_open_.load(std::memory_order_relaxed))
        platform::close_wake_handle(wake_);
}

int thread_waker::open() noexcept {
    if (int const error = refused_.load(std::memory_order_relaxed); error != 0)
        return error;
    auto const generation = platform::fork_generation();
    if (is_open_.load(std::memory_order_relaxed)) {
        if (generation_ == generation)
            return 0;
        // Inherited through a fork: parent and child would take each other's wake-ups.
        is_open_.store(false, std::memory_order_relaxed);
        platform::close_wake_handle(wake_);
    }
    generation_ = generation;
    if (int const error = platform::open_wake_handle(wake_); error != 0)
        return error;
    // Sequentially consistent, as the load in wake() is: either the waker sees the handle, or the waiter's next look at
    // its state sees what the waker stored before.
    is_open_.store(true, std::memory_order_seq_cst);
    return 0;
}

void thread_waker::wake() noexcept {
    if (is_open_.load(std::memory_order_seq_cst))
        platform::raise_wake_handle(wake_);
}

void thread_waker::clear() noexcept { platform::clear_wake_handle(wake_); }

} // namespace usocket::detail
