// SPDX-License-Identifier: MIT
#include "platform/poll_set.hpp"

#include <algorithm>
#include <new>

#include "platform/windows/poll_descriptors.hpp"

namespace usocket::platform {

struct poll_set::storage {
    WSAPOLLFD entry;
};

poll_set::~poll_set() { delete[] entries_; }

int poll_set::reserve(std::uint32_t size) noexcept {
    if (size <= capacity_)
        return 0;
    // A little more: amortised constant time, and hardly any memory that waits to be used. And the place that
    // poll_descriptors() needs.
    std::uint32_t const capacity = size + size / 32 + 8;
    auto* const entries = new (std::nothrow) storage[capacity + 1];
    if (entries == nullptr)
        return WSA_NOT_ENOUGH_MEMORY;
    std::copy_n(entries_, size_, entries);
    delete[] entries_;
    entries_ = entries;
    capacity_ = capacity;
    return 0;
}

int poll_set::add(handle socket, bool read, bool write) noexcept {
    if (int const error = reserve(size_ + 1))
        return error;
    entries_[size_++].entry = {socket, to_events(read, write), 0};
    return 0;
}

void poll_set::change(std::uint32_t index, bool read, bool write) noexcept {
    entries_[index].entry.events = to_events(read, write);
}

void poll_set::replace(std::uint32_t index, handle socket) noexcept { entries_[index].entry.fd = socket; }

void poll_set::remove(std::uint32_t index) noexcept { entries_[index] = entries_[--size_]; }

void poll_set::truncate(std::uint32_t size) noexcept { size_ = std::min(size_, size); }

int poll_set::wait(std::optional<std::chrono::nanoseconds> timeout) noexcept {
    return poll_descriptors(&entries_->entry, size_, timeout, ready_);
}

int poll_set::ask() {
    using namespace std::chrono_literals;
    int const error = poll_descriptors(&entries_->entry, size_, 0ns, ready_);
    ::WSASetLastError(error);
    return error != 0 ? -1 : static_cast<int>(ready_);
}

poll_set::found poll_set::at(std::uint32_t index) const noexcept {
    short const events = entries_[index].entry.revents;
    return {(events & POLLRDNORM) != 0, (events & POLLWRNORM) != 0, (events & POLLERR) != 0};
}

std::uint32_t poll_set::next_ready(std::uint32_t from) const noexcept {
    storage const* const first =
        std::find_if(entries_ + from, entries_ + size_, [](storage const& place) { return place.entry.revents != 0; });
    return static_cast<std::uint32_t>(first - entries_);
}

} // namespace usocket::platform
