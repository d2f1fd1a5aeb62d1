// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <usocket/ip_address.hpp>

/// What ip_address.hpp promises of texts, done by the system's functions.
namespace fuzz {

/// A decimal number from 0 to `most` without sign, blanks or leading zeros.
[[nodiscard]] inline std::optional<std::uint64_t> strict_decimal(std::string_view text, std::uint64_t most) {
    if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789") != text.npos)
        return std::nullopt;
    if (text.size() > 1 && text.front() == '0')
        return std::nullopt;
    auto const value = std::stoull(std::string(text));
    return value <= most ? std::optional<std::uint64_t>(value) : std::nullopt;
}

[[nodiscard]] inline std::optional<usocket::ip_address> read_v4(std::string const& text) {
    usocket::ip_address::v4_octets_type octets{};
    if (::inet_pton(AF_INET, text.c_str(), octets.data()) != 1)
        return std::nullopt;
    return usocket::ip_address(octets);
}

[[nodiscard]] inline std::optional<usocket::ip_address> read_v6(std::string const& text, std::uint32_t scope) {
    usocket::ip_address::v6_octets_type octets{};
    if (::inet_pton(AF_INET6, text.c_str(), octets.data()) != 1)
        return std::nullopt;
    return usocket::ip_address(octets, scope);
}

/// The address that a text must be read as.
[[nodiscard]] inline std::optional<usocket::ip_address> read_address(std::string_view text) {
    if (text.find('\0') != text.npos) // where inet_pton would stop reading
        return std::nullopt;
    auto const percent = text.find('%');
    if (percent == text.npos) {
        std::string const whole(text);
        auto const v4 = read_v4(whole);
        return v4 ? v4 : read_v6(whole, 0);
    }
    auto const scope = strict_decimal(text.substr(percent + 1), 0xffff'ffff);
    return scope ? read_v6(std::string(text.substr(0, percent)), static_cast<std::uint32_t>(*scope)) : std::nullopt;
}

/// The text that an address must be written as.
[[nodiscard]] inline std::string write_address(usocket::ip_address const& address) {
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(address.is_v4() ? AF_INET : AF_INET6, address.octets().data(), text, sizeof text);
    std::string written = text;
    // The difference on purpose: glibc writes ::1.2.3.4 where RFC 5952, section 5, has a dotted tail only after a
    // prefix that is known to hold IPv4 addresses. No prefix of 96 zeros is one any more (RFC 4291, section 2.5.5.1).
    if (address.is_v6() && !address.is_v4_mapped() && written.find('.') != written.npos) {
        auto const octets = address.octets();
        char tail[16];
        std::snprintf(tail, sizeof tail, "::%x:%x", octets[12] << 8 | octets[13], octets[14] << 8 | octets[15]);
        written = tail;
    }
    if (address.scope() != 0)
        written.append("%").append(std::to_string(address.scope()));
    return written;
}

} // namespace fuzz
