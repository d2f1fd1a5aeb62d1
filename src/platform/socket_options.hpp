// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <usocket/ip_address.hpp>
#include <usocket/option_id.hpp>
#include <usocket/tcp_info.hpp>

#include "platform/platform.hpp"

/// The seam, options of sockets; the rules at the head of platform.hpp hold.
///
/// An option that is in two levels of the system, for IPv4 and for IPv6, is chosen by the socket's family. On a v6
/// socket setting it also sets the IPv4 one where the system has it, for the IPv4 packets of a dual-stack socket: two
/// calls. `is_no_such_option` tells of the result whether the system lacks the option on such a socket.
namespace usocket::platform {

/// Whether the implementation knows the option; the system that runs it may be older and still lack it.
/// False for the two timeouts, which are no business of the system.
[[nodiscard]] bool option_exists(option_id) noexcept;

/// The options that are a number:
/// - flags are 0 or 1
/// - sizes and limits as in options.hpp: octets, hops, interface numbers
/// - tcp_keepalive_idle, tcp_keepalive_interval, tcp_defer_accept: seconds; tcp_user_timeout: milliseconds
/// - linger: seconds, -1 is off
/// The caller has checked the range; what the system's own type cannot hold is an invalid argument.
[[nodiscard]] int get_option(handle, family, option_id, std::int64_t& value) noexcept;
[[nodiscard]] int set_option(handle, family, option_id, std::int64_t value) noexcept;

/// The options that are a text: bind_to_device (empty is any) and tcp_congestion_control. Text that is too long, or has
/// a NUL, is an invalid argument, never cut; an algorithm that the system lacks is an option that does not exist. May
/// raise std::bad_alloc.
[[nodiscard]] int get_text_option(handle, option_id, std::string& value);
[[nodiscard]] int set_text_option(handle, option_id, std::string_view value) noexcept;

[[nodiscard]] int get_tcp_info(handle, tcp_info& out) noexcept;

/// Begins or ends receiving what is sent to a multicast group, from anybody or from one source. Interface number 0 is
/// the system's choice.
[[nodiscard]] int join_group(handle, ip_address const& group, std::uint32_t interface_number,
                             ip_address const* source) noexcept;
[[nodiscard]] int leave_group(handle, ip_address const& group, std::uint32_t interface_number,
                              ip_address const* source) noexcept;

/// Any option by the system's own numbers. `size` is how much of `value` the system filled in.
[[nodiscard]] int get_raw_option(handle, int level, int name, std::span<std::byte> value, std::size_t& size) noexcept;
[[nodiscard]] int set_raw_option(handle, int level, int name, std::span<std::byte const> value) noexcept;

} // namespace usocket::platform
