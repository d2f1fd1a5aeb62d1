// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "wait/backend.hpp"

namespace usocket::detail {

/// The system's select call: on every system, for low handles alone.
[[nodiscard]] std::unique_ptr<wait_backend> make_select_backend(member_table& members);

} // namespace usocket::detail
