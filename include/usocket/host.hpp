// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <usocket/ip_address.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// All interfaces of this machine, of both families or of one. Use the three constants below.
struct wildcard_host_tag {
    enum class family : std::uint8_t { any, v4, v6 };

    family which = family::any;
};

/// All interfaces, IPv4 and IPv6 (usocket: `*wildcard-host*`).
inline constexpr wildcard_host_tag wildcard_host{wildcard_host_tag::family::any};
/// All IPv4 interfaces.
inline constexpr wildcard_host_tag wildcard_host_v4{wildcard_host_tag::family::v4};
/// All IPv6 interfaces, and no IPv4 ones.
inline constexpr wildcard_host_tag wildcard_host_v6{wildcard_host_tag::family::v6};

namespace detail {

/// An integer that stands for a number of at most 64 bits: not a bool, and not a character.
template <class T>
concept plain_integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                        !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> && !std::same_as<T, char16_t> &&
                        !std::same_as<T, char32_t> && sizeof(T) <= sizeof(std::uint64_t);

} // namespace detail

/// A host as the caller names it (the original's host designator): all interfaces, an address, or a name.
///
/// Everything that can designate a host converts to it, so that `socket_connect("localhost", 80)`,
/// `socket_connect(0x7f000001, 80)` and `socket_connect({127, 0, 0, 1}, 80)` work. Making one never raises: where an
/// integer is out of range, or the text is a null pointer, is_valid() is false, and the operation that is given such a
/// host raises invalid_argument_error. Nothing is ever truncated. Only names allocate, and only long ones.
class host {
public:
    using family_type = wildcard_host_tag::family;

    /// All interfaces.
    host() noexcept = default;
    host(std::nullopt_t) noexcept {}
    host(wildcard_host_tag tag) noexcept
        : family_(tag.which), address_(tag.which == family_type::v6 ? ip_address::any_v6() : ip_address::any_v4()) {}

    host(ip_address const& address) noexcept : kind_(kind::address), address_(address) {}

    /// The four octets of an IPv4 address or the sixteen of an IPv6 one, in network order.
    host(std::array<std::uint8_t, 4> const& octets) noexcept : host(ip_address(octets)) {}
    host(std::array<std::uint8_t, 16> const& octets) noexcept : host(ip_address(octets)) {}
    template <std::size_t Size>
        requires(Size == 4 || Size == 16)
    host(std::uint8_t const (&octets)[Size]) noexcept : host(ip_address(std::to_array(octets))) {}

    /// The four octets of an IPv4 address, as in `{127, 0, 0, 1}`. They may be of any integer type; a value outside
    /// 0 to 255 makes an invalid host.
    template <detail::plain_integer A, detail::plain_integer B, detail::plain_integer C, detail::plain_integer D>
    host(A a, B b, C c, D d) noexcept
        : host(within(a, 255) && within(b, 255) && within(c, 255) && within(d, 255),
               ip_address(static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b), static_cast<std::uint8_t>(c),
                          static_cast<std::uint8_t>(d))) {}

    /// An IPv4 address as an integer in host order: 0x7f000001 is 127.0.0.1. A value outside 0 to 4294967295 makes an
    /// invalid host.
    template <detail::plain_integer Integer>
    host(Integer integer) noexcept
        : host(within(integer, 0xffff'ffff), ip_address::from_v4_integer(static_cast<std::uint32_t>(integer))) {}

    /// An address in text, or a name. Text that ip_address::parse() takes is an address; all other text, the empty one
    /// and "fe80::1%eth0" included, is kept as it is as a name, for the resolver to judge.
    host(std::string_view text);
    host(std::string const& text) : host(std::string_view(text)) {}
    host(char const* text);
    host(std::nullptr_t) = delete;

    [[nodiscard]] bool is_wildcard() const noexcept { return kind_ == kind::wildcard; }
    [[nodiscard]] bool is_address() const noexcept { return kind_ == kind::address; }
    [[nodiscard]] bool is_name() const noexcept { return kind_ == kind::name; }
    [[nodiscard]] bool is_valid() const noexcept { return kind_ != kind::invalid; }

    /// The address family a wildcard or an address is of; any for a name.
    [[nodiscard]] family_type family() const noexcept {
        return is_address() ? (address_.is_v6() ? family_type::v6 : family_type::v4) : family_;
    }

    /// The address; of a wildcard the one it is written as ("::" for wildcard_host_v6, else 0.0.0.0); 0.0.0.0 for
    /// names and invalid hosts.
    [[nodiscard]] ip_address const& address() const noexcept { return address_; }

    /// The name; empty where is_name() is false.
    [[nodiscard]] std::string_view name() const noexcept { return name_; }

    /// The text of the host: its name, or its address as ip_address::to_string() writes it; "(invalid)" for an invalid
    /// one.
    [[nodiscard]] std::string to_string() const;

private:
    enum class kind : std::uint8_t { wildcard, address, name, invalid };

    host(bool valid, ip_address const& address) noexcept
        : kind_(valid ? kind::address : kind::invalid), address_(valid ? address : ip_address()) {}

    template <class Integer>
    static constexpr bool within(Integer value, std::uint32_t max) noexcept {
        if constexpr (std::is_signed_v<Integer>) {
            if (value < 0)
                return false;
        }
        if constexpr (std::numeric_limits<Integer>::digits >= 32)
            return value <= static_cast<Integer>(max);
        else
            return static_cast<std::uint32_t>(value) <= max;
    }

    kind kind_ = kind::wildcard;
    family_type family_ = family_type::any;
    ip_address address_;
    std::string name_;
};

/// Writes to_string(), honouring the stream's width.
std::ostream& operator<<(std::ostream& stream, host const& value);

} // namespace usocket
