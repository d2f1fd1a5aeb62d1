// SPDX-License-Identifier: MIT
#include "platform/epoll_set.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>

#include <sys/epoll.h>
#include <unistd.h>

#include "platform/linux/epoll_wait_finely.hpp"
#include "platform/posix/poll_descriptors.hpp"
#include "platform/posix/timespec.hpp"

namespace usocket::platform {

/// There is room for every handle, so that one call finds all that are ready, and nobody is starved. It costs nothing
/// when little is ready: only what the kernel fills is ever touched.
struct epoll_set::room {
    std::unique_ptr<epoll_event[]> events;
    int capacity = 0;
};

namespace {

/// The kernel has no epoll_pwait2; it will not get it while the process lives.
constinit std::atomic<bool> lacks_fine_timeouts{false};

/// Rounded up: a wait never ends early. One that is too long ends early, and its caller waits again.
int to_milliseconds(std::chrono::nanoseconds length) noexcept {
    auto const rounded = std::chrono::ceil<std::chrono::milliseconds>(length).count();
    return static_cast<int>(std::clamp<std::int64_t>(rounded, 0, std::numeric_limits<int>::max()));
}

} // namespace

epoll_set::epoll_set(timeouts finest) noexcept : timeouts_(finest) {}

epoll_set::~epoll_set() {
    delete larger_room_.load();
    if (epoll_ != invalid_handle)
        ::close(epoll_);
}

bool epoll_set::available() noexcept {
    int const epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return errno != ENOSYS && errno != EPERM && errno != EACCES; // else it lacks something else at the moment
    ::close(epoll);
    return true;
}

int epoll_set::open() noexcept {
    if (!make_room(1))
        return ENOMEM;
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    return epoll_ < 0 ? errno : 0;
}

// ---- the set ------------------------------------------------------------------------------------------------------

int epoll_set::control(int operation, handle socket, bool read, bool write, std::uint32_t cookie) const noexcept {
    epoll_event event{};
    event.events = (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U);
    event.data.u64 = cookie;
    return ::epoll_ctl(epoll_, operation, socket, &event) < 0 ? errno : 0;
}

int epoll_set::add(handle socket, bool read, bool write, std::uint32_t cookie) noexcept {
    if (!make_room(size_ + 1))
        return ENOMEM;
    int const error = control(EPOLL_CTL_ADD, socket, read, write, cookie);
    if (error == 0)
        ++size_;
    return error;
}

int epoll_set::change(handle socket, bool read, bool write, std::uint32_t cookie) noexcept {
    return control(EPOLL_CTL_MOD, socket, read, write, cookie);
}

void epoll_set::remove(handle socket) noexcept {
    // It fails for a handle that has left by being closed.
    static_cast<void>(control(EPOLL_CTL_DEL, socket, false, false, 0));
    --size_;
}

bool epoll_set::make_room(std::uint32_t size) noexcept {
    if (size <= capacity_)
        return true;
    // A little more: amortised constant time, and hardly any memory that waits to be used.
    std::uint32_t const capacity = size + size / 32 + 8;
    std::unique_ptr<room> larger(new (std::nothrow) room);
    if (larger)
        larger->events.reset(new (std::nothrow) epoll_event[capacity]);
    if (!larger || !larger->events)
        return false;
    larger->capacity = static_cast<int>(capacity);
    capacity_ = capacity;
    // A wait under way keeps to the room that it has.
    delete larger_room_.exchange(larger.release());
    return true;
}

[[gnu::noinline]] void epoll_set::take_room() noexcept {
    room_.reset(larger_room_.exchange(nullptr));
    room_size_ = static_cast<std::uint32_t>(room_->capacity);
}

// ---- waiting ------------------------------------------------------------------------------------------------------

int epoll_set::ask(std::optional<std::chrono::nanoseconds> timeout, handle alarm) {
    if (larger_room_.load(std::memory_order_relaxed) != nullptr)
        take_room();
    alarmed_ = false;
    if (alarm != invalid_handle)
        return ask_with(timeout, alarm);
    if (timeout)
        return ask_until(*timeout);
    return ::epoll_wait(epoll_, room_->events.get(), room_->capacity, -1);
}

[[gnu::noinline]] int epoll_set::ask_until(std::chrono::nanoseconds timeout) noexcept {
    bool const waits = timeout > std::chrono::nanoseconds::zero();
    if (waits && timeouts_ == timeouts::finest && !lacks_fine_timeouts.load(std::memory_order_relaxed)) {
        timespec const limit = to_timespec(timeout);
        int const result = epoll_wait_finely(epoll_, room_->events.get(), room_->capacity, limit);
        if (result >= 0 || (errno != ENOSYS && errno != EPERM)) // a filter of system calls says the latter
            return result;
        lacks_fine_timeouts.store(true, std::memory_order_relaxed);
    }
    return ::epoll_wait(epoll_, room_->events.get(), room_->capacity, to_milliseconds(timeout));
}

/// The alarm stays out of the set: it may be closed at any time after the wait, and would leave an entry behind.
[[gnu::noinline]] int epoll_set::ask_with(std::optional<std::chrono::nanoseconds> timeout, handle alarm) noexcept {
    pollfd entries[] = {{epoll_, POLLIN, 0}, {alarm, POLLIN, 0}};
    std::uint32_t raised = 0;
    if (int const error = poll_descriptors(entries, 2, timeout, raised); error != 0) {
        errno = error;
        return -1;
    }
    alarmed_ = entries[1].revents != 0;
    return entries[0].revents != 0 ? ask_until(std::chrono::nanoseconds::zero()) : 0;
}

void epoll_set::look_again() noexcept {
    if (larger_room_.load(std::memory_order_relaxed) == nullptr)
        return;
    auto const kept = std::move(room_);
    std::uint32_t const kept_ready = ready_;
    take_room();
    // What was ready a moment ago may have been consumed: what was found then holds if nothing can be found now.
    if (take(ask_until(std::chrono::nanoseconds::zero())) != 0) {
        std::copy_n(kept->events.get(), kept_ready, room_->events.get());
        ready_ = kept_ready;
    }
}

epoll_set::found epoll_set::at(std::uint32_t index) const noexcept {
    epoll_event const& event = room_->events[index];
    return {static_cast<std::uint32_t>(event.data.u64), (event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0,
            (event.events & (EPOLLERR | EPOLLHUP)) != 0};
}

} // namespace usocket::platform
