// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <new>

#include <poll.h>

#include "platform/platform.hpp"
#include "platform/posix/poll_descriptors.hpp"

namespace usocket::platform {
namespace {

constexpr std::size_t entries_without_allocation = 16;

pollfd to_system(poll_entry const& entry) noexcept {
    int const events = (entry.want_read ? POLLIN : 0) | (entry.want_write ? POLLOUT : 0);
    return {entry.socket, static_cast<short>(events), 0};
}

/// Whether anything was reported.
bool report(pollfd const& from, poll_entry& to) noexcept {
    to.readable = (from.revents & POLLIN) != 0;
    to.writable = (from.revents & POLLOUT) != 0;
    // The system skips negative descriptors instead of refusing them.
    to.failed = (from.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 || from.fd < 0;
    return to.readable || to.writable || to.failed;
}

} // namespace

int poll(std::span<poll_entry> entries, std::optional<std::chrono::nanoseconds> timeout, std::size_t& ready) noexcept {
    ready = 0;
    std::array<pollfd, entries_without_allocation> few{};
    std::unique_ptr<pollfd[]> many;
    pollfd* list = few.data();
    if (entries.size() > few.size()) {
        many.reset(new (std::nothrow) pollfd[entries.size()]);
        if (!many)
            return ENOMEM;
        list = many.get();
    }
    std::transform(entries.begin(), entries.end(), list, [](poll_entry const& entry) { return to_system(entry); });
    if (std::any_of(list, list + entries.size(), [](pollfd const& entry) { return entry.fd < 0; }))
        timeout = std::chrono::nanoseconds::zero();

    std::uint32_t reported = 0;
    if (int const error = poll_descriptors(list, static_cast<std::uint32_t>(entries.size()), timeout, reported);
        error != 0)
        return error;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (report(list[i], entries[i]))
            ++ready;
    }
    return 0;
}

} // namespace usocket::platform
