// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include "platform/platform.hpp"

namespace usocket::platform {

[[nodiscard]] int to_system(transfer_flags) noexcept;

/// The outcome of a call that returns a count, or a negative number with errno set.
[[nodiscard]] transfer to_transfer(ssize_t result) noexcept;

} // namespace usocket::platform
