// SPDX-License-Identifier: MIT
#include "platform/windows/shutdowns.hpp"

#include <atomic>
#include <mutex>
#include <new>
#include <unordered_map>

#include "platform/thread_end.hpp"

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

/// Each thread that waits has one, open for as long as the thread lives. Null with the error if it cannot be made.
wake_handle const* this_threads_alarm(int& error) noexcept {
    static constinit thread_local wake_handle* alarm = nullptr;
    if (alarm != nullptr)
        return alarm;
    auto* const made = new (std::nothrow) wake_handle;
    error = made != nullptr ? open_wake_handle(*made) : WSA_NOT_ENOUGH_MEMORY;
    auto const close = [](void* object) {
        auto* const closed = static_cast<wake_handle*>(object);
        close_wake_handle(*closed);
        delete closed;
    };
    if (error == 0) {
        error = at_thread_end(close, made);
        if (error == 0)
            return alarm = made;
        close_wake_handle(*made);
    }
    delete made;
    return nullptr;
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
    wake_ = this_threads_alarm(error_);
    if (wake_ != nullptr)
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
