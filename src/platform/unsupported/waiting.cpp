// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"
#include "platform/poll_set.hpp"
#include "platform/select_set.hpp"
#include "platform/unsupported/not_here.hpp"

namespace usocket::platform {

int poll(std::span<poll_entry>, std::optional<std::chrono::nanoseconds>, std::size_t& ready) noexcept {
    ready = 0;
    return not_here;
}

int open_wake_handle(wake_handle& out) noexcept {
    out = {};
    return not_here;
}

void close_wake_handle(wake_handle& wake) noexcept { wake = {}; }
void raise_wake_handle(wake_handle const&) noexcept {}
void clear_wake_handle(wake_handle const&) noexcept {}

// No table of backends names these; they are here for those that are made of them.

struct poll_set::storage {};

poll_set::~poll_set() { delete entries_; }
int poll_set::add(handle, bool, bool) noexcept { return not_here; }
void poll_set::change(std::uint32_t, bool, bool) noexcept {}
void poll_set::replace(std::uint32_t, handle) noexcept {}
void poll_set::remove(std::uint32_t) noexcept {}
void poll_set::truncate(std::uint32_t) noexcept {}
int poll_set::reserve(std::uint32_t size) noexcept { return size <= capacity_ ? 0 : not_here; }
int poll_set::wait(std::optional<std::chrono::nanoseconds>) noexcept { return not_here; }
int poll_set::ask() { return -1; }
poll_set::found poll_set::at(std::uint32_t) const noexcept { return {}; }
std::uint32_t poll_set::next_ready(std::uint32_t) const noexcept { return size_; }

struct select_set::storage {};

select_set::select_set() noexcept = default;
select_set::~select_set() = default;
int select_set::refuses(handle) noexcept { return not_here; }
int select_set::open() noexcept { return not_here; }
int select_set::add(handle, bool, bool, std::uint32_t) noexcept { return not_here; }
void select_set::change(handle, bool, bool) noexcept {}
void select_set::remove(handle, std::uint32_t) noexcept {}
int select_set::wait(std::optional<std::chrono::nanoseconds>, handle) noexcept { return not_here; }
std::uint32_t select_set::next_ready(std::uint32_t) const noexcept { return nowhere; }
select_set::found select_set::at(std::uint32_t) const noexcept { return {}; }

} // namespace usocket::platform
