// SPDX-License-Identifier: MIT
#pragma once

/// The platform of a system that the library does not know: it compiles, and every call fails with errc::unsupported.
namespace usocket::platform {

/// The one error that there is.
inline constexpr int not_here = 1;

} // namespace usocket::platform
