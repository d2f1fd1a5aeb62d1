// SPDX-License-Identifier: MIT
//
// The rows of the recording that are about hosts, octets and integers.
#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "parity/outcome.hpp"

#include <usocket/host.hpp>
#include <usocket/octets.hpp>

namespace parity {
namespace {

using usocket::host;
using usocket::ip_address;
using arguments_type = std::vector<lisp_value> const&;

// What the recording gives to the original and C++ rules out, below as does_not_compile.

enum class keyword { localhost, wild };

template <int Value>
concept octet_constant = requires { std::uint8_t{Value}; };

template <class T>
concept quad_of_braces = requires(T octet) { usocket::vector_quad_to_dotted_quad({octet, octet, octet, octet}); };
template <class T>
concept quad_of_three = requires(T octet) { usocket::vector_quad_to_dotted_quad({octet, octet, octet}); };
template <class T>
concept quad_of_five = requires(T octet) { usocket::vector_quad_to_dotted_quad({octet, octet, octet, octet, octet}); };
template <class T>
concept quad_of_text = requires { usocket::vector_quad_to_dotted_quad(T{"1234"}); };
template <class T>
concept integer_of_text = requires { usocket::hbo_to_dotted_quad(T{"1.2.3.4"}); };
template <class T>
concept port_of =
    requires(T value, std::array<std::uint8_t, 2> buffer) { usocket::port_to_octet_buffer(value, buffer); };
template <class T>
concept v6_octets_of = requires(T value) { usocket::vector_to_ipv6_host(value); };
template <class T>
concept v6_text_of = requires(T value) { usocket::ipv6_host_to_vector(value); };

static_assert(octet_constant<255> && !octet_constant<256> && !octet_constant<300>);
static_assert(!std::is_constructible_v<host, keyword>);
static_assert(!std::is_constructible_v<host, double>);
static_assert(!std::is_constructible_v<host, bool>);
static_assert(!std::is_constructible_v<host, int, int, int>);
static_assert(!std::is_constructible_v<host, int, int, int, int, int>);
static_assert(!std::is_constructible_v<host, std::array<std::uint8_t, 3>>);
static_assert(!std::is_constructible_v<host, std::array<std::uint8_t, 5>>);
static_assert(quad_of_braces<std::uint8_t> && !quad_of_braces<char const*> && !quad_of_braces<double>);
static_assert(!quad_of_three<std::uint8_t> && !quad_of_five<std::uint8_t> && !quad_of_text<char const*>);
static_assert(!integer_of_text<char const*>);
static_assert(port_of<int> && !port_of<std::nullopt_t> && !port_of<std::nullptr_t>);
static_assert(v6_octets_of<std::array<std::uint8_t, 16>> && !v6_octets_of<std::array<std::uint8_t, 18>>);
static_assert(v6_text_of<std::string> && !v6_text_of<std::nullopt_t> && !v6_text_of<host>);

bool are_octets(lisp_value const& vector, std::size_t size) {
    return vector.is_vector() && vector.elements.size() == size &&
           std::all_of(vector.elements.begin(), vector.elements.end(), [](lisp_value const& element) {
               return element.is_integer() && element.integer >= 0 && element.integer <= 255;
           });
}

template <std::size_t Size>
std::array<std::uint8_t, Size> octets_of(lisp_value const& vector) {
    if (!are_octets(vector, Size))
        throw does_not_compile();
    std::array<std::uint8_t, Size> octets{};
    for (std::size_t i = 0; i < Size; ++i)
        octets[i] = static_cast<std::uint8_t>(vector.elements[i].integer);
    return octets;
}

std::vector<std::uint8_t> buffer_of(lisp_value const& vector) {
    if (!are_octets(vector, vector.elements.size()))
        throw does_not_compile();
    std::vector<std::uint8_t> buffer;
    for (auto const& element : vector.elements)
        buffer.push_back(static_cast<std::uint8_t>(element.integer));
    return buffer;
}

std::int64_t integer_of(lisp_value const& value) {
    if (!value.is_integer())
        throw does_not_compile();
    return value.integer;
}

std::string const& text_of(lisp_value const& value) {
    if (!value.is_string())
        throw does_not_compile();
    return value.text;
}

host host_of(lisp_value const& value) {
    if (value.is_symbol("nil"))
        return std::nullopt;
    if (value.is_integer())
        return value.integer;
    if (value.is_string())
        return value.text;
    if (are_octets(value, 16))
        return octets_of<16>(value);
    if (value.is_vector() && value.elements.size() == 4) // numbers above 255 can be written, in braces
        return {integer_of(value.elements[0]), integer_of(value.elements[1]), integer_of(value.elements[2]),
                integer_of(value.elements[3])};
    throw does_not_compile();
}

/// The value after a keyword argument such as ":start".
std::size_t keyword_argument(arguments_type arguments, std::string_view name, std::size_t otherwise) {
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        if (arguments[i].is_symbol(name))
            return static_cast<std::size_t>(integer_of(arguments[i + 1]));
    }
    return otherwise;
}

std::size_t start_of(arguments_type arguments) { return keyword_argument(arguments, ":start", 0); }

std::string integer_to_octet_buffer(arguments_type arguments) {
    auto const octets = keyword_argument(arguments, ":octets", 0);
    auto buffer = arguments[1].is_vector()
                      ? buffer_of(arguments[1])
                      : std::vector<std::uint8_t>(keyword_argument(arguments, ":buffer-of-170s-length", 0), 170);
    usocket::integer_to_octet_buffer(integer_of(arguments[0]), buffer, octets, start_of(arguments));
    return written(buffer);
}

std::string integer_there_and_back(arguments_type arguments) {
    auto const octets = keyword_argument(arguments, ":octets", 0);
    auto const start = start_of(arguments);
    std::vector<std::uint8_t> buffer(octets + start);
    return written(usocket::octet_buffer_to_integer(
        usocket::integer_to_octet_buffer(integer_of(arguments[0]), buffer, octets, start), octets, start));
}

std::string port_to_octet_buffer(arguments_type arguments) {
    auto buffer = buffer_of(arguments[1]);
    usocket::port_to_octet_buffer(integer_of(arguments[0]), buffer, start_of(arguments));
    return written(buffer);
}

std::string ip_to_octet_buffer(arguments_type arguments) {
    auto buffer = buffer_of(arguments[1]);
    usocket::ip_to_octet_buffer(host_of(arguments[0]), buffer, start_of(arguments));
    return written(buffer);
}

std::string dotted_quad_to_vector_quad(arguments_type arguments) {
    return written(usocket::dotted_quad_to_vector_quad(text_of(arguments[0])));
}

} // namespace

