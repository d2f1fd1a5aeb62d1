// SPDX-License-Identifier: MIT
#include "platform/select_set.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>
#include <span>

#include <sys/select.h>

#include "platform/posix/timespec.hpp"

namespace usocket::platform {

struct select_set::storage {
    // What is asked for, and what was found: select overwrites the one with the other, so that each wait takes a copy.
    fd_set asked_read{};
    fd_set asked_write{};
    fd_set read{};
    fd_set write{};
    fd_set invalid{};
    int highest = -1; ///< No handle above it is in the set; there may be none at it.
    std::array<std::uint32_t, FD_SETSIZE> cookies{};
};

namespace {

/// As many numbers lie together in 8 octets of a set, however the system orders them there.
constexpr int together = 64;
static_assert(FD_SETSIZE % together == 0);

std::uint64_t block_of(fd_set const& set, int number) noexcept {
    std::uint64_t block = 0;
    auto const offset = static_cast<std::size_t>(number / together) * sizeof block;
    std::memcpy(&block, reinterpret_cast<std::byte const*>(&set) + offset, sizeof block);
    return block;
}

void put(int number, fd_set& set, bool in) noexcept {
    if (in)
        FD_SET(number, &set);
    else
        FD_CLR(number, &set);
}

} // namespace

select_set::select_set() noexcept = default;

select_set::~select_set() = default;

int select_set::refuses(handle socket) noexcept { return socket >= 0 && socket < FD_SETSIZE ? 0 : ENOBUFS; }

int select_set::open() noexcept {
    sets_.reset(new (std::nothrow) storage);
    return sets_ ? 0 : ENOMEM;
}

// ---- the set ------------------------------------------------------------------------------------------------------

int select_set::add(handle socket, bool read, bool write, std::uint32_t cookie) noexcept {
    sets_->cookies[static_cast<std::size_t>(socket)] = cookie;
    change(socket, read, write);
    return 0;
}

void select_set::change(handle socket, bool read, bool write) noexcept {
    put(socket, sets_->asked_read, read);
    put(socket, sets_->asked_write, write);
    if (read || write)
        sets_->highest = std::max(sets_->highest, socket);
}

void select_set::remove(handle socket, std::uint32_t cookie) noexcept {
    if (sets_->cookies[static_cast<std::size_t>(socket)] == cookie)
        change(socket, false, false);
}

/// Lowers it to where there is a handle, so that the system looks at no more than it must.
void select_set::find_highest() noexcept {
    int& highest = sets_->highest;
    while (highest >= 0) {
        if (block_of(sets_->asked_read, highest) == 0 && block_of(sets_->asked_write, highest) == 0)
            highest = highest / together * together - 1;
        else if (!FD_ISSET(highest, &sets_->asked_read) && !FD_ISSET(highest, &sets_->asked_write))
            --highest;
        else
            break;
    }
}

// ---- waiting ------------------------------------------------------------------------------------------------------

int select_set::wait(std::optional<std::chrono::nanoseconds> timeout, handle alarm) noexcept {
    bool const has_alarm = alarm != invalid_handle;
    alarmed_ = false;
    if (has_alarm && refuses(alarm) != 0)
        return refuses(alarm);
    find_highest();
    sets_->read = sets_->asked_read;
    sets_->write = sets_->asked_write;
    FD_ZERO(&sets_->invalid);
    if (has_alarm)
        FD_SET(alarm, &sets_->read);
    timespec const limit = to_timespec(timeout.value_or(std::chrono::nanoseconds::zero()));
    int const count = std::max(sets_->highest, alarm) + 1;
    if (::pselect(count, &sets_->read, &sets_->write, nullptr, timeout ? &limit : nullptr, nullptr) < 0) {
        // One handle that was closed by others fails the call for all.
        return errno == EBADF ? look_at_each() : errno;
    }
    if (has_alarm) {
        alarmed_ = FD_ISSET(alarm, &sets_->read);
        FD_CLR(alarm, &sets_->read);
    }
    return 0;
}

/// Finds what is ready now, and what is invalid, by asking for a few handles at a time. The alarm has to wait.
int select_set::look_at_each() noexcept {
    FD_ZERO(&sets_->read);
    FD_ZERO(&sets_->write);
    std::array<poll_entry, 16> entries;
    for (int number = 0; number <= sets_->highest;) {
        std::size_t count = 0;
        for (; number <= sets_->highest && count != entries.size(); ++number) {
            bool const read = FD_ISSET(number, &sets_->asked_read);
            bool const write = FD_ISSET(number, &sets_->asked_write);
            if (read || write)
                entries[count++] = {.socket = number, .want_read = read, .want_write = write};
        }
        std::size_t ready = 0;
        if (int const error = poll(std::span(entries).first(count), std::chrono::nanoseconds::zero(), ready);
            error != 0)
            return error;
        for (poll_entry const& entry : std::span(entries).first(count)) {
            put(entry.socket, sets_->read, entry.readable);
            put(entry.socket, sets_->write, entry.writable);
            put(entry.socket, sets_->invalid, entry.failed);
        }
    }
    return 0;
}

std::uint32_t select_set::next_ready(std::uint32_t from) const noexcept {
    int number = static_cast<int>(from);
    while (number <= sets_->highest) {
        if (number % together == 0 && block_of(sets_->read, number) == 0 && block_of(sets_->write, number) == 0 &&
            block_of(sets_->invalid, number) == 0)
            number += together;
        else if (!FD_ISSET(number, &sets_->read) && !FD_ISSET(number, &sets_->write) &&
                 !FD_ISSET(number, &sets_->invalid))
            ++number;
        else
            return static_cast<std::uint32_t>(number);
    }
    return nowhere;
}

select_set::found select_set::at(std::uint32_t place) const noexcept {
    int const number = static_cast<int>(place);
    return {sets_->cookies[place], FD_ISSET(number, &sets_->read) != 0, FD_ISSET(number, &sets_->write) != 0,
            FD_ISSET(number, &sets_->invalid) != 0};
}

} // namespace usocket::platform
