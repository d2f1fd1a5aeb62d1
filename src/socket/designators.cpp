// SPDX-License-Identifier: MIT
#include "socket/designators.hpp"

#include <usocket/names.hpp>

#include "conditions/raise.hpp"
#include "resolve/resolver.hpp"

namespace usocket::detail {

std::uint16_t number_of(port const& port, platform::socket_type type, limit const& in_force, open_failure& failure) {
    if (!port.is_valid()) {
        failure.code = make_code(errc::invalid_argument);
        failure.detail = "the port is not between 0 and 65535";
        return 0;
    }
    if (!port.is_service())
        return port.number();
    port_resolution const found = resolve_port(port, type, in_force.bounds() ? &in_force : nullptr);
    failure.code = found.error;
    failure.detail = found.detail;
    return found.number;
}

std::uint16_t port_of_peer(host const& host, port const& port, platform::socket_type type, std::optional<bool> v6_only,
                           limit const& in_force, open_failure& failure) {
    std::uint16_t const number = number_of(port, type, in_force, failure);
    if (!failure.code && (number == 0 || host.is_wildcard())) {
        failure.code = make_code(errc::invalid_argument);
        failure.detail = number == 0 ? "port 0 cannot be connected to" : "a peer is needed, not the wildcard host";
    }
    if (!failure.code && host.is_address() && host.address().is_v4() && v6_only.value_or(ipv6_only())) {
        failure.code = make_code(errc::ns_host_not_found);
        failure.detail = "an IPv4 address, where only IPv6 is wanted";
    }
    if (!failure.code) {
        failure.remote = endpoint(host.address(), number);
        failure.code = in_force.refused();
    }
    if (failure.code || host.is_name())
        failure.host_or_ip = host.to_string();
    return number;
}

std::vector<ip_address> addresses_of(host const& host, std::optional<bool> v6_only, resolver_function const& resolver,
                                     limit const& in_force, open_failure& failure) {
    failure.host_or_ip = host.is_name() ? std::string(host.name()) : std::string();
    if (!host.is_valid()) {
        failure.code = make_code(errc::invalid_argument);
        failure.detail = "the host is not an address";
        return {};
    }
    if (host.is_address())
        return {host.address()};
    if (resolver && host.is_name()) {
        auto const found = resolver(host.name());
        std::vector<ip_address> addresses(found.begin(), found.end());
        if (v6_only.value_or(ipv6_only()))
            std::erase_if(addresses, [](ip_address const& address) { return address.is_v4(); });
        if (addresses.empty())
            failure.code = make_code(errc::ns_host_not_found);
        return addresses;
    }
    resolution found = resolve_host(host, v6_only, in_force);
    failure.code = found.error;
    failure.detail = found.detail;
    return std::move(found.addresses);
}

std::vector<ip_address> local_addresses_of(host const& host, std::optional<bool> v6_only,
                                           resolver_function const& resolver, limit const& in_force,
                                           open_failure& failure) {
    if (host.is_wildcard())
        return {};
    std::string const peer = failure.host_or_ip;
    auto addresses = addresses_of(host, v6_only, resolver, in_force, failure);
    if (!failure.code)
        failure.host_or_ip = peer;
    return addresses;
}

} // namespace usocket::detail
