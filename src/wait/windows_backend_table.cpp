// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"
#include "wait/poll_backend.hpp"
#include "wait/select_backend.hpp"

// The table of Windows, whose poll goes by a name of its own.

namespace usocket::detail {
namespace {

constexpr auto always = []() noexcept { return true; };

constexpr backend_entry table[] = {
    {backend::wsapoll, make_poll_backend, always},
    {backend::select, make_select_backend, always},
};

} // namespace

std::span<backend_entry const> backend_table() noexcept { return table; }

} // namespace usocket::detail
