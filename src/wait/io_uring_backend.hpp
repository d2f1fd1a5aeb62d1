// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "wait/backend.hpp"

namespace usocket::detail {

/// io_uring's multishot poll tells, without a system call, whom to ask. Of Linux, where the build has liburing and the
/// kernel allows it.
[[nodiscard]] bool io_uring_available() noexcept;
[[nodiscard]] std::unique_ptr<wait_backend> make_io_uring_backend(member_table& members);

} // namespace usocket::detail
