// SPDX-License-Identifier: MIT
#include "platform/select_set.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>
#include <unordered_map>
#include <vector>

#include "platform/windows/shutdowns.hpp"

/// Winsock's sets are lists of handles, of any length: no handle is too high, and none refused.
namespace usocket::platform {
namespace {

/// An fd_set of any length. What is in it is set before a wait; what the system leaves in it was found.
class handle_list {
public:
    /// May raise std::bad_alloc.
    void reserve(std::size_t size) { words_.resize(std::max(words_.size(), size + 1)); }
    void clear() noexcept { set()->fd_count = 0; }
    void add(handle socket) noexcept { handles()[set()->fd_count++] = socket; }
    [[nodiscard]] std::span<handle const> all() noexcept { return {handles(), set()->fd_count}; }
    [[nodiscard]] fd_set* get_or_null() noexcept { return set()->fd_count != 0 ? set() : nullptr; }

private:
    static_assert(offsetof(fd_set, fd_array) == sizeof(handle));

    [[nodiscard]] fd_set* set() noexcept { return reinterpret_cast<fd_set*>(words_.data()); }
    [[nodiscard]] handle* handles() noexcept { return words_.data() + 1; }

    std::vector<handle> words_ = std::vector<handle>(1); ///< The first is the count.
};

struct entry {
    handle socket = invalid_handle;
    std::uint32_t cookie = 0;
    bool read = false;
    bool write = false;
    bool readable = false;
    bool writable = false;
    bool failed = false;
};

} // namespace

struct select_set::storage {
    std::vector<entry> entries{};
    std::unordered_map<handle, std::size_t> places{}; ///< In `entries`.
    handle_list read{};
    handle_list write{};
    handle_list except{};

    [[nodiscard]] entry* find(handle socket) noexcept {
        auto const found = places.find(socket);
        return found != places.end() ? &entries[found->second] : nullptr;
    }

    static bool watches(void const* what, handle socket) {
        return static_cast<storage const*>(what)->places.contains(socket);
    }

