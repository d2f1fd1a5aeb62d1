// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <system_error>
#include <vector>

#include <usocket/connect.hpp>
#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/port.hpp>

#include "limits/limit.hpp"
#include "socket/open_failure.hpp"

namespace usocket::detail {

/// The number of a port designator, looked up where it is a service name. Sets `failure` and returns 0 otherwise.
[[nodiscard]] std::uint16_t number_of(port const& port, platform::socket_type type, limit const& in_force,
                                      open_failure& failure);

/// The port of a peer, which must not be 0 nor at the wildcard host, nor at an IPv4 address where only IPv6 is wanted.
/// Sets `failure` otherwise, and where the limit refuses to begin at all.
[[nodiscard]] std::uint16_t port_of_peer(host const& host, port const& port, platform::socket_type type,
                                         std::optional<bool> v6_only, limit const& in_force, open_failure& failure);

/// The addresses of a host designator, in order: its own, or those of its name by `resolver` or the system. Sets
/// `failure` and returns none otherwise.
[[nodiscard]] std::vector<ip_address> addresses_of(host const& host, std::optional<bool> v6_only,
                                                   resolver_function const& resolver, limit const& in_force,
                                                   open_failure& failure);

/// The same for our own end, of which a later failure is not to speak; none for the wildcard.
[[nodiscard]] std::vector<ip_address> local_addresses_of(host const& host, std::optional<bool> v6_only,
                                                         resolver_function const& resolver, limit const& in_force,
                                                         open_failure& failure);

} // namespace usocket::detail
