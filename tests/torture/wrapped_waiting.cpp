// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>

#include "torture/injector.hpp"
#include "torture/ledger.hpp"
#include "torture/real.hpp"
#include "torture/wrapped.hpp"

/// The calls that wait. io_uring's are those of liburing, a shared library, which the library calls by name; the ring
/// in shared memory, which the inline parts of liburing read, is the system's own.
using namespace torture;

namespace {

int fail(fault const& what) noexcept {
    errno = what.code;
    return -1;
}

/// A wait for several descriptors, of which the first ones are looked at.
class watch {
public:
    watch(pollfd const* entries, nfds_t count, char const* call) noexcept {
        for (nfds_t i = 0; i < count; ++i) {
            if (entries[i].fd >= 0)
                add(entries[i].fd, call);
        }
    }
    watch(int count, std::initializer_list<fd_set const*> sets, char const* call) noexcept {
        for (int i = 0; i < count; ++i) {
            if (std::ranges::any_of(sets, [i](fd_set const* set) { return set != nullptr && FD_ISSET(i, set); }))
                add(i, call);
        }
    }

private:
    void add(int descriptor, char const* call) noexcept {
        if (count_ < uses_.size())
            uses_[count_++].emplace(descriptor, call);
    }

    std::array<std::optional<ledger::use>, 32> uses_{};
    std::size_t count_ = 0;
};

/// A call that does not wait finds what there is: it has no reason to return early.
bool is_long(timespec const* timeout) noexcept {
    return timeout == nullptr || timeout->tv_sec != 0 || timeout->tv_nsec != 0;
}

int quiet(pollfd* entries, nfds_t count) noexcept {
    for (nfds_t i = 0; i < count; ++i)
        entries[i].revents = 0;
    return 0;
}

/// What is ready, and the first in trouble.
int troubled(pollfd* entries, nfds_t count) noexcept {
    int const ready = __real_poll(entries, count, 0);
    bool const is_counted = entries[0].revents != 0;
    entries[0].revents = static_cast<short>(entries[0].revents | POLLERR | POLLHUP);
    return is_counted ? ready : ready + 1;
}

template <class Call>
int polling(char const* name, pollfd* entries, nfds_t count, bool waits, Call call) noexcept {
    watch const in_use(entries, count, name);
    fault const* const what = on_call(name);
    if (what == nullptr)
        return call();
    if (what->effect == effect::nothing)
        return waits ? quiet(entries, count) : call();
    if (what->effect == effect::trouble && count != 0)
        return troubled(entries, count);
    return fail(*what);
}

/// What is ready, or all of it in trouble.
template <class Call>
int waiting(char const* name, int epoll, epoll_event* events, bool waits, Call call) noexcept {
    ledger::use const in_use(epoll, name);
    fault const* const what = on_call(name);
    if (what == nullptr)
        return call();
    if (what->effect == effect::nothing)
        return waits ? 0 : call();
    if (what->effect == effect::trouble) {
        int const count = call();
        for (int i = 0; i < count; ++i)
            events[i].events = EPOLLERR | EPOLLHUP;
        return count;
    }
    return fail(*what);
}

} // namespace

extern "C" {

int __wrap_poll(pollfd* entries, nfds_t count, int timeout) {
    return polling("poll", entries, count, timeout != 0, [=] { return __real_poll(entries, count, timeout); });
}

int __wrap_ppoll(pollfd* entries, nfds_t count, timespec const* timeout, sigset_t const* mask) {
    return polling("ppoll", entries, count, is_long(timeout),
                   [=] { return __real_ppoll(entries, count, timeout, mask); });
}

int __wrap_pselect(int count, fd_set* read, fd_set* write, fd_set* except, timespec const* timeout,
                   sigset_t const* mask) {
    watch const in_use(count, {read, write, except}, "pselect");
    fault const* const what = on_call("pselect");
    if (what == nullptr || (what->effect == effect::nothing && !is_long(timeout)))
        return __real_pselect(count, read, write, except, timeout, mask);
    if (what->effect != effect::nothing)
        return fail(*what);
    for (fd_set* const set : {read, write, except}) {
        for (int i = 0; set != nullptr && i < count; ++i)
            FD_CLR(i, set);
    }
    return 0;
}

int __wrap_epoll_wait(int epoll, epoll_event* events, int most, int timeout) {
    return waiting("epoll_wait", epoll, events, timeout != 0,
                   [=] { return __real_epoll_wait(epoll, events, most, timeout); });
}

int __wrap_epoll_pwait2(int epoll, epoll_event* events, int most, timespec const* timeout, sigset_t const* mask) {
    return waiting("epoll_pwait2", epoll, events, is_long(timeout),
                   [=] { return __real_epoll_pwait2(epoll, events, most, timeout, mask); });
}

int __wrap_epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event) {
    ledger::use const in_use(epoll, "epoll_ctl");
    fault const* const what = on_call("epoll_ctl");
    if (what == nullptr)
        return __real_epoll_ctl(epoll, operation, descriptor, event);
    if (operation == EPOLL_CTL_DEL) // it fails for what is not in the set
        static_cast<void>(__real_epoll_ctl(epoll, operation, descriptor, event));
    return fail(*what);
}

int __wrap_io_uring_queue_init_params(unsigned entries, io_uring* ring, io_uring_params* parameters) {
    if (fault const* const what = on_call("io_uring_queue_init_params"))
        return -what->code;
    int const result = __real_io_uring_queue_init_params(entries, ring, parameters);
    if (result == 0)
        ledger::opened_as_it_is(ring->ring_fd);
    return result;
}

void __wrap_io_uring_queue_exit(io_uring* ring) {
    static_cast<void>(on_call("io_uring_queue_exit"));
    if (ledger::closed(ring->ring_fd, "io_uring_queue_exit"))
        __real_io_uring_queue_exit(ring);
}

int __wrap_io_uring_submit(io_uring* ring) {
    ledger::use const in_use(ring->ring_fd, "io_uring_submit");
    fault const* const what = on_call("io_uring_submit");
    return what == nullptr ? __real_io_uring_submit(ring) : -what->code;
}

int __wrap_io_uring_enter2(unsigned ring, unsigned submit, unsigned least, unsigned flags, sigset_t* mask,
                           std::size_t size) {
    ledger::use const in_use(static_cast<int>(ring), "io_uring_enter2");
    fault const* const what = on_call("io_uring_enter2");
    return what == nullptr ? __real_io_uring_enter2(ring, submit, least, flags, mask, size) : -what->code;
}

unsigned __wrap_io_uring_peek_batch_cqe(io_uring* ring, io_uring_cqe** entries, unsigned count) {
    fault const* const what = on_call("io_uring_peek_batch_cqe");
    if (what != nullptr && what->effect == effect::nothing)
        return 0;
    unsigned const found = __real_io_uring_peek_batch_cqe(ring, entries, count);
    if (what != nullptr && found != 0) {
        entries[0]->res = -what->code;
        entries[0]->flags &= ~IORING_CQE_F_MORE;
    }
    return found;
}

} // extern "C"
