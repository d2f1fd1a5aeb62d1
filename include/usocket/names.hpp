// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include <usocket/callback.hpp>
#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/port.hpp>
#include <usocket/sequence.hpp>
#include <usocket/time_limit.hpp>

/// Names and addresses, through the system's resolver.
///
/// A text that is an address is never looked up; "fe80::1%eth0" is one, with the scope of that interface. A host whose
/// last label is a number but which is no address in strict notation ("127.1", "0x7f.1", "2130706433") is refused with
/// ns_host_not_found_error, whatever the system's resolver would make of it; so is any other text with ":" or "%" and
/// what no name can be: the empty one, one of more than 253 characters, one with an empty label or a label of more than
/// 63, one with a blank or a control character such as NUL.
///
/// Without a limit in force a lookup calls the resolver directly. With `timeout` or within a cancel_scope it runs on a
/// worker thread, equal lookups under way at the same time share one, and the caller leaves on time: the worker owns
/// its state and ends by itself, and a process may end while it hangs. There are at most 32 workers: while all of them
/// hang, further bounded lookups queue. All functions may be called from any thread.
///
/// Raises, besides what each function names: ns_host_not_found_error, ns_try_again_error, ns_no_recovery_error,
/// ns_unknown_error; timeout_error, deadline_timeout_error, interrupted_condition; invalid_argument_error (a host that
/// is not valid); out_of_memory_error.
namespace [[gnu::visibility("default")]] usocket {

/// The default of every `ipv6_only` option, false at first (usocket: `*ipv6-only-p*`). For the whole process.
[[nodiscard]] bool ipv6_only() noexcept;
/// Sets it. From any thread.
void set_ipv6_only(bool) noexcept;

/// Options of the lookups below.
struct name_options {
    /// Only IPv6 addresses; unset means ipv6_only().
    std::optional<bool> ipv6_only{};
    /// How long the lookup may take.
    time_limit timeout{};
};

/// Every address of a host, IPv4 and IPv6, each once, in the system's order (RFC 6724); never empty
/// (usocket: `get-hosts-by-name`). The wildcard is the unspecified address.
[[nodiscard]] sequence<ip_address> get_hosts_by_name(host const& name, name_options const& options = {});
[[nodiscard]] sequence<ip_address> get_hosts_by_name(host const& name, name_options const& options,
                                                     std::error_code& ec);

/// The first IPv4 address of a host, or its first address where it has no IPv4 one (usocket: `get-host-by-name`).
[[nodiscard]] ip_address get_host_by_name(host const& name, name_options const& options = {});
[[nodiscard]] ip_address get_host_by_name(host const& name, name_options const& options, std::error_code& ec);

/// Chooses: called with a count, returns an index below it.
using index_generator = callback<std::size_t(std::size_t count)>;

/// A random IPv4 address of a host, or a random IPv6 one where it has no IPv4 address
/// (usocket: `get-random-host-by-name`). An empty generator means one of the library's own, seeded by the system.
[[nodiscard]] ip_address get_random_host_by_name(host const& name, index_generator const& generator = {},
                                                 name_options const& options = {});
[[nodiscard]] ip_address get_random_host_by_name(host const& name, index_generator const& generator,
                                                 name_options const& options, std::error_code& ec);

/// The name of an address (usocket: `get-host-by-address`, internal there).
[[nodiscard]] std::string get_host_by_address(ip_address const& address, name_options const& options = {});
[[nodiscard]] std::string get_host_by_address(ip_address const& address, name_options const& options,
                                              std::error_code& ec);

/// This machine's name (usocket: `get-host-name`).
[[nodiscard]] std::string get_host_name();
[[nodiscard]] std::string get_host_name(std::error_code& ec);

/// Which services have the name: those of TCP, or those of UDP.
enum class service_protocol : std::uint8_t { tcp, udp };

/// The port of a service name such as "http"; a number in text is that number.
/// Raises invalid_argument_error for an unknown service or a number out of range.
[[nodiscard]] std::uint16_t get_port_by_service(port const& service, service_protocol protocol = service_protocol::tcp);
[[nodiscard]] std::uint16_t get_port_by_service(port const& service, service_protocol protocol, std::error_code& ec);

/// The name of a port, such as "http", or its number in text where it has no name.
/// Raises invalid_argument_error for an unknown service or a number out of range.
[[nodiscard]] std::string get_service_by_port(port const& number, service_protocol protocol = service_protocol::tcp);
[[nodiscard]] std::string get_service_by_port(port const& number, service_protocol protocol, std::error_code& ec);

} // namespace usocket
