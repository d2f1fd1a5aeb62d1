// SPDX-License-Identifier: MIT
#include "platform/windows/poll_descriptors.hpp"

#include <algorithm>
#include <climits>
#include <span>

#include "platform/windows/shutdowns.hpp"

namespace usocket::platform {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How late is noticed what WSAPoll does not tell.
constexpr milliseconds slice{20};

struct watched_entries {
    WSAPOLLFD const* first;
    std::uint32_t count;
};

bool watches(void const* what, handle socket) {
    auto const& entries = *static_cast<watched_entries const*>(what);
    return std::any_of(entries.first, entries.first + entries.count,
                       [socket](WSAPOLLFD const& entry) { return entry.fd == socket; });
}

/// Winsock says "hang-up" as soon as the peer has ended its side. That is input here; it is a failure if this side has
/// ended as well, or the connection was reset.
bool is_end_of_all(handle socket) noexcept {
    if (find_shut_down(socket).output)
        return true;
    char octet = 0;
    if (::recv(socket, &octet, 1, MSG_PEEK) != SOCKET_ERROR)
        return false;
    int const error = ::WSAGetLastError();
    return error != WSAEWOULDBLOCK && error != WSAEMSGSIZE && error != WSAESHUTDOWN;
}

/// A connect that has begun. Old systems never tell by WSAPoll that it has failed; select does.
bool is_connecting(handle socket) noexcept {
    sockaddr_storage peer{};
    int size = sizeof peer;
    int type = 0;
    return get_int(socket, SOL_SOCKET, SO_TYPE, type) == 0 && type == SOCK_STREAM &&
           ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == SOCKET_ERROR;
}

bool has_failed_to_connect(handle socket) noexcept {
    fd_set failed;
    failed.fd_count = 1;
    failed.fd_array[0] = socket;
    timeval at_once{};
    return ::select(0, nullptr, nullptr, &failed, &at_once) == 1;
}

/// What of an entry is news for the caller.
short translate(WSAPOLLFD const& entry) noexcept {
    if (entry.fd == INVALID_SOCKET)
        return 0;
    int found = entry.revents & entry.events;
    if ((entry.revents & (POLLERR | POLLNVAL)) != 0)
        found |= POLLERR | entry.events;
    if ((entry.revents & POLLHUP) != 0)
        found |= (entry.events & POLLRDNORM) | (is_end_of_all(entry.fd) ? POLLERR : 0);
    auto const shut = find_shut_down(entry.fd);
    if (shut.input)
        found |= entry.events & POLLRDNORM;
    if (shut.output)
        found |= entry.events & POLLWRNORM;
    if (shut.input && shut.output)
        found |= POLLERR;
    return static_cast<short>(found);
}

std::uint32_t translate_all(std::span<WSAPOLLFD> entries) noexcept {
    std::uint32_t news = 0;
    for (WSAPOLLFD& entry : entries) {
        entry.revents = translate(entry);
        news += entry.revents != 0 ? 1U : 0U;
    }
    return news;
}

std::uint32_t find_failed_connects(std::span<WSAPOLLFD> entries) noexcept {
    std::uint32_t found = 0;
    for (WSAPOLLFD& entry : entries) {
        if (entry.fd != INVALID_SOCKET && (entry.events & POLLWRNORM) != 0 && has_failed_to_connect(entry.fd)) {
            entry.revents = static_cast<short>(POLLERR | entry.events);
            ++found;
        }
    }
    return found;
}

/// The call itself; all of nothing but places that are kept free is no error.
int poll_once(WSAPOLLFD* entries, std::uint32_t count, int length) noexcept {
    if (::WSAPoll(entries, count, length) != SOCKET_ERROR)
        return 0;
    int const error = ::WSAGetLastError();
    if (error != WSAENOTSOCK)
        return error;
    // Every one is invalid, so that the system has refused instead of looking.
    for (WSAPOLLFD& entry : std::span(entries, count))
        entry.revents = entry.fd != INVALID_SOCKET ? POLLNVAL : 0;
    return 0;
}

int to_length(std::optional<clock::time_point> end) noexcept {
    if (!end)
        return -1;
    auto const left = std::chrono::ceil<milliseconds>(*end - clock::now()).count();
    return static_cast<int>(std::clamp<milliseconds::rep>(left, 0, INT_MAX));
}

/// One look, without waiting.
int look(WSAPOLLFD* entries, std::uint32_t count, std::uint32_t& ready) noexcept {
    if (count == 0)
        return 0;
    if (int const error = poll_once(entries, count, 0))
        return error;
    ready = translate_all({entries, count});
    return 0;
}

} // namespace

int poll_descriptors(WSAPOLLFD* entries, std::uint32_t count, std::optional<std::chrono::nanoseconds> timeout,
                     std::uint32_t& ready) noexcept {
    ready = 0;
    if (int const error = look(entries, count, ready); error != 0 || ready != 0)
        return error;
    if (timeout && *timeout <= std::chrono::nanoseconds::zero()) {
        ready = find_failed_connects({entries, count});
        return 0;
    }
    std::optional<clock::time_point> end;
    if (auto const now = clock::now(); timeout && *timeout < clock::time_point::max() - now)
        end = now + *timeout;

    watched_entries const watched{entries, count};
    blocked_wait wait(watches, &watched);
    if (wait.error() != 0)
        return wait.error();
    WSAPOLLFD& alarm = entries[count];
    bool const connects = std::any_of(entries, entries + count, [](WSAPOLLFD const& entry) {
        return entry.fd != INVALID_SOCKET && (entry.events & POLLWRNORM) != 0 && is_connecting(entry.fd);
    });
    bool first = true;
    for (;;) {
        // What was shut down before the wait was known is seen by the first look, what is later raises the alarm.
        int length = first ? 0 : to_length(end);
        if (connects && !first)
            length = length < 0 ? static_cast<int>(slice.count()) : std::min(length, static_cast<int>(slice.count()));
        alarm = {wait.alarm(), POLLRDNORM, 0};
        if (int const error = poll_once(entries, count + 1, length))
            return error;
        bool const silent = std::all_of(entries, entries + count + 1,
                                        [](WSAPOLLFD const& e) { return e.revents == 0 || e.fd == INVALID_SOCKET; });
        if (alarm.revents != 0)
            wait.clear_alarm();
        ready = translate_all({entries, count});
        if (ready == 0 && connects)
            ready = find_failed_connects({entries, count});
        if (ready != 0 || (end && clock::now() >= *end))
            return 0;
        // Half-closed, and nobody asked for input: the system goes on saying so, and would not let us wait.
        if (!silent && alarm.revents == 0) {
            alarm.revents = 0;
            static_cast<void>(poll_once(&alarm, 1,
                                        end ? std::min(to_length(end), static_cast<int>(slice.count()))
                                            : static_cast<int>(slice.count())));
        }
        first = false;
    }
}

} // namespace usocket::platform
