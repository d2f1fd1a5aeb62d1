// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <usocket/option_id.hpp>
#include <usocket/socket_types.hpp>

#include "platform/platform.hpp"

namespace usocket::detail {

/// Which sockets have an option: a sum of these.
namespace socket_kinds {

inline constexpr unsigned tcp_connection = 1;
inline constexpr unsigned tcp_listener = 2;
inline constexpr unsigned udp = 4;
inline constexpr unsigned local_connection = 8;
inline constexpr unsigned local_listener = 16;
inline constexpr unsigned local_datagram = 32;
inline constexpr unsigned only_v6 = 64; ///< Of those, the IPv6 ones.

inline constexpr unsigned tcp = tcp_connection | tcp_listener;
inline constexpr unsigned ip = tcp | udp;
inline constexpr unsigned datagram = udp | local_datagram;
inline constexpr unsigned reader_or_writer = tcp_connection | local_connection | datagram;
inline constexpr unsigned any = ip | local_connection | local_listener | local_datagram;

} // namespace socket_kinds

/// What holds for an option on every system alike.
struct option_rule {
    option_id id;
    std::string_view name;
    unsigned kinds;         ///< A sum of socket_kinds.
    std::string_view needs; ///< The kinds, in words.
    std::int64_t least = 0; ///< Where the option is a number: its range.
    std::int64_t most = 1;

    [[nodiscard]] bool is_of(socket_kind kind, platform::family family) const noexcept;
};

[[nodiscard]] option_rule const& rule_of(option_id id) noexcept;

} // namespace usocket::detail
