// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <ctime>

/// As much of kqueue as the library asks for, imitated on Linux, so that its tests run on the library's kqueue backend
/// here: the names, the values and the meanings of the BSDs' manual. What the imitation cannot do, it refuses.
///
/// - A handle's filters are all edges (EV_CLEAR), or none is.
/// - That output has ended by our own doing is not seen before input has ended, too.
/// - An error says so in `fflags`, but not which it is.

constexpr int EVFILT_READ = -1;
constexpr int EVFILT_WRITE = -2;

constexpr unsigned EV_ADD = 0x0001;
constexpr unsigned EV_DELETE = 0x0002;
constexpr unsigned EV_CLEAR = 0x0020;
constexpr unsigned EV_RECEIPT = 0x0040;
constexpr unsigned EV_ERROR = 0x4000;
constexpr unsigned EV_EOF = 0x8000;

struct kevent {
    std::uintptr_t ident;
    std::int16_t filter;
    std::uint16_t flags;
    std::uint32_t fflags;
    std::int64_t data;
    void* udata;
};

int kqueue();
int kevent(int queue, struct kevent const* changes, int change_count, struct kevent* events, int event_count,
           timespec const* timeout);