std::map<std::string_view, checker> const& address_checkers() {
    static std::map<std::string_view, checker> const checkers{
        {"hbo-to-dotted-quad", [](arguments_type a) { return written(usocket::hbo_to_dotted_quad(integer_of(a[0]))); }},
        {"hbo-to-vector-quad", [](arguments_type a) { return written(usocket::hbo_to_vector_quad(integer_of(a[0]))); }},
        {"vector-quad-to-dotted-quad",
         [](arguments_type a) { return written(usocket::vector_quad_to_dotted_quad(octets_of<4>(a[0]))); }},
        {"dotted-quad-to-vector-quad", dotted_quad_to_vector_quad},
        {"host-byte-order", [](arguments_type a) { return written(usocket::host_byte_order(host_of(a[0]))); }},
        {"vector-to-ipv6-host",
         [](arguments_type a) { return written(usocket::vector_to_ipv6_host(octets_of<16>(a[0]))); }},
        {"ipv6-host-to-vector", [](arguments_type a) { return written(usocket::ipv6_host_to_vector(text_of(a[0]))); }},
        {"host-to-hostname", [](arguments_type a) { return written(usocket::host_to_hostname(host_of(a[0]))); }},
        {"ip=", [](arguments_type a) { return written(usocket::ip_equal(host_of(a[0]), host_of(a[1]))); }},
        {"ip/=", [](arguments_type a) { return written(usocket::ip_not_equal(host_of(a[0]), host_of(a[1]))); }},
        {"integer-to-octet-buffer", integer_to_octet_buffer},
        {"octet-buffer-to-integer(integer-to-octet-buffer)", integer_there_and_back},
        {"octet-buffer-to-integer",
         [](arguments_type a) {
             return written(
                 usocket::octet_buffer_to_integer(buffer_of(a[0]), static_cast<std::size_t>(integer_of(a[1]))));
         }},
        {"port-to-octet-buffer", port_to_octet_buffer},
        {"port-from-octet-buffer",
         [](arguments_type a) { return written(usocket::port_from_octet_buffer(buffer_of(a[0]), start_of(a))); }},
        {"ip-to-octet-buffer", ip_to_octet_buffer},
        {"ip-from-octet-buffer",
         [](arguments_type a) { return written(usocket::ip_from_octet_buffer(buffer_of(a[0]), start_of(a))); }},
        // Internal in the original: the conversion of text that names are recognised by. Here it is the strict one.
        {"host-to-vector-quad(internal)", dotted_quad_to_vector_quad},
    };
    return checkers;
}

} // namespace parity
