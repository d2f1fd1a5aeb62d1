// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

namespace usocket::test {

/// Windows has no limit of its own; the emulators of it have that of their host, which is not told.
inline std::size_t allow_descriptors(std::size_t wanted) { return std::min<std::size_t>(wanted, 2'200); }

} // namespace usocket::test
