// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "wait/backend.hpp"

namespace usocket::detail {

/// io_uring's multishot poll: where many connections are mostly quiet, what is ready is often found without any system
/// call. Of Linux, where the build has liburing and the kernel allows it.
[[nodiscard]] bool io_uring_available() noexcept;
[[nodiscard]] std::unique_ptr<wait_backend> make_io_uring_backend(member_table& members);

} // namespace usocket::detail
