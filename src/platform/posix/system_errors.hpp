// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/error.hpp>

/// Codes that not every POSIX system has: each system has a file that defines these.
namespace usocket::platform {

/// Asked first: the class of a code that is not what it is elsewhere, errc::unknown for all others.
[[nodiscard]] errc classify_system(int error) noexcept;
/// errc::ns_unknown for such a code.
[[nodiscard]] errc classify_system_resolver(int error) noexcept;
[[nodiscard]] bool is_system_transient_accept_error(int error) noexcept;

} // namespace usocket::platform
