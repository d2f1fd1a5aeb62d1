// SPDX-License-Identifier: MIT
//
// Texts of ports, hosts and endpoints, against what their headers promise, written down once more. The input is a text.
#include <usocket/endpoint.hpp>
#include <usocket/error.hpp>
#include <usocket/host.hpp>
#include <usocket/names.hpp>
#include <usocket/port.hpp>

#include <algorithm>

#include "address_reference.hpp"
#include "input.hpp"
#include "report.hpp"

namespace {

using fuzz::require;
using usocket::endpoint;
using usocket::host;
using usocket::port;

void check_port(std::string_view text) {
    auto const about = [&] { return fuzz::quoted(text); };
    port const ours(text);
    auto const first = text.find_first_not_of('0');
    auto const digits = first == text.npos ? std::string_view("0") : text.substr(first);
    if (text.empty()) {
        require(!ours.is_valid() && !ours.is_service() && ours.number() == 0, "the empty port");
    } else if (text.find_first_not_of("0123456789") == text.npos) {
        auto const number = fuzz::strict_decimal(digits, 0xffff);
        require(!ours.is_service() && ours.is_valid() == number.has_value(), "a port's number", about);
        require(ours.number() == number.value_or(0), "a port's value", about);
    } else {
        require(ours.is_valid() && ours.is_service() && ours.service() == text && ours.number() == 0,
                "the name of a service", about);
        require(ours.to_string() == text, "a service's text", about);
        // No name of a service is without a letter: no such text may be taken for a port (" 80", "+80", "80.0").
        bool const has_letter = std::any_of(text.begin(), text.end(),
                                            [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
        std::error_code ec;
        if (!has_letter) {
            static_cast<void>(get_port_by_service(ours, usocket::service_protocol::tcp, ec));
            require(ec == usocket::errc::invalid_argument, "taken for a port", about);
        }
    }
}

void check_host(std::string_view text) {
    auto const about = [&] { return fuzz::quoted(text); };
    host const ours(text);
    auto const address = fuzz::read_address(text);
    require(ours.is_valid() && !ours.is_wildcard(), "a text is a host, and no wildcard", about);
    require(ours.is_address() == address.has_value() && ours.is_name() != ours.is_address(), "a name or an address",
            about);
    if (address)
        require(ours.address() == *address && ours.name().empty(), "a host's address", about);
    else
        require(ours.name() == text && ours.to_string() == text, "a host's name is not its text", about);
}

std::optional<endpoint> read_endpoint(std::string_view text) {
    if (text.substr(0, 5) == "unix:") {
        auto const name = text.substr(5);
        if (name.empty())
            return endpoint::local_unnamed();
        return name[0] == '@' ? endpoint::local_abstract(name.substr(1)) : endpoint::local_path(name);
    }
    auto const colon = text.rfind(':');
    if (colon == text.npos)
        return std::nullopt;
    auto const number = fuzz::strict_decimal(text.substr(colon + 1), 0xffff);
    std::string_view const before = text.substr(0, colon);
    bool const in_brackets = before.size() > 2 && before.front() == '[' && before.back() == ']';
    auto const address = fuzz::read_address(in_brackets ? before.substr(1, before.size() - 2) : before);
    if (!number || !address || address->is_v4() == in_brackets)
        return std::nullopt;
    return endpoint(*address, static_cast<std::uint16_t>(*number));
}

void check_endpoint(std::string_view text) {
    auto const about = [&] { return fuzz::quoted(text); };
    auto const ours = endpoint::parse(text);
    require(ours == read_endpoint(text), "an endpoint's text", about);
    if (!ours)
        return;
    auto const written = ours->to_string();
    require(endpoint::parse(written) == ours, "an endpoint is not read back", about);
    if (ours->is_local())
        require(written == text, "a local endpoint's text changes", about);
    else
        require(written.size() <= usocket::ip_address::max_text_size + 2 + 6, "an endpoint's length", about);
}

/// A path that would be read as an abstract name is written otherwise, and names the same file.
void check_path(std::string_view text) {
    auto const path = endpoint::local_path(text);
    auto const again = endpoint::parse(path.to_string());
    std::string const expected = std::string(text.starts_with('@') ? "./" : "").append(text);
    require(again == endpoint::local_path(expected), "a path is not read back", [&] { return fuzz::quoted(text); });
    auto const name = endpoint::local_abstract(text);
    require(endpoint::parse(name.to_string()) == name, "an abstract name is not read back",
            [&] { return fuzz::quoted(text); });
}

} // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text = fuzz::input(data, size).rest();
    check_port(text);
    check_host(text);
    check_endpoint(text);
    check_path(text);
    // The parts of an endpoint come apart as well.
    auto const colon = text.rfind(':');
    if (colon != text.npos) {
        check_port(text.substr(colon + 1));
        check_host(text.substr(0, colon));
    }
    return 0;
}
