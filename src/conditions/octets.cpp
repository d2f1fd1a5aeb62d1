// SPDX-License-Identifier: MIT
#include <usocket/octets.hpp>

#include <algorithm>
#include <utility>

#include "conditions/raise.hpp"

namespace usocket {
namespace {

/// The result of a conversion, or what is wrong with its argument.
template <class T>
struct checked {
    checked(T result) : value(std::move(result)) {}
    checked(char const* text) : problem(text) {}

    T value{};
    char const* problem = nullptr;
};

constexpr char const* not_32_bits = "the integer is not from 0 to 4294967295";
constexpr char const* invalid_host = "the host is no integer from 0 to 4294967295, no octets, and no text";
constexpr char const* outside_buffer = "the octets are not all within the buffer";

checked<ip_address::v4_octets_type> quad_of_integer(integer_argument integer) {
    if (!integer.is_within(0xffff'ffff))
        return not_32_bits;
    return ip_address::from_v4_integer(static_cast<std::uint32_t>(integer.value())).v4_octets();
}

checked<ip_address::v4_octets_type> quad_of_text(std::string_view text) {
    auto const address = ip_address::parse(text);
    if (!address || !address->is_v4())
        return "the text is no dotted quad of numbers from 0 to 255";
    return address->v4_octets();
}

checked<ip_address::v6_octets_type> v6_of_text(std::string_view text) {
    auto const address = ip_address::parse(text);
    if (!address || !address->is_v6() || text.find('%') != text.npos)
        return "the text is no IPv6 address, or has a scope";
    return address->v6_octets();
}

checked<ip_address> address_of(host const& designator) {
    if (!designator.is_valid())
        return invalid_host;
    if (designator.is_name())
        return "the host is a name, not an address";
    return designator.address();
}

checked<std::string> text_of(host const& designator) {
    if (!designator.is_valid())
        return invalid_host;
    return designator.to_string();
}

bool is_inside(std::size_t size, std::size_t octets, std::size_t start) noexcept {
    return start <= size && octets <= size - start;
}

checked<mutable_octet_span> write(std::uint64_t integer, mutable_octet_span buffer, std::size_t octets,
                                  std::size_t start) {
    if (!is_inside(buffer.size(), octets, start))
        return outside_buffer;
    auto const target = buffer.bytes().subspan(start, octets);
    for (auto octet = target.rbegin(); octet != target.rend(); ++octet, integer >>= 8)
        *octet = static_cast<std::byte>(integer);
    return buffer;
}

checked<mutable_octet_span> write_integer(integer_argument integer, mutable_octet_span buffer, std::size_t octets,
                                          std::size_t start) {
    if (!integer.is_within(octets < 8 ? (std::uint64_t{1} << octets * 8) - 1 : ~std::uint64_t{0}))
        return "the integer is negative or needs more octets";
    return write(integer.value(), buffer, octets, start);
}

checked<mutable_octet_span> write_port(integer_argument port, mutable_octet_span buffer, std::size_t start) {
    if (!port.is_within(0xffff))
        return "the port is not from 0 to 65535";
    return write(port.value(), buffer, 2, start);
}

checked<mutable_octet_span> write_ip(host const& ip, mutable_octet_span buffer, std::size_t start) {
    auto const address = address_of(ip);
    if (address.problem != nullptr)
        return address.problem;
    if (address.value.is_v6())
        return "an IPv6 address does not fit into four octets";
    return write(address.value.to_v4_integer(), buffer, 4, start);
}

checked<std::uint64_t> read(octet_span buffer, std::size_t octets, std::size_t start) {
    if (!is_inside(buffer.size(), octets, start))
        return outside_buffer;
    std::uint64_t integer = 0;
    for (auto const octet : buffer.bytes().subspan(start, octets)) {
        if (integer >> 56 != 0)
            return "the integer has more than 64 bits";
        integer = integer << 8 | std::to_integer<std::uint64_t>(octet);
    }
    return integer;
}

template <class T>
T value_or_raise(std::string_view operation, checked<T> result, std::string_view subject = {}) {
    if (result.problem == nullptr)
        return std::move(result.value);
    std::string text(result.problem);
    if (!subject.empty())
        text.append(": ").append(subject);
    detail::raise_invalid_argument(operation, text);
}

template <class T>
T value_or_report(std::error_code& ec, checked<T> result) noexcept {
    ec = result.problem != nullptr ? detail::make_code(errc::invalid_argument) : std::error_code();
    return std::move(result.value);
}

std::string dotted_quad(checked<ip_address::v4_octets_type> const& octets) {
    return octets.problem != nullptr ? std::string() : vector_quad_to_dotted_quad(octets.value);
}

} // namespace

std::string hbo_to_dotted_quad(integer_argument integer) {
    return vector_quad_to_dotted_quad(value_or_raise("hbo_to_dotted_quad", quad_of_integer(integer)));
}

std::string hbo_to_dotted_quad(integer_argument integer, std::error_code& ec) noexcept {
    return detail::report_to(ec, [&] {
        auto const octets = quad_of_integer(integer);
        value_or_report(ec, octets);
        return dotted_quad(octets);
    });
}

ip_address::v4_octets_type hbo_to_vector_quad(integer_argument integer) {
    return value_or_raise("hbo_to_vector_quad", quad_of_integer(integer));
}

ip_address::v4_octets_type hbo_to_vector_quad(integer_argument integer, std::error_code& ec) noexcept {
    return value_or_report(ec, quad_of_integer(integer));
}

ip_address::v4_octets_type dotted_quad_to_vector_quad(std::string_view text) {
    return value_or_raise("dotted_quad_to_vector_quad", quad_of_text(text), text);
}

ip_address::v4_octets_type dotted_quad_to_vector_quad(std::string_view text, std::error_code& ec) noexcept {
    return value_or_report(ec, quad_of_text(text));
}

std::string vector_quad_to_dotted_quad(ip_address::v4_octets_type const& octets) {
    return ip_address(octets).to_string();
}

std::uint32_t host_byte_order(host const& designator) {
    return value_or_raise("host_byte_order", address_of(designator), designator.name()).to_v4_integer();
}

std::uint32_t host_byte_order(host const& designator, std::error_code& ec) noexcept {
    return value_or_report(ec, address_of(designator)).to_v4_integer();
}

std::string host_to_hostname(host const& designator) { return value_or_raise("host_to_hostname", text_of(designator)); }

std::string host_to_hostname(host const& designator, std::error_code& ec) noexcept {
    return detail::report_to(ec, [&] { return value_or_report(ec, text_of(designator)); });
}

ip_address::v6_octets_type ipv6_host_to_vector(std::string_view text) {
    return value_or_raise("ipv6_host_to_vector", v6_of_text(text), text);
}

ip_address::v6_octets_type ipv6_host_to_vector(std::string_view text, std::error_code& ec) noexcept {
    return value_or_report(ec, v6_of_text(text));
}

std::string vector_to_ipv6_host(ip_address::v6_octets_type const& octets) { return ip_address(octets).to_string(); }

bool ip_equal(host const& a, host const& b) noexcept {
    if (!a.is_valid() || !b.is_valid() || a.is_name() != b.is_name())
        return false;
    if (!a.is_name())
        return a.address() == b.address();
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a.name(), b.name(), {}, lower, lower);
}

bool ip_not_equal(host const& a, host const& b) noexcept { return !ip_equal(a, b); }

mutable_octet_span integer_to_octet_buffer(integer_argument integer, mutable_octet_span buffer, std::size_t octets,
                                           std::size_t start) {
    return value_or_raise("integer_to_octet_buffer", write_integer(integer, buffer, octets, start));
}

mutable_octet_span integer_to_octet_buffer(integer_argument integer, mutable_octet_span buffer, std::size_t octets,
                                           std::error_code& ec) noexcept {
    return integer_to_octet_buffer(integer, buffer, octets, 0, ec);
}

mutable_octet_span integer_to_octet_buffer(integer_argument integer, mutable_octet_span buffer, std::size_t octets,
                                           std::size_t start, std::error_code& ec) noexcept {
    return value_or_report(ec, write_integer(integer, buffer, octets, start));
}

std::uint64_t octet_buffer_to_integer(octet_span buffer, std::size_t octets, std::size_t start) {
    return value_or_raise("octet_buffer_to_integer", read(buffer, octets, start));
}

std::uint64_t octet_buffer_to_integer(octet_span buffer, std::size_t octets, std::error_code& ec) noexcept {
    return octet_buffer_to_integer(buffer, octets, 0, ec);
}

std::uint64_t octet_buffer_to_integer(octet_span buffer, std::size_t octets, std::size_t start,
                                      std::error_code& ec) noexcept {
    return value_or_report(ec, read(buffer, octets, start));
}

mutable_octet_span port_to_octet_buffer(integer_argument port, mutable_octet_span buffer, std::size_t start) {
    return value_or_raise("port_to_octet_buffer", write_port(port, buffer, start));
}

mutable_octet_span port_to_octet_buffer(integer_argument port, mutable_octet_span buffer,
                                        std::error_code& ec) noexcept {
    return port_to_octet_buffer(port, buffer, 0, ec);
}

mutable_octet_span port_to_octet_buffer(integer_argument port, mutable_octet_span buffer, std::size_t start,
                                        std::error_code& ec) noexcept {
    return value_or_report(ec, write_port(port, buffer, start));
}

std::uint16_t port_from_octet_buffer(octet_span buffer, std::size_t start) {
    return static_cast<std::uint16_t>(value_or_raise("port_from_octet_buffer", read(buffer, 2, start)));
}

std::uint16_t port_from_octet_buffer(octet_span buffer, std::error_code& ec) noexcept {
    return port_from_octet_buffer(buffer, 0, ec);
}

std::uint16_t port_from_octet_buffer(octet_span buffer, std::size_t start, std::error_code& ec) noexcept {
    return static_cast<std::uint16_t>(value_or_report(ec, read(buffer, 2, start)));
}

mutable_octet_span ip_to_octet_buffer(host const& ip, mutable_octet_span buffer, std::size_t start) {
    return value_or_raise("ip_to_octet_buffer", write_ip(ip, buffer, start), ip.name());
}

mutable_octet_span ip_to_octet_buffer(host const& ip, mutable_octet_span buffer, std::error_code& ec) noexcept {
    return ip_to_octet_buffer(ip, buffer, 0, ec);
}

mutable_octet_span ip_to_octet_buffer(host const& ip, mutable_octet_span buffer, std::size_t start,
                                      std::error_code& ec) noexcept {
    return value_or_report(ec, write_ip(ip, buffer, start));
}

std::uint32_t ip_from_octet_buffer(octet_span buffer, std::size_t start) {
    return static_cast<std::uint32_t>(value_or_raise("ip_from_octet_buffer", read(buffer, 4, start)));
}

std::uint32_t ip_from_octet_buffer(octet_span buffer, std::error_code& ec) noexcept {
    return ip_from_octet_buffer(buffer, 0, ec);
}

std::uint32_t ip_from_octet_buffer(octet_span buffer, std::size_t start, std::error_code& ec) noexcept {
    return static_cast<std::uint32_t>(value_or_report(ec, read(buffer, 4, start)));
}

} // namespace usocket
