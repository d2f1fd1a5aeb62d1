// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"
#include "wait/kqueue_backend.hpp"
#include "wait/poll_backend.hpp"
#include "wait/select_backend.hpp"

#include "platform/kqueue_set.hpp"

// The table of macOS and the BSDs.

namespace usocket::detail {
namespace {

constexpr auto always = []() noexcept { return true; };

constexpr backend_entry table[] = {
    {backend::kqueue, make_kqueue_backend, platform::kqueue_set::available},
    {backend::poll, make_poll_backend, always},
    {backend::select, make_select_backend, always, "the select backend takes only descriptors below 1024"},
};

} // namespace

std::span<backend_entry const> backend_table() noexcept { return table; }

} // namespace usocket::detail
