// SPDX-License-Identifier: MIT
#pragma once

#include "torture/faults.hpp"
#include "torture/verdict.hpp"

namespace torture {

/// What kind of socket a descriptor is.
[[nodiscard]] subject subject_of(int descriptor) noexcept;

} // namespace torture
