// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <netinet/in.h>

/// Where the system names interfaces by one of their IPv4 addresses, the library by their numbers; EADDRNOTAVAIL where
/// there is none.
namespace usocket::platform {

[[nodiscard]] int first_address(std::uint32_t interface, in_addr& out) noexcept;
[[nodiscard]] int interface_with(in_addr wanted, std::int64_t& value) noexcept;

} // namespace usocket::platform
