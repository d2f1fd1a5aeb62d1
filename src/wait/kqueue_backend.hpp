// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "wait/backend.hpp"

namespace usocket::detail {

/// The kqueue calls of macOS and the BSDs: the kernel keeps the set, and a wait takes time in proportion to what is
/// ready.
[[nodiscard]] std::unique_ptr<wait_backend> make_kqueue_backend(member_table& members);

} // namespace usocket::detail
