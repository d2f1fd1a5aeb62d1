// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/octet_span.hpp>

/// Conversions between the forms of an address, and between integers and octets in network order.
///
/// What the types cannot rule out is checked: text strictly, integers for their range, buffers for their bounds.
/// Whatever fails the check raises invalid_argument_error, or is reported as errc::invalid_argument through a trailing
/// `std::error_code&`, with zero, nothing or the empty text returned and no buffer touched. Nothing is ever truncated.
namespace [[gnu::visibility("default")]] usocket {

/// An argument that is an integer of any type, with its value intact, so that its range can be checked.
class integer_argument {
public:
    template <detail::plain_integer Integer>
    constexpr integer_argument(Integer integer) noexcept : value_(static_cast<std::uint64_t>(integer)) {
        if constexpr (std::is_signed_v<Integer>)
            negative_ = integer < 0;
    }

    /// Whether the integer is from 0 to `max`.
    [[nodiscard]] constexpr bool is_within(std::uint64_t max) const noexcept { return !negative_ && value_ <= max; }

    /// The integer, where it is not negative.
    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_;
    bool negative_ = false;
};

/// The dotted quad of an IPv4 address as an integer in host order (usocket: `hbo-to-dotted-quad`).
[[nodiscard]] std::string hbo_to_dotted_quad(integer_argument integer);
[[nodiscard]] std::string hbo_to_dotted_quad(integer_argument integer, std::error_code& ec) noexcept;

/// The four octets of an IPv4 address as an integer in host order (usocket: `hbo-to-vector-quad`).
[[nodiscard]] ip_address::v4_octets_type hbo_to_vector_quad(integer_argument integer);
[[nodiscard]] ip_address::v4_octets_type hbo_to_vector_quad(integer_argument integer, std::error_code& ec) noexcept;

/// The four octets of a dotted quad: four numbers from 0 to 255 without leading zeros
/// (usocket: `dotted-quad-to-vector-quad`).
[[nodiscard]] ip_address::v4_octets_type dotted_quad_to_vector_quad(std::string_view text);
[[nodiscard]] ip_address::v4_octets_type dotted_quad_to_vector_quad(std::string_view text,
                                                                    std::error_code& ec) noexcept;

/// The dotted quad of four octets (usocket: `vector-quad-to-dotted-quad`).
[[nodiscard]] std::string vector_quad_to_dotted_quad(ip_address::v4_octets_type const& octets);
/// `{1, 2, 3}` is no address: it would else be filled up with zeros.
template <std::size_t Size>
    requires(Size != 4)
std::string vector_quad_to_dotted_quad(int const (&octets)[Size]) = delete;

/// The IPv4 address of `designator` as an integer in host order (usocket: `host-byte-order`).
///
/// 0 for every IPv6 address, and for a wildcard. A name is not looked up; it is an invalid argument.
[[nodiscard]] std::uint32_t host_byte_order(host const& designator);
[[nodiscard]] std::uint32_t host_byte_order(host const& designator, std::error_code& ec) noexcept;

/// The text of `designator`: its name as it is, or its address (usocket: `host-to-hostname`).
///
/// A wildcard is "0.0.0.0", and "::" where it is of IPv6 only.
[[nodiscard]] std::string host_to_hostname(host const& designator);
[[nodiscard]] std::string host_to_hostname(host const& designator, std::error_code& ec) noexcept;

/// The sixteen octets of an IPv6 address in text: what `inet_pton` takes (usocket: `ipv6-host-to-vector`).
///
/// A scope ("%1") does not fit into the octets and is an invalid argument; ip_address::parse() keeps it.
[[nodiscard]] ip_address::v6_octets_type ipv6_host_to_vector(std::string_view text);
[[nodiscard]] ip_address::v6_octets_type ipv6_host_to_vector(std::string_view text, std::error_code& ec) noexcept;

/// The text of an IPv6 address of sixteen octets, as RFC 5952 has it (usocket: `vector-to-ipv6-host`).
[[nodiscard]] std::string vector_to_ipv6_host(ip_address::v6_octets_type const& octets);
/// Fewer octets are no address: they would else be filled up with zeros.
template <std::size_t Size>
    requires(Size != 16)
std::string vector_to_ipv6_host(int const (&octets)[Size]) = delete;

/// Whether two hosts are the same, by value, in whatever form they are given (usocket: `ip=`).
///
/// Names are not looked up: a name equals only itself, in any mixture of ASCII cases. A wildcard equals the address
/// it is written as. Addresses of different families are never equal, nor are those of different scopes. An invalid
/// host equals nothing.
[[nodiscard]] bool ip_equal(host const& a, host const& b) noexcept;

/// The opposite of ip_equal() (usocket: `ip/=`).
[[nodiscard]] bool ip_not_equal(host const& a, host const& b) noexcept;

/// Writes an integer into `octets` octets of `buffer` from `start` on, the most significant first
/// (usocket: `integer-to-octet-buffer`).
///
/// Returns `buffer`. Raises: invalid_argument_error (the integer is negative or needs more octets, or the buffer is too
/// small).
mutable_octet_span integer_to_octet_buffer(integer_argument integer, mutable_octet_span buffer, std::size_t octets,
                                           std::size_t start = 0);
mutable_octet_span integer_to_octet_buffer(integer_argument integer, mutable_octet_span buffer, std::size_t octets,
                                           std::error_code& ec) noexcept;
mutable_octet_span integer_to_octet_buffer(integer_argument integer, mutable_octet_span buffer, std::size_t octets,
                                           std::size_t start, std::error_code& ec) noexcept;

/// The integer in `octets` octets of `buffer` from `start` on, the most significant first
/// (usocket: `octet-buffer-to-integer`).
///
/// Raises: invalid_argument_error (the integer has more than 64 bits, or the buffer is too small).
[[nodiscard]] std::uint64_t octet_buffer_to_integer(octet_span buffer, std::size_t octets, std::size_t start = 0);
[[nodiscard]] std::uint64_t octet_buffer_to_integer(octet_span buffer, std::size_t octets,
                                                    std::error_code& ec) noexcept;
[[nodiscard]] std::uint64_t octet_buffer_to_integer(octet_span buffer, std::size_t octets, std::size_t start,
                                                    std::error_code& ec) noexcept;

/// Writes a port, 0 to 65535, into two octets of `buffer` from `start` on, and returns `buffer`
/// (usocket: `port-to-octet-buffer`).
mutable_octet_span port_to_octet_buffer(integer_argument port, mutable_octet_span buffer, std::size_t start = 0);
mutable_octet_span port_to_octet_buffer(integer_argument port, mutable_octet_span buffer, std::error_code& ec) noexcept;
mutable_octet_span port_to_octet_buffer(integer_argument port, mutable_octet_span buffer, std::size_t start,
                                        std::error_code& ec) noexcept;

/// The port in two octets of `buffer` from `start` on (usocket: `port-from-octet-buffer`).
[[nodiscard]] std::uint16_t port_from_octet_buffer(octet_span buffer, std::size_t start = 0);
[[nodiscard]] std::uint16_t port_from_octet_buffer(octet_span buffer, std::error_code& ec) noexcept;
[[nodiscard]] std::uint16_t port_from_octet_buffer(octet_span buffer, std::size_t start, std::error_code& ec) noexcept;

/// Writes the IPv4 address of `ip` into four octets of `buffer` from `start` on, and returns `buffer`
/// (usocket: `ip-to-octet-buffer`).
///
/// A wildcard is 0.0.0.0. A name and an IPv6 address are invalid arguments.
mutable_octet_span ip_to_octet_buffer(host const& ip, mutable_octet_span buffer, std::size_t start = 0);
mutable_octet_span ip_to_octet_buffer(host const& ip, mutable_octet_span buffer, std::error_code& ec) noexcept;
mutable_octet_span ip_to_octet_buffer(host const& ip, mutable_octet_span buffer, std::size_t start,
                                      std::error_code& ec) noexcept;

/// The IPv4 address in four octets of `buffer` from `start` on, as an integer in host order
/// (usocket: `ip-from-octet-buffer`).
[[nodiscard]] std::uint32_t ip_from_octet_buffer(octet_span buffer, std::size_t start = 0);
[[nodiscard]] std::uint32_t ip_from_octet_buffer(octet_span buffer, std::error_code& ec) noexcept;
[[nodiscard]] std::uint32_t ip_from_octet_buffer(octet_span buffer, std::size_t start, std::error_code& ec) noexcept;

} // namespace usocket
