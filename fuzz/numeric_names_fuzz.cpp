// SPDX-License-Identifier: MIT
//
// Hosts that are addresses in some notation, against getaddrinfo with AI_NUMERICHOST. The input is a text. No name
// server is asked: the resolver is replaced by one that notes what reaches it.
#include <usocket/names.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <net/if.h>
#include <netdb.h>

#include <usocket/error.hpp>

#include "address_reference.hpp"
#include "input.hpp"
#include "report.hpp"
#include "resolve/testing.hpp"

namespace {

using fuzz::require;
using usocket::ip_address;

std::string asked_name;
int times_asked = 0;

usocket::platform::resolver_status note_name(std::string const& name, std::optional<usocket::platform::family>,
                                             std::vector<ip_address>&) {
    asked_name = name;
    ++times_asked;
    return {EAI_NONAME, 0};
}

/// What the system takes the text for, without asking anybody.
std::optional<ip_address> read_by_system(std::string const& text) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(text.c_str(), nullptr, &hints, &list) != 0)
        return std::nullopt;
    std::optional<ip_address> found;
    if (list->ai_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, list->ai_addr, sizeof v4);
        found = ip_address::from_v4_integer(ntohl(v4.sin_addr.s_addr));
    } else if (list->ai_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, list->ai_addr, sizeof v6);
        ip_address::v6_octets_type octets{};
        std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
        found = ip_address(octets, v6.sin6_scope_id);
    }
    ::freeaddrinfo(list);
    return found;
}

enum class verdict { address, refused, name };

bool is_hexadecimal(std::string_view text) { return text.find_first_not_of("0123456789abcdefABCDEF") == text.npos; }

/// A name, by what the comment at the head of names.hpp says.
verdict judge_name(std::string text) {
    if (!text.empty() && text.back() == '.')
        text.pop_back();
    if (text.empty() || text.size() > 253)
        return verdict::refused;
    std::vector<std::string> labels(1);
    for (char const c : text) {
        if (c == '.')
            labels.emplace_back();
        else
            labels.back() += c;
    }
    if (std::any_of(labels.begin(), labels.end(), [](auto const& one) { return one.empty() || one.size() > 63; }))
        return verdict::refused;
    std::string const& last = labels.back();
    bool const hexadecimal = last.size() > 1 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X');
    bool const number =
        hexadecimal ? is_hexadecimal(last.substr(2)) : last.find_first_not_of("0123456789") == last.npos;
    return number ? verdict::refused : verdict::name;
}

struct judged {
    verdict what;
    std::optional<ip_address> address{};
};

judged judge(std::string const& text) {
    if (auto const address = fuzz::read_address(text))
        return {verdict::address, address};
    if (std::any_of(text.begin(), text.end(), [](char c) { return (c >= '\0' && c <= ' ') || c == 0x7f; }))
        return {verdict::refused};
    if (text.find_first_of(":%") == text.npos)
        return {judge_name(text)};
    auto const percent = text.find('%');
    if (percent == text.npos)
        return {verdict::refused};
    unsigned const interface = ::if_nametoindex(text.c_str() + percent + 1);
    auto const address = interface != 0 ? fuzz::read_v6(text.substr(0, percent), interface) : std::nullopt;
    return {address ? verdict::address : verdict::refused, address};
}

/// The texts that are an address for this system, and for us a name that does not exist.
bool refused_on_purpose(std::string const& text, ip_address const& systems) {
    if (systems.is_v4()) // fewer than four parts, octal, hexadecimal: what inet_aton takes
        return !fuzz::read_v4(text);
    auto const percent = text.find('%');
    return percent != text.npos && text.size() > percent + 2 && text[percent + 1] == '0'; // a scope like "01"
}

/// The texts that are an address for us only: an interface may be named with any address, not only with link-local
/// ones.
bool taken_on_purpose(ip_address const& ours) { return ours.scope() != 0 && !ours.is_link_local(); }

void check(std::string const& text) {
    auto const about = [&] { return fuzz::quoted(text); };
    times_asked = 0;
    std::error_code ec;
    auto const found = usocket::get_hosts_by_name(text, {}, ec);
    auto const expected = judge(text);
    switch (expected.what) {
    case verdict::address:
        require(!ec && times_asked == 0 && found.size() == 1 && found[0] == *expected.address, "not that address",
                about);
        break;
    case verdict::refused:
        require(ec == usocket::errc::ns_host_not_found && times_asked == 0, "not refused", about);
        break;
    case verdict::name:
        require(ec == usocket::errc::ns_host_not_found && times_asked == 1 && asked_name == text, "not looked up",
                about);
    }
    if (text.find('\0') != text.npos) // the system sees another text
        return;
    auto const systems = read_by_system(text);
    require(expected.what != verdict::name || !systems, "a resolver would take this name for an address", about);
    if (expected.what == verdict::address)
        require(systems == expected.address || taken_on_purpose(*expected.address), "the system disagrees", about);
    if (expected.what == verdict::refused && systems)
        require(refused_on_purpose(text, *systems), "refused without a purpose", about);
}

/// What people write, each an address for this system and refused by us.
bool check_known() {
    for (char const* const text : {"127.1", "127.0.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001",
                                   "2130706433", "127.0.0.01", "0", "0x0", "1.2.3.0x4", "fe80::1%01"}) {
        require(judge(text).what == verdict::refused, "this text is refused", [&] { return fuzz::quoted(text); });
        require(read_by_system(text).has_value(), "the system takes this text", [&] { return fuzz::quoted(text); });
        check(text);
    }
    for (char const* const text :
         {"127.0.0.1.", "1.2.3.4 ", "256.1.1.1", "1.2.3.4.5", "1.2.3.4%1", "[::1]", "::1%", "fe80::1%nowhere"})
        require(judge(text).what == verdict::refused, "this text is refused", [&] { return fuzz::quoted(text); });
    return true;
}

} // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static usocket::detail::resolver_calls const calls{.resolve_name = note_name};
    usocket::detail::set_resolver_for_testing(&calls);
    static bool const known = check_known();
    static_cast<void>(known);
    check(std::string(fuzz::input(data, size).rest()));
    return 0;
}
