// SPDX-License-Identifier: MIT
#include "platform/kqueue_set.hpp"

#include <cerrno>
#include <new>
#include <utility>

#include <sys/types.h>

#include <sys/event.h>
#include <unistd.h>

#include "platform/bsd/descriptors.hpp"
#include "platform/posix/timespec.hpp"

namespace usocket::platform {

/// What is ready beyond it is found by a further round: the kernel puts what it has told of behind the rest.
struct kqueue_set::room {
    static constexpr int size = 128;
    struct kevent events[size];
};

namespace {

constexpr std::uintptr_t alarm_mark = std::uintptr_t{1} << 32; // no cookie

// Counts of events: int, but on NetBSD.
template <class Count>
Count counts_of(int (*)(int, struct kevent const*, Count, struct kevent*, Count, timespec const*));
using event_count = decltype(counts_of(&::kevent));

using event_flags = decltype(std::declval<struct kevent>().flags);

struct kevent change_of(handle socket, int filter, unsigned flags, std::uintptr_t mark) noexcept {
    struct kevent event{};
    event.ident = static_cast<std::uintptr_t>(socket);
    event.filter = static_cast<decltype(event.filter)>(filter);
    event.flags = static_cast<event_flags>(flags);
    event.udata = reinterpret_cast<void*>(mark); // NOLINT(performance-no-int-to-ptr)
    return event;
}

std::uintptr_t mark_of(struct kevent const& event) noexcept { return reinterpret_cast<std::uintptr_t>(event.udata); }

constexpr timespec at_once{};

} // namespace

kqueue_set::kqueue_set() noexcept = default;

kqueue_set::~kqueue_set() {
    if (queue_ != invalid_handle && generation_ == fork_generation())
        ::close(queue_);
}

bool kqueue_set::available() noexcept {
    int const queue = ::kqueue();
    if (queue < 0)
        return errno != ENOSYS && errno != EPERM && errno != EACCES; // else it lacks something else at the moment
    ::close(queue);
    return true;
}

int kqueue_set::open() noexcept {
    room_.reset(new (std::nothrow) room);
    if (!room_)
        return ENOMEM;
    generation_ = fork_generation();
    queue_ = ::kqueue();
    return queue_ < 0 ? errno : close_on_exec(queue_);
}

// ---- the set ------------------------------------------------------------------------------------------------------

int kqueue_set::change(handle socket, filters before, filters now, std::uint32_t cookie) noexcept {
    // What goes comes first; each change has an answer of its own, so that all are made whatever becomes of one.
    struct kevent changes[4];
    int count = 0;
    int added = 0;
    struct step {
        int filter;
        watch from;
        watch to;
    };
    step const both[] = {{EVFILT_READ, before.input, now.input}, {EVFILT_WRITE, before.output, now.output}};
    for (auto const& each : both) {
        bool const stays = each.from == watch::level && each.to == watch::level;
        if (each.from != watch::no && !stays) {
            changes[count++] = change_of(socket, each.filter, EV_DELETE | EV_RECEIPT, cookie);
            --size_;
        }
    }
    int const removed = count;
    for (auto const& each : both) {
        bool const stays = each.from == watch::level && each.to == watch::level;
        if (each.to != watch::no && !stays) {
            unsigned const edge = each.to == watch::edge ? unsigned{EV_CLEAR} : 0U;
            changes[count++] = change_of(socket, each.filter, EV_ADD | EV_RECEIPT | edge, cookie);
            ++added;
        }
    }
    if (count == 0)
        return 0;
    struct kevent answers[4];
    int const answered =
        ::kevent(queue_, changes, static_cast<event_count>(count), answers, static_cast<event_count>(count), &at_once);
    int error = answered < 0 ? errno : 0;
    // That what goes has gone by itself, with its handle, is no failure.
    for (int i = removed; i < answered && error == 0; ++i) {
        if ((answers[i].flags & EV_ERROR) != 0)
            error = static_cast<int>(answers[i].data);
    }
    size_ += static_cast<std::uint32_t>(added);
    if (error == 0 || added == 0)
        return 0;
    for (auto const& each : both) {
        if (each.to == watch::no)
            continue;
        struct kevent const gone = change_of(socket, each.filter, EV_DELETE, 0);
        static_cast<void>(::kevent(queue_, &gone, 1, nullptr, 0, &at_once));
        --size_;
    }
    return error;
}

// ---- waiting ------------------------------------------------------------------------------------------------------

int kqueue_set::ask(std::optional<std::chrono::nanoseconds> timeout, handle alarm) noexcept {
    timespec limit{};
    if (timeout)
        limit = to_timespec(*timeout);
    auto const* const until = timeout ? &limit : nullptr;
    alarmed_ = false;
    auto* const events = room_->events;
    if (alarm == invalid_handle)
        return ::kevent(queue_, nullptr, 0, events, room::size, until);
    struct kevent change = change_of(alarm, EVFILT_READ, EV_ADD, alarm_mark);
    int count = ::kevent(queue_, &change, 1, events, room::size, until);
    int error = count < 0 ? errno : 0;
    // It may be closed at any time after the wait, and must not be found by another.
    change.flags = EV_DELETE;
    static_cast<void>(::kevent(queue_, &change, 1, nullptr, 0, &at_once));
    for (int i = 0; i < count; ++i) {
        if (mark_of(events[i]) != alarm_mark)
            continue;
        if ((events[i].flags & EV_ERROR) != 0)
            error = static_cast<int>(events[i].data);
        alarmed_ = true;
        events[i--] = events[--count];
    }
    errno = error;
    return error == 0 ? count : -1;
}

bool kqueue_set::next_round() noexcept {
    // Full, and there are filters that it may not have told of.
    if (ready_ < static_cast<std::uint32_t>(room::size) || total_ >= size_)
        return false;
    int const count = ::kevent(queue_, nullptr, 0, room_->events, room::size, &at_once);
    if (count <= 0)
        return false; // what was found holds
    ready_ = static_cast<std::uint32_t>(count);
    total_ += ready_;
    return true;
}

kqueue_set::found kqueue_set::at(std::uint32_t index) const noexcept {
    struct kevent const& event = room_->events[index];
    bool const readable = event.filter == EVFILT_READ;
    bool const ended = (event.flags & EV_EOF) != 0;
    return {static_cast<std::uint32_t>(mark_of(event)),
            readable,
            !readable,
            ended,
            (event.flags & EV_ERROR) != 0 || (ended && event.fflags != 0),
            readable && event.data == 0};
}

} // namespace usocket::platform
