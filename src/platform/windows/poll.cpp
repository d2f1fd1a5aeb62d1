// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "platform/windows/poll_descriptors.hpp"

namespace usocket::platform {
namespace {

constexpr std::size_t entries_without_allocation = 16;

WSAPOLLFD to_system(poll_entry const& entry) noexcept {
    return {entry.socket, to_events(entry.want_read, entry.want_write), 0};
}

/// Whether anything was reported.
bool report(WSAPOLLFD const& from, poll_entry& to) noexcept {
    to.readable = (from.revents & POLLRDNORM) != 0;
    to.writable = (from.revents & POLLWRNORM) != 0;
    to.failed = (from.revents & POLLERR) != 0 || from.fd == INVALID_SOCKET;
    return to.readable || to.writable || to.failed;
}

} // namespace

int poll(std::span<poll_entry> entries, std::optional<std::chrono::nanoseconds> timeout, std::size_t& ready) noexcept {
    ready = 0;
    if (int const error = start_winsock())
        return error;
    std::array<WSAPOLLFD, entries_without_allocation + 1> few{};
    std::unique_ptr<WSAPOLLFD[]> many;
    WSAPOLLFD* list = few.data();
    if (entries.size() > entries_without_allocation) {
        many.reset(new (std::nothrow) WSAPOLLFD[entries.size() + 1]);
        if (!many)
            return WSA_NOT_ENOUGH_MEMORY;
        list = many.get();
    }
    std::transform(entries.begin(), entries.end(), list, to_system);
    if (std::any_of(list, list + entries.size(), [](WSAPOLLFD const& entry) { return entry.fd == INVALID_SOCKET; }))
        timeout = std::chrono::nanoseconds::zero();
    std::uint32_t reported = 0;
    if (int const error = poll_descriptors(list, static_cast<std::uint32_t>(entries.size()), timeout, reported))
        return error;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (report(list[i], entries[i]))
            ++ready;
    }
    return 0;
}

} // namespace usocket::platform
