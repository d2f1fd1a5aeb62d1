// SPDX-License-Identifier: MIT
#include "wait/io_uring_backend.hpp"

// Of builds without liburing.

namespace usocket::detail {

bool io_uring_available() noexcept { return false; }

std::unique_ptr<wait_backend> make_io_uring_backend(member_table&) { return nullptr; }

} // namespace usocket::detail
