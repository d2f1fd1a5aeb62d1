// SPDX-License-Identifier: MIT
#include "server/thread_group.hpp"

#include <memory>
#include <utility>

#include "platform/thread_name.hpp"

namespace usocket::detail {

void thread_group::start(std::function<void()> body) {
    // The new thread takes its own handle out of here, once it is there.
    struct beginning {
        std::mutex mutex{};
        std::thread self{};
    };
    auto const shared = std::make_shared<beginning>();
    {
        std::lock_guard const lock(mutex_);
        ++running_;
    }
    try {
        std::lock_guard const lock(shared->mutex);
        shared->self = std::thread([this, shared, body = std::move(body)]() mutable {
            std::thread self;
            {
                std::lock_guard const handed_over(shared->mutex); // not before start() has stored it
                self = std::move(shared->self);
            }
            run(body);
            body = nullptr;
            end(std::move(self));
        });
    } catch (...) {
        std::lock_guard const lock(mutex_);
        --running_;
        throw;
    }
}

void thread_group::run(std::function<void()> const& body) noexcept {
    name_this_thread();
    body();
}

void thread_group::end(std::thread self) noexcept {
    std::unique_lock lock(mutex_);
    std::thread before = std::exchange(last_ended_, std::move(self));
    lock.unlock();
    if (before.joinable())
        before.join(); // it has nothing more to do
    lock.lock();
    if (--running_ == 0)
        all_ended_.notify_all(); // under the lock: the group may go at once
}

void thread_group::join() noexcept {
    std::unique_lock lock(mutex_);
    all_ended_.wait(lock, [this] { return running_ == 0; });
    std::thread last = std::exchange(last_ended_, std::thread());
    lock.unlock();
    if (last.joinable())
        last.join();
}

void thread_group::name_this_thread() const noexcept { platform::name_this_thread(name_); }

} // namespace usocket::detail
