// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"
#include "wait/poll_backend.hpp"
#include "wait/select_backend.hpp"

// The build compiles the table of the system at hand; this one is for systems that have nothing better than poll.

namespace usocket::detail {
namespace {

constexpr backend_entry table[] = {
    {backend::poll, make_poll_backend, []() noexcept { return true; }},
    {backend::select, make_select_backend, []() noexcept { return true; }, "the select backend takes only low handles"},
};

} // namespace

std::span<backend_entry const> backend_table() noexcept { return table; }

} // namespace usocket::detail
