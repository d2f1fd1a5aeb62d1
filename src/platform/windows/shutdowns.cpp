// SPDX-License-Identifier: MIT
#include "platform/windows/shutdowns.hpp"

#include <atomic>
#include <mutex>
#include <new>
#include <unordered_map>

namespace usocket::platform {

struct shutdown_notes {
    std::mutex mutex{};
    std::unordered_map<handle, shut_directions> handles{};
    std::atomic<std::size_t> count{0}; ///< Of them, for a look without the lock.
    blocked_wait* first = nullptr;

    static shutdown_notes& instance() noexcept {
        static auto& notes = *new shutdown_notes; // threads may outlive what is destroyed at the end
        return notes;
    }

    void enter(blocked_wait& wait) noexcept {
        std::lock_guard const lock(mutex);
        wait.next_ = first;
        if (first != nullptr)
            first->previous_ = &wait;
        first = &wait;
    }

    void leave(blocked_wait& wait) noexcept {
        std::lock_guard const lock(mutex);
        (wait.previous_ != nullptr ? wait.previous_->next_ : first) = wait.next_;
        if (wait.next_ != nullptr)
            wait.next_->previous_ = wait.previous_;
    }

    void wake(handle socket) noexcept {
        for (blocked_wait const* wait = first; wait != nullptr; wait = wait->next_) {
            if (wait->asks_(wait->what_, socket))
                raise_wake_handle(*wait->wake_);
        }
    }
};

namespace {

/// Each thread that waits has one.
class alarm_of_thread {
public:
    alarm_of_thread() noexcept : error_(open_wake_handle(wake_)) {}
    alarm_of_thread(alarm_of_thread const&) = delete;
    alarm_of_thread& operator=(alarm_of_thread const&) = delete;
    ~alarm_of_thread() { close_wake_handle(wake_); }

    [[nodiscard]] int open() noexcept {
        if (error_ != 0)
            error_ = open_wake_handle(wake_);
        return error_;
    }
    [[nodiscard]] wake_handle const& wake() const noexcept { return wake_; }

private:
    wake_handle wake_{};
    int error_;
};

alarm_of_thread& this_threads_alarm() noexcept {
    static thread_local alarm_of_thread alarm;
    return alarm;
}

} // namespace

shut_directions find_shut_down(handle socket) noexcept {
    auto& notes = shutdown_notes::instance();
    if (notes.count.load(std::memory_order_acquire) == 0)
        return {};
    std::lock_guard const lock(notes.mutex);
    auto const found = notes.handles.find(socket);
    return found != notes.handles.end() ? found->second : shut_directions{};
}

int note_shut_down(handle socket, direction which) noexcept {
    auto& notes = shutdown_notes::instance();
    std::lock_guard const lock(notes.mutex);
    try {
        auto& shut = notes.handles[socket];
        shut.input = shut.input || which != direction::output;
        shut.output = shut.output || which != direction::input;
    } catch (std::bad_alloc const&) {
        return WSA_NOT_ENOUGH_MEMORY;
    }
    notes.count.store(notes.handles.size(), std::memory_order_release);
    notes.wake(socket);
    return 0;
}

void forget_shut_down(handle socket) noexcept {
    auto& notes = shutdown_notes::instance();
    if (notes.count.load(std::memory_order_acquire) == 0)
        return;
    std::lock_guard const lock(notes.mutex);
    notes.handles.erase(socket);
    notes.count.store(notes.handles.size(), std::memory_order_release);
}

blocked_wait::blocked_wait(watches asks, void const* what) noexcept : asks_(asks), what_(what) {
    auto& alarm = this_threads_alarm();
    error_ = alarm.open();
    if (error_ != 0)
        return;
    wake_ = &alarm.wake();
    shutdown_notes::instance().enter(*this);
}

blocked_wait::~blocked_wait() {
    if (wake_ == nullptr)
        return;
    shutdown_notes::instance().leave(*this);
}

handle blocked_wait::alarm() const noexcept { return wake_->watched; }

void blocked_wait::clear_alarm() noexcept { clear_wake_handle(*wake_); }

} // namespace usocket::platform
