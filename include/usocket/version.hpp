// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace [[gnu::visibility("default")]] usocket {

/// The version of this library, "major.minor.patch" (usocket: `*version*`).
inline constexpr std::string_view version = "0.1.0";

/// The same in numbers.
inline constexpr int version_major = 0;
/// See version_major.
inline constexpr int version_minor = 1;
/// See version_major.
inline constexpr int version_patch = 0;

/// The version of the Common Lisp usocket whose interface this library covers in full.
inline constexpr std::string_view covered_original_version = "0.8.3";

} // namespace usocket
