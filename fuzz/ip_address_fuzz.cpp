// SPDX-License-Identifier: MIT
//
// Texts and octets of IP addresses, against inet_pton and inet_ntop. The input is a text; it is also the octets of an
// address and its scope.
#include <usocket/ip_address.hpp>

#include <algorithm>
#include <memory>

#include "address_reference.hpp"
#include "input.hpp"
#include "report.hpp"

namespace {

using fuzz::require;
using usocket::ip_address;

void check_text(std::string_view text) {
    auto const about = [&] { return fuzz::quoted(text); };
    auto const ours = ip_address::parse(text);
    require(ours == fuzz::read_address(text), "not read as inet_pton does", about);
}

void check_kinds(ip_address const& address) {
    in6_addr system{};
    auto const octets = address.v6_octets();
    std::memcpy(&system, octets.data(), octets.size());
    if (address.is_v6())
        require(address.is_v4_mapped() == (IN6_IS_ADDR_V4MAPPED(&system) != 0), "a mapped address");
    if (address.unmapped().is_v4()) {
        in_addr_t const host_order = address.unmapped().to_v4_integer();
        require(address.is_multicast() == IN_MULTICAST(host_order), "an IPv4 multicast address");
        require(address.is_loopback() == (host_order >> 24 == IN_LOOPBACKNET), "an IPv4 loopback address");
        require(address.is_unspecified() == (host_order == INADDR_ANY), "the IPv4 wildcard");
        return;
    }
    require(address.is_multicast() == (IN6_IS_ADDR_MULTICAST(&system) != 0), "an IPv6 multicast address");
    require(address.is_loopback() == (IN6_IS_ADDR_LOOPBACK(&system) != 0), "an IPv6 loopback address");
    require(address.is_unspecified() == (IN6_IS_ADDR_UNSPECIFIED(&system) != 0), "the IPv6 wildcard");
    require(address.is_link_local() == (IN6_IS_ADDR_LINKLOCAL(&system) != 0), "an IPv6 link-local address");
}

void check_value(ip_address const& address) {
    // In memory of exactly the promised size, so that the sanitizer sees what is written behind it.
    auto const buffer = std::make_unique<ip_address::text_buffer>();
    auto const text = address.to_chars(*buffer);
    auto const about = [&] { return fuzz::quoted(text); };
    require(text == fuzz::write_address(address), "not written as inet_ntop does", about);
    require(ip_address::parse(text) == address, "not read back", about);
    require(address.to_string() == text, "to_string() and to_chars() differ", about);
    if (address.is_v6()) // the difference on purpose included
        require(fuzz::read_v6(std::string(text.substr(0, text.find('%'))), address.scope()) == address,
                "inet_pton reads something else", about);
}

} // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input octets(data, size);
    check_text(octets.rest());

    fuzz::input values(data, size);
    ip_address::v6_octets_type wide{};
    std::generate(wide.begin(), wide.end(), [&] { return values.octet(); });
    auto const scope = static_cast<std::uint32_t>(values.number(4));
    ip_address const v4(wide[0], wide[1], wide[2], wide[3]);
    for (ip_address const& address :
         {v4, ip_address(v4.v6_octets(), scope), ip_address(wide), ip_address(wide, scope)}) {
        check_value(address);
        check_kinds(address);
    }
    return 0;
}
