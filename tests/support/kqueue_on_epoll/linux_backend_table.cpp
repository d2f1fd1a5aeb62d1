// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"
#include "wait/epoll_backend.hpp"
#include "wait/io_uring_backend.hpp"
#include "wait/kqueue_backend.hpp"
#include "wait/poll_backend.hpp"
#include "wait/select_backend.hpp"

#include "platform/epoll_set.hpp"
#include "platform/kqueue_set.hpp"

// The table of Linux with the imitation of kqueue, for tests.

namespace usocket::detail {
namespace {

constexpr auto always = []() noexcept { return true; };

constexpr backend_entry table[] = {
    {backend::epoll, make_epoll_backend, platform::epoll_set::available},
    {backend::kqueue, make_kqueue_backend, platform::kqueue_set::available},
    {backend::poll, make_poll_backend, always},
    {backend::io_uring, make_io_uring_backend, io_uring_available},
    {backend::select, make_select_backend, always, "the select backend takes only descriptors below 1024"},
};

} // namespace

std::span<backend_entry const> backend_table() noexcept { return table; }

} // namespace usocket::detail
