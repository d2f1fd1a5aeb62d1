// SPDX-License-Identifier: MIT
#include <usocket/names.hpp>

#include <algorithm>
#include <atomic>
#include <span>
#include <utility>
#include <vector>

#include "conditions/raise.hpp"
#include "platform/platform.hpp"
#include "resolve/random_index.hpp"
#include "resolve/resolver.hpp"

namespace usocket {

using detail::limit_if_any;

namespace {

constinit std::atomic<bool> ipv6_only_default{false};

/// The addresses of `name`, or a condition.
std::vector<ip_address> addresses_or_raise(std::string_view operation, host const& name, name_options const& options) {
    limit_if_any const in_force(options.timeout);
    auto found = detail::resolve_host(name, options.ipv6_only, in_force.get());
    if (found.error)
        detail::raise_lookup_failure(operation, name.to_string(), found.error, found.detail, in_force.elapsed());
    return std::move(found.addresses);
}

/// The addresses of `name`, none with an error.
std::vector<ip_address> addresses_or_report(host const& name, name_options const& options, std::error_code& ec) {
    return detail::report_to(ec, [&] {
        limit_if_any const in_force(options.timeout);
        auto found = detail::resolve_host(name, options.ipv6_only, in_force.get());
        ec = found.error;
        return std::move(found.addresses);
    });
}

ip_address first_of(std::vector<ip_address> const& addresses) {
    auto const v4 = std::ranges::find_if(addresses, &ip_address::is_v4);
    return v4 != addresses.end() ? *v4 : addresses.front();
}

/// A random one of the IPv4 addresses, or of all where none is IPv4; nothing where the generator's index is none.
std::optional<ip_address> random_of(std::vector<ip_address> addresses, index_generator const& generator) {
    if (std::ranges::any_of(addresses, &ip_address::is_v4))
        std::erase_if(addresses, [](ip_address const& address) { return address.is_v6(); });
    auto const index = generator ? generator(addresses.size()) : detail::random_index(addresses.size());
    if (index >= addresses.size())
        return std::nullopt;
    return addresses[index];
}

platform::socket_type type_of(service_protocol protocol) noexcept {
    return protocol == service_protocol::udp ? platform::socket_type::datagram : platform::socket_type::stream;
}

/// The name of the port or its number: a port without a name is no error.
detail::name_resolution name_or_number(port const& number, service_protocol protocol, limit_if_any const& in_force) {
    auto const wanted = detail::resolve_port(number, type_of(protocol), in_force.get());
    if (wanted.error)
        return {wanted.error, {}};
    auto found = detail::name_of_port(wanted.number, type_of(protocol), in_force.get());
    if (found.error && classify(found.error) == errc::ns_host_not_found)
        return {{}, std::to_string(wanted.number)};
    return found;
}

} // namespace

bool ipv6_only() noexcept { return ipv6_only_default.load(std::memory_order_relaxed); }

void set_ipv6_only(bool value) noexcept { ipv6_only_default.store(value, std::memory_order_relaxed); }

sequence<ip_address> get_hosts_by_name(host const& name, name_options const& options) {
    return sequence<ip_address>(std::span<ip_address const>(addresses_or_raise("get_hosts_by_name", name, options)));
}

sequence<ip_address> get_hosts_by_name(host const& name, name_options const& options, std::error_code& ec) {
    auto const addresses = addresses_or_report(name, options, ec);
    if (ec)
        return {};
    return detail::report_to(ec, [&] { return sequence<ip_address>(std::span<ip_address const>(addresses)); });
}

ip_address get_host_by_name(host const& name, name_options const& options) {
    return first_of(addresses_or_raise("get_host_by_name", name, options));
}

ip_address get_host_by_name(host const& name, name_options const& options, std::error_code& ec) {
    auto const addresses = addresses_or_report(name, options, ec);
    return ec ? ip_address() : first_of(addresses);
}

ip_address get_random_host_by_name(host const& name, index_generator const& generator, name_options const& options) {
    auto const chosen = random_of(addresses_or_raise("get_random_host_by_name", name, options), generator);
    if (!chosen)
        detail::raise_invalid_argument("get_random_host_by_name", "the generator's index is not below the count");
    return *chosen;
}

ip_address get_random_host_by_name(host const& name, index_generator const& generator, name_options const& options,
                                   std::error_code& ec) {
    auto addresses = addresses_or_report(name, options, ec);
    if (ec)
        return {};
    auto const chosen = random_of(std::move(addresses), generator); // what the generator raises is the caller's own
    if (!chosen)
        ec = detail::make_code(errc::invalid_argument);
    return chosen.value_or(ip_address());
}

std::string get_host_by_address(ip_address const& address, name_options const& options) {
    limit_if_any const in_force(options.timeout);
    auto found = detail::name_of_address(address, in_force.get());
    if (found.error)
        detail::raise_lookup_failure("get_host_by_address", address.to_string(), found.error, {}, in_force.elapsed());
    return std::move(found.name);
}

std::string get_host_by_address(ip_address const& address, name_options const& options, std::error_code& ec) {
    return detail::report_to(ec, [&] {
        limit_if_any const in_force(options.timeout);
        auto found = detail::name_of_address(address, in_force.get());
        ec = found.error;
        return std::move(found.name);
    });
}

std::string get_host_name() {
    std::string name;
    if (int const error = platform::host_name(name); error != 0)
        raise_condition({.code = detail::system_code(error), .operation = "get_host_name"});
    return name;
}

std::string get_host_name(std::error_code& ec) {
    return detail::report_to(ec, [&] {
        std::string name;
        if (int const error = platform::host_name(name); error != 0)
            ec = detail::system_code(error);
        return name;
    });
}

std::uint16_t get_port_by_service(port const& service, service_protocol protocol) {
    limit_if_any const in_force({});
    auto const found = detail::resolve_port(service, type_of(protocol), in_force.get());
    if (found.error)
        detail::raise_lookup_failure("get_port_by_service", service.service(), found.error, found.detail,
                                     in_force.elapsed());
    return found.number;
}

std::uint16_t get_port_by_service(port const& service, service_protocol protocol, std::error_code& ec) {
    return detail::report_to(ec, [&] {
        limit_if_any const in_force({});
        auto const found = detail::resolve_port(service, type_of(protocol), in_force.get());
        ec = found.error;
        return found.number;
    });
}

std::string get_service_by_port(port const& number, service_protocol protocol) {
    limit_if_any const in_force({});
    auto found = name_or_number(number, protocol, in_force);
    if (found.error)
        detail::raise_lookup_failure("get_service_by_port", number.to_string(), found.error,
                                     number.is_valid() ? "" : "the port is not from 0 to 65535", in_force.elapsed());
    return std::move(found.name);
}

std::string get_service_by_port(port const& number, service_protocol protocol, std::error_code& ec) {
    return detail::report_to(ec, [&] {
        limit_if_any const in_force({});
        auto found = name_or_number(number, protocol, in_force);
        ec = found.error;
        return std::move(found.name);
    });
}

} // namespace usocket