    /// What this process has shut down is ready.
    bool look_for_shut_down() noexcept {
        bool any = false;
        for (entry& one : entries) {
            auto const shut = find_shut_down(one.socket);
            one.readable = one.readable || (one.read && shut.input);
            one.writable = one.writable || (one.write && shut.output);
            any = any || one.readable || one.writable;
        }
        return any;
    }
};

select_set::select_set() noexcept = default;

select_set::~select_set() = default;

int select_set::refuses(handle socket) noexcept { return socket != invalid_handle ? 0 : WSAENOTSOCK; }

int select_set::open() noexcept {
    try {
        sets_ = std::make_unique<storage>();
        return start_winsock();
    } catch (std::bad_alloc const&) {
        return WSA_NOT_ENOUGH_MEMORY;
    }
}

int select_set::add(handle socket, bool read, bool write, std::uint32_t cookie) noexcept {
    if (entry* const present = sets_->find(socket)) {
        *present = {.socket = socket, .cookie = cookie, .read = read, .write = write};
        return 0;
    }
    try {
        std::size_t const size = sets_->entries.size() + 1;
        // And the two alarms.
        sets_->read.reserve(size + 2);
        sets_->write.reserve(size);
        sets_->except.reserve(size);
        sets_->entries.push_back({.socket = socket, .cookie = cookie, .read = read, .write = write});
        try {
            sets_->places.emplace(socket, size - 1);
        } catch (std::bad_alloc const&) {
            sets_->entries.pop_back();
            throw;
        }
        return 0;
    } catch (std::bad_alloc const&) {
        return WSA_NOT_ENOUGH_MEMORY;
    }
}

void select_set::change(handle socket, bool read, bool write) noexcept {
    if (entry* const present = sets_->find(socket)) {
        present->read = read;
        present->write = write;
    }
}

void select_set::remove(handle socket, std::uint32_t cookie) noexcept {
    auto const present = sets_->places.find(socket);
    if (present == sets_->places.end() || sets_->entries[present->second].cookie != cookie)
        return;
    std::size_t const place = present->second;
    sets_->places.erase(present);
    if (place + 1 != sets_->entries.size()) {
        sets_->entries[place] = sets_->entries.back();
        sets_->places[sets_->entries[place].socket] = place;
    }
    sets_->entries.pop_back();
}

int select_set::wait(std::optional<std::chrono::nanoseconds> timeout, handle alarm) noexcept {
    using clock = std::chrono::steady_clock;
    using std::chrono::microseconds;
    constexpr microseconds longest = std::chrono::hours(24); // the caller waits again
    alarmed_ = false;
    blocked_wait wait(storage::watches, sets_.get());
    if (wait.error() != 0)
        return wait.error();
    std::optional<clock::time_point> end;
    if (auto const now = clock::now(); timeout && *timeout < clock::time_point::max() - now)
        end = now + *timeout;
    for (;;) {
        sets_->read.clear();
        sets_->write.clear();
        sets_->except.clear();
        for (entry& one : sets_->entries) {
            one.readable = one.writable = one.failed = false;
            if (one.read)
                sets_->read.add(one.socket);
            if (one.write) {
                sets_->write.add(one.socket);
                sets_->except.add(one.socket); // where the system tells of a connect that fails
            }
        }
        sets_->read.add(wait.alarm());
        if (alarm != invalid_handle)
            sets_->read.add(alarm);
        bool const shut = sets_->look_for_shut_down();
        auto const left = end ? std::chrono::ceil<microseconds>(*end - clock::now()) : longest;
        auto const length = shut ? microseconds::zero() : std::clamp(left, microseconds::zero(), longest);
        timeval limit{static_cast<long>(length.count() / 1'000'000), static_cast<long>(length.count() % 1'000'000)};
        int const count =
            ::select(0, sets_->read.get_or_null(), sets_->write.get_or_null(), sets_->except.get_or_null(), &limit);
        if (count == SOCKET_ERROR) {
            // One handle that was closed by others fails the call for all.
            int const error = ::WSAGetLastError();
            return error == WSAENOTSOCK ? look_at_each() : error;
        }
        bool news = shut;
        if (count != 0) {
            for (handle const socket : sets_->read.all()) {
                if (socket == wait.alarm()) {
                    wait.clear_alarm();
                } else if (socket == alarm) {
                    alarmed_ = news = true;
                } else if (entry* const one = sets_->find(socket)) {
                    one->readable = news = true;
                }
            }
            for (handle const socket : sets_->write.all()) {
                if (entry* const one = sets_->find(socket))
                    one->writable = news = true;
            }
            for (handle const socket : sets_->except.all()) {
                if (entry* const one = sets_->find(socket)) // or urgent octets, after which a look does no harm
                    one->failed = news = true;
            }
        }
        if (news || (end && clock::now() >= *end))
            return 0;
    }
}

/// Finds what is ready now, and what is invalid, by asking for each. The alarm has to wait.
int select_set::look_at_each() noexcept {
    for (entry& one : sets_->entries) {
        poll_entry asked{.socket = one.socket, .want_read = one.read, .want_write = one.write};
        std::size_t ready = 0;
        if (int const error = poll(std::span(&asked, 1), std::chrono::nanoseconds::zero(), ready))
            return error;
        one.readable = asked.readable;
        one.writable = asked.writable;
        one.failed = asked.failed;
    }
    return 0;
}

std::uint32_t select_set::next_ready(std::uint32_t from) const noexcept {
    auto const begin = sets_->entries.begin();
    auto const next =
        std::find_if(begin + static_cast<std::ptrdiff_t>(std::min<std::size_t>(from, sets_->entries.size())),
                     sets_->entries.end(), [](entry const& one) { return one.readable || one.writable || one.failed; });
    return next == sets_->entries.end() ? nowhere : static_cast<std::uint32_t>(next - begin);
}

select_set::found select_set::at(std::uint32_t place) const noexcept {
    entry const& one = sets_->entries[place];
    return {one.cookie, one.readable, one.writable, one.failed};
}

} // namespace usocket::platform
