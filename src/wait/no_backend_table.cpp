// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"

// Of a system that the library does not know: it has no way to wait.

namespace usocket::detail {

std::span<backend_entry const> backend_table() noexcept { return {}; }

} // namespace usocket::detail
