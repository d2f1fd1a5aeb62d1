// SPDX-License-Identifier: MIT
#include "resolve/resolver.hpp"

#include <utility>

#include <usocket/conditions.hpp>
#include <usocket/names.hpp>

#include "conditions/raise.hpp"
#include "resolve/host_text.hpp"
#include "resolve/lookup.hpp"

namespace usocket::detail {

namespace {

bool is_not_found(std::error_code const& code) noexcept { return code && classify(code) == errc::ns_host_not_found; }

resolution refused(errc value, std::string_view detail) { return {make_code(value), {}, detail}; }

resolution only_address(ip_address const& address, bool v6_only) {
    if (v6_only && address.is_v4())
        return refused(errc::ns_host_not_found, "only IPv6 addresses are wanted");
    return {{}, {address}, {}};
}

} // namespace

resolution resolve_host(host const& name, std::optional<bool> v6_only, limit const* in_force) {
    bool const only_v6 = v6_only.value_or(ipv6_only());
    if (!name.is_valid())
        return refused(errc::invalid_argument, "an integer or octet of the host is out of range, or its text is null");
    if (name.is_wildcard() && name.family() == host::family_type::any && only_v6)
        return only_address(ip_address::any_v6(), only_v6);
    if (!name.is_name())
        return only_address(name.address(), only_v6);

    auto const judged = judge_host_text(name.name());
    if (!judged.problem.empty())
        return refused(errc::ns_host_not_found, judged.problem);
    if (judged.address)
        return only_address(*judged.address, only_v6);

    question asked{.asked_for = question::subject::addresses_of_name, .text = std::string(name.name())};
    if (only_v6)
        asked.family = platform::family::v6;
    auto found = look_up(std::move(asked), in_force);
    if (found.error)
        return {found.error, {}, {}};
    if (found.addresses.empty())
        return refused(errc::ns_host_not_found, "it has no address");
    return {{}, std::move(found.addresses), {}};
}

port_resolution resolve_port(port const& service, platform::socket_type type, limit const* in_force) {
    if (!service.is_valid())
        return {make_code(errc::invalid_argument), 0, "the port is not from 0 to 65535"};
    if (!service.is_service())
        return {{}, service.number(), {}};
    auto const found =
        look_up({.asked_for = question::subject::port_of_service, .text = service.service(), .type = type}, in_force);
    if (is_not_found(found.error))
        return {make_code(errc::invalid_argument), 0, "there is no such service"};
    return {found.error, found.error ? std::uint16_t{0} : found.port, {}};
}

name_resolution name_of_address(ip_address const& address, limit const* in_force) {
    auto found = look_up({.asked_for = question::subject::name_of_address, .address = address}, in_force);
    return {found.error, found.error ? std::string() : std::move(found.text)};
}

name_resolution name_of_port(std::uint16_t number, platform::socket_type type, limit const* in_force) {
    auto found = look_up({.asked_for = question::subject::service_of_port, .port = number, .type = type}, in_force);
    return {found.error, found.error ? std::string() : std::move(found.text)};
}

void raise_lookup_failure(std::string_view operation, std::string_view host_or_ip, std::error_code error,
                          std::string_view detail, std::optional<std::chrono::nanoseconds> elapsed) {
    raise_condition(
        {.code = error, .operation = operation, .host_or_ip = host_or_ip, .detail = detail, .elapsed = elapsed});
}

} // namespace usocket::detail
