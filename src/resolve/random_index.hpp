// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace usocket::detail {

/// A random number below `count`, which is not zero, each as likely as the others.
[[nodiscard]] std::size_t random_index(std::size_t count);

} // namespace usocket::detail
