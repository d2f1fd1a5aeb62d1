// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "wait/backend.hpp"

namespace usocket::detail {

/// The system's poll call: on every system, for any handle, good for up to some hundred sockets.
[[nodiscard]] std::unique_ptr<wait_backend> make_poll_backend(member_table& members);

} // namespace usocket::detail
