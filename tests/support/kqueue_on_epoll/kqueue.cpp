// SPDX-License-Identifier: MIT
#include <sys/event.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// A queue is an epoll set, which has a handle once; what its filters are is kept here.

namespace {

/// Memory of the system's own, as the kernel's is: tests count what operator new gives.
template <class T>
struct system_memory {
    using value_type = T;
    system_memory() = default;
    template <class U>
    system_memory(system_memory<U> const&) {}
    T* allocate(std::size_t count) {
        if (void* const memory = std::malloc(count * sizeof(T)))
            return static_cast<T*>(memory);
        std::abort();
    }
    void deallocate(T* memory, std::size_t) { std::free(memory); }
    friend bool operator==(system_memory const&, system_memory const&) { return true; }
};
template <class Key, class Value>
using system_map = std::map<Key, Value, std::less<>, system_memory<std::pair<Key const, Value>>>;

struct filter {
    bool watched = false;
    void* udata = nullptr;
};

struct watched_handle {
    filter input{};
    filter output{};
    bool edges = false;
};

struct queue {
    system_map<int, watched_handle> handles{};
    int told_in_part = -1; ///< A handle with an event that there was no room for.
};

std::mutex lock;
system_map<int, queue> queues;

/// A child does not inherit queues. Their descriptors stay: who has closed one has not told of it here.
void forget_all() {
    queues.clear();
    lock.unlock();
}

epoll_event event_for(int handle, watched_handle const& wanted) {
    epoll_event event{};
    event.events = (wanted.input.watched ? EPOLLIN : 0U) | (wanted.output.watched ? EPOLLOUT : 0U);
    if (wanted.edges)
        event.events |= EPOLLRDHUP | EPOLLET;
    event.data.fd = handle;
    return event;
}

int control(int descriptor, int operation, int handle, watched_handle const& wanted) {
    auto event = event_for(handle, wanted);
    return ::epoll_ctl(descriptor, operation, handle, &event) < 0 ? errno : 0;
}

int add(int descriptor, system_map<int, watched_handle>& all, struct kevent const& change) {
    int const handle = static_cast<int>(change.ident);
    auto found = all.find(handle);
    // A handle that was closed has left, and its number may be another's now.
    if (found != all.end() && control(descriptor, EPOLL_CTL_MOD, handle, found->second) != 0)
        all.erase(found), found = all.end();
    bool const is_new = found == all.end();
    watched_handle wanted = is_new ? watched_handle() : found->second;
    bool const edge = (change.flags & EV_CLEAR) != 0;
    if (!is_new && wanted.edges != edge)
        return ENOTSUP;
    wanted.edges = edge;
    (change.filter == EVFILT_READ ? wanted.input : wanted.output) = {true, change.udata};
    int const error = control(descriptor, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, handle, wanted);
    if (error == 0)
        all[handle] = wanted;
    return error;
}

int remove(int descriptor, system_map<int, watched_handle>& all, struct kevent const& change) {
    int const handle = static_cast<int>(change.ident);
    auto const found = all.find(handle);
    if (found == all.end())
        return ENOENT;
    filter& gone = change.filter == EVFILT_READ ? found->second.input : found->second.output;
    if (!gone.watched)
        return ENOENT;
    gone = {};
    bool const none_left = !found->second.input.watched && !found->second.output.watched;
    int const error = control(descriptor, none_left ? EPOLL_CTL_DEL : EPOLL_CTL_MOD, handle, found->second);
    if (none_left || error != 0)
        all.erase(found);
    return error != 0 ? ENOENT : 0;
}

int apply(int descriptor, queue& all, struct kevent const& change) {
    if (change.filter != EVFILT_READ && change.filter != EVFILT_WRITE)
        return EINVAL;
    switch (change.flags & ~(EV_CLEAR | EV_RECEIPT)) {
    case EV_ADD:
        return add(descriptor, all.handles, change);
    case EV_DELETE:
        return remove(descriptor, all.handles, change);
    default:
        return ENOTSUP;
    }
}

/// What waits to be received; listeners have connections, which are no octets.
std::int64_t waiting(int handle) {
    int listening = 0;
    socklen_t size = sizeof listening;
    if (::getsockopt(handle, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0)
        return 1;
    int octets = 0;
    return ::ioctl(handle, FIONREAD, &octets) == 0 ? octets : 0;
}

/// Puts down what the handle's filters have to say now.
int report(int handle, watched_handle const& watched, struct kevent* out) {
    pollfd state{handle, POLLIN | POLLOUT | POLLRDHUP, 0};
    ::poll(&state, 1, 0);
    auto const has = [&state](int events) { return (state.revents & events) != 0; };
    std::uint16_t const clear = watched.edges ? EV_CLEAR : 0;
    int count = 0;
    if (watched.input.watched && has(POLLIN | POLLHUP | POLLERR | (watched.edges ? POLLRDHUP : 0))) {
        bool const ended = has(POLLRDHUP | POLLHUP);
        out[count++] = {static_cast<std::uintptr_t>(handle),
                        EVFILT_READ,
                        static_cast<std::uint16_t>(clear | (ended ? EV_EOF : 0U)),
                        ended && has(POLLERR) ? 1U : 0U,
                        waiting(handle),
                        watched.input.udata};
    }
    if (watched.output.watched && has(POLLOUT | POLLHUP | POLLERR)) {
        bool const ended = has(POLLHUP);
        out[count++] = {static_cast<std::uintptr_t>(handle),
                        EVFILT_WRITE,
                        static_cast<std::uint16_t>(clear | (ended ? EV_EOF : 0U)),
                        ended && has(POLLERR) ? 1U : 0U,
                        has(POLLOUT) ? 1 : 0,
                        watched.output.udata};
    }
    return count;
}

/// As many events as there is room for, which never leaves a place free while there are more.
int look_at(int descriptor, epoll_event const* ready, int ready_count, struct kevent* events, int event_count) {
    std::lock_guard const guard(lock);
    auto& all = queues[descriptor];
    int count = 0;
    std::array<struct kevent, 2> both{};
    if (int const handle = std::exchange(all.told_in_part, -1); handle >= 0) {
        if (auto const found = all.handles.find(handle); found != all.handles.end()) {
            int const told = report(handle, found->second, both.data());
            if (told != 0)
                events[count++] = both[static_cast<std::size_t>(told - 1)];
        }
    }
    for (int i = 0; i < ready_count && count < event_count; ++i) {
        auto const found = all.handles.find(ready[i].data.fd);
        if (found == all.handles.end())
            continue;
        int const told = report(found->first, found->second, both.data());
        if (told == 2 && count + 1 == event_count)
            all.told_in_part = found->first;
        count =
            static_cast<int>(std::copy_n(both.data(), std::min(told, event_count - count), events + count) - events);
    }
    return count;
}

bool has_more(int descriptor) {
    std::lock_guard const guard(lock);
    return queues[descriptor].told_in_part >= 0;
}

} // namespace

int kqueue() {
    static int const registered = ::pthread_atfork([] { lock.lock(); }, [] { lock.unlock(); }, forget_all);
    static_cast<void>(registered);
    int const descriptor = ::epoll_create1(0);
    if (descriptor < 0)
        return -1;
    std::lock_guard const guard(lock);
    queues[descriptor] = {}; // the number's last owner has been closed
    return descriptor;
}

int kevent(int descriptor, struct kevent const* changes, int change_count, struct kevent* events, int event_count,
           timespec const* timeout) {
    int answers = 0;
    {
        std::lock_guard const guard(lock);
        auto const here = queues.find(descriptor);
        if (here == queues.end()) {
            errno = EBADF;
            return -1;
        }
        for (int i = 0; i < change_count; ++i) {
            int const error = apply(descriptor, here->second, changes[i]);
            if (error == 0 && (changes[i].flags & EV_RECEIPT) == 0)
                continue;
            if (answers == event_count) {
                errno = error;
                return error == 0 ? answers : -1;
            }
            events[answers] = changes[i];
            events[answers].flags = static_cast<std::uint16_t>(changes[i].flags | EV_ERROR);
            events[answers++].data = error;
        }
    }
    if (answers != 0 || event_count == 0)
        return answers;
    std::array<epoll_event, 256> ready{};
    bool const more = has_more(descriptor);
    int const most = std::min(static_cast<int>(ready.size()), event_count) - (more ? 1 : 0);
    timespec const at_once{};
    int const count =
        most == 0 ? 0 : ::epoll_pwait2(descriptor, ready.data(), most, more ? &at_once : timeout, nullptr);
    return count < 0 || (count == 0 && !more) ? count : look_at(descriptor, ready.data(), count, events, event_count);
}
