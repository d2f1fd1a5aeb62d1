// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <usocket/wait.hpp>

namespace usocket::test {

/// Does one script of operations on sockets and lists with each backend, each in a world of its own, and requires that
/// all find the same, and what is true.
///
/// What is exact: members on local sockets agree at each wait, and every member is found as the system says it is (see
/// script_world). What settles: over TCP and UDP an effect may come a moment later in one world than in another; where
/// members on those differ, the waits are repeated for a bounded time, until all agree twice in a row.
///
/// Returns what went wrong, with the script as text and as octets; nothing if all was well.
[[nodiscard]] std::string run_wait_script(std::span<std::uint8_t const> octets, std::span<backend const> backends);

/// The octets, as reports print them: two hexadecimal digits each, and spaces anywhere.
[[nodiscard]] std::vector<std::uint8_t> parse_wait_script(std::string_view text);

} // namespace usocket::test
