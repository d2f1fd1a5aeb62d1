// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"
#include "wait/poll_backend.hpp"

// The build compiles the table of the system at hand; this one is for systems where poll is all there is.

namespace usocket::detail {
namespace {

constexpr backend_entry table[] = {
    {backend::poll, make_poll_backend, []() noexcept { return true; }},
};

} // namespace

std::span<backend_entry const> backend_table() noexcept { return table; }

} // namespace usocket::detail
