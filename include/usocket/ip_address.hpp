// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] usocket {

/// An IPv4 address, or an IPv6 address with its scope: a regular value.
///
/// Addresses are ordered (IPv4 before IPv6, then by octets, then by scope), hashable and usable in constant
/// expressions. No operation allocates but to_string(), and none raises. A v4-mapped IPv6 address (::ffff:1.2.3.4) is
/// an IPv6 address and differs from the IPv4 address in it; unmapped() converts.
class ip_address {
public:
    using v4_octets_type = std::array<std::uint8_t, 4>;
    using v6_octets_type = std::array<std::uint8_t, 16>;

    /// The longest text of an address, in characters: a v6 address of 39 with a scope of 11.
    static constexpr std::size_t max_text_size = 50;
    using text_buffer = std::array<char, max_text_size>;

    /// The IPv4 address 0.0.0.0.
    constexpr ip_address() noexcept : ip_address(v4_octets_type{}) {}

    /// An IPv4 address of its four octets, the most significant first.
    constexpr ip_address(v4_octets_type octets) noexcept
        : octets_{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, octets[0], octets[1], octets[2], octets[3]} {}
    constexpr ip_address(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) noexcept
        : ip_address(v4_octets_type{a, b, c, d}) {}

    /// An IPv6 address of its sixteen octets in network order. `scope` is an interface index; 0 is none.
    constexpr ip_address(v6_octets_type octets, std::uint32_t scope = 0) noexcept
        : is_v6_(true), octets_(octets), scope_(scope) {}

    /// The IPv4 address of an integer in host order: 0x7f000001 is 127.0.0.1.
    [[nodiscard]] static constexpr ip_address from_v4_integer(std::uint32_t host_order) noexcept {
        return v4_octets_type{static_cast<std::uint8_t>(host_order >> 24), static_cast<std::uint8_t>(host_order >> 16),
                              static_cast<std::uint8_t>(host_order >> 8), static_cast<std::uint8_t>(host_order)};
    }

    [[nodiscard]] static constexpr ip_address any_v4() noexcept { return {}; }
    [[nodiscard]] static constexpr ip_address any_v6() noexcept { return v6_octets_type{}; }
    [[nodiscard]] static constexpr ip_address loopback_v4() noexcept { return {127, 0, 0, 1}; }
    [[nodiscard]] static constexpr ip_address loopback_v6() noexcept {
        return v6_octets_type{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    }

    /// Reads the text of an address, strictly: what `inet_pton` takes, and after an IPv6 address `%` and a scope in
    /// decimal (no leading zero, at most 4294967295). Anything else, such as "127.1", "01.2.3.4", " 1.2.3.4",
    /// "[::1]" or "fe80::1%eth0", gives nothing.
    [[nodiscard]] static constexpr std::optional<ip_address> parse(std::string_view text) noexcept;

    [[nodiscard]] constexpr bool is_v4() const noexcept { return !is_v6_; }
    [[nodiscard]] constexpr bool is_v6() const noexcept { return is_v6_; }

    /// Whether this is an IPv6 address that stands for an IPv4 one (::ffff:0:0/96).
    [[nodiscard]] constexpr bool is_v4_mapped() const noexcept { return is_v6_ && has_mapped_prefix(); }

    // The questions below look through a v4-mapped address: packets to ::ffff:127.0.0.1 stay on this machine, so it is
    // a loopback address, and a check of a peer's address need not remember to unmap first.

    /// 0.0.0.0 or ::.
    [[nodiscard]] constexpr bool is_unspecified() const noexcept {
        return unmapped().is_v4() ? to_wide_v4() == 0 : octets_ == v6_octets_type{};
    }
    /// 127.0.0.0/8 or ::1.
    [[nodiscard]] constexpr bool is_loopback() const noexcept {
        return unmapped().is_v4() ? octets_[12] == 127 : octets_ == loopback_v6().octets_;
    }
    /// 224.0.0.0/4 or ff00::/8.
    [[nodiscard]] constexpr bool is_multicast() const noexcept {
        return unmapped().is_v4() ? octets_[12] >> 4 == 14 : octets_[0] == 0xff;
    }
    /// 169.254.0.0/16 or fe80::/10.
    [[nodiscard]] constexpr bool is_link_local() const noexcept {
        return unmapped().is_v4() ? to_wide_v4() >> 16 == 0xa9fe : octets_[0] == 0xfe && octets_[1] >> 6 == 2;
    }
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or fc00::/7.
    [[nodiscard]] constexpr bool is_private() const noexcept {
        if (unmapped().is_v6())
            return octets_[0] >> 1 == 0xfc >> 1;
        auto const integer = to_wide_v4();
        return integer >> 24 == 10 || integer >> 20 == 0xac1 || integer >> 16 == 0xc0a8;
    }

    /// The IPv4 address in a v4-mapped one; any other address is returned as it is.
    [[nodiscard]] constexpr ip_address unmapped() const noexcept { return is_v4_mapped() ? v4_octets() : *this; }

    /// The same IPv6 address with another scope. An IPv4 address has none and is returned as it is.
    [[nodiscard]] constexpr ip_address with_scope(std::uint32_t scope) const noexcept {
        return is_v6_ ? ip_address(octets_, scope) : *this;
    }

    /// The interface index of an IPv6 address; 0 is none.
    [[nodiscard]] constexpr std::uint32_t scope() const noexcept { return scope_; }

    /// The integer in host order of an IPv4 address; 0 for every IPv6 address.
    [[nodiscard]] constexpr std::uint32_t to_v4_integer() const noexcept { return is_v6_ ? 0 : to_wide_v4(); }

    /// The 4 or 16 octets in network order. The view is into this object.
    [[nodiscard]] constexpr std::span<std::uint8_t const> octets() const noexcept {
        return std::span<std::uint8_t const>(octets_).subspan(is_v6_ ? 0 : 12);
    }

    /// The four octets of an IPv4 or v4-mapped address; of another IPv6 address its last four.
    [[nodiscard]] constexpr v4_octets_type v4_octets() const noexcept {
        return {octets_[12], octets_[13], octets_[14], octets_[15]};
    }

    /// The sixteen octets; of an IPv4 address those of its v4-mapped form.
    [[nodiscard]] constexpr v6_octets_type v6_octets() const noexcept { return octets_; }

    /// The text of the address: dotted quad, or RFC 5952 (lower case, longest run of zeros collapsed, dotted tail for
    /// v4-mapped addresses) followed by `%scope` where there is one. parse() reads it back.
    [[nodiscard]] std::string to_string() const {
        text_buffer buffer;
        return std::string(to_chars(buffer));
    }

    /// The text of the address as to_string() gives it, written into `buffer` without a NUL. The view is into `buffer`.
    constexpr std::string_view to_chars(text_buffer& buffer) const noexcept;

    friend constexpr bool operator==(ip_address const&, ip_address const&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(ip_address const&, ip_address const&) noexcept = default;

private:
    [[nodiscard]] constexpr bool has_mapped_prefix() const noexcept {
        for (std::size_t i = 0; i < 10; ++i) {
            if (octets_[i] != 0)
                return false;
        }
        return octets_[10] == 0xff && octets_[11] == 0xff;
    }

    [[nodiscard]] constexpr std::uint32_t to_wide_v4() const noexcept {
        return std::uint32_t{octets_[12]} << 24 | std::uint32_t{octets_[13]} << 16 | std::uint32_t{octets_[14]} << 8 |
               std::uint32_t{octets_[15]};
    }

    // In the order of comparison. An IPv4 address is kept in its v4-mapped form.
    bool is_v6_ = false;
    v6_octets_type octets_;
    std::uint32_t scope_ = 0;
};

/// Writes to_string(), honouring the stream's width.
std::ostream& operator<<(std::ostream& stream, ip_address const& address);

namespace detail {

/// Takes a decimal number without sign or leading zeros from the front of `text`: at most `max`, else nothing.
constexpr std::optional<std::uint32_t> take_decimal(std::string_view& text, std::uint32_t max) noexcept {
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        value = value * 10 + static_cast<std::uint64_t>(text[digits] - '0');
        if (value > max || (digits == 1 && text[0] == '0'))
            return std::nullopt;
    }
    if (digits == 0)
        return std::nullopt;
    text.remove_prefix(digits);
    return static_cast<std::uint32_t>(value);
}

/// Reads a decimal number that is the whole of `text`.
constexpr std::optional<std::uint32_t> parse_decimal(std::string_view text, std::uint32_t max) noexcept {
    auto const value = take_decimal(text, max);
    return text.empty() ? value : std::nullopt;
}

constexpr std::optional<ip_address::v4_octets_type> parse_v4(std::string_view text) noexcept {
    ip_address::v4_octets_type octets{};
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i != 0) {
            if (!text.starts_with('.'))
                return std::nullopt;
            text.remove_prefix(1);
        }
        auto const octet = take_decimal(text, 255);
        if (!octet)
            return std::nullopt;
        octets[i] = static_cast<std::uint8_t>(*octet);
    }
    return text.empty() ? std::optional(octets) : std::nullopt;
}

constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr std::optional<ip_address::v6_octets_type> parse_v6(std::string_view text) noexcept {
    ip_address::v6_octets_type octets{};
    std::size_t size = 0;                // octets read so far
    std::optional<std::size_t> gap = {}; // where "::" stands
    if (text.starts_with("::")) {
        gap = 0;
        text.remove_prefix(2);
    }
    while (!text.empty()) {
        unsigned group = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && digits < 5; ++digits) {
            int const digit = hex_digit(text[digits]);
            if (digit < 0)
                break;
            group = group * 16 + static_cast<unsigned>(digit);
        }
        if (digits < text.size() && text[digits] == '.') {
            auto const tail = parse_v4(text);
            if (!tail || size > 12)
                return std::nullopt;
            for (auto const octet : *tail)
                octets[size++] = octet;
            break;
        }
        if (digits == 0 || digits > 4 || size == 16)
            return std::nullopt;
        octets[size++] = static_cast<std::uint8_t>(group >> 8);
        octets[size++] = static_cast<std::uint8_t>(group);
        text.remove_prefix(digits);
        if (text.empty())
            break;
        if (text.starts_with("::") && !gap) {
            gap = size;
            text.remove_prefix(2);
        } else if (text.starts_with(':') && text.size() > 1) {
            text.remove_prefix(1);
        } else {
            return std::nullopt;
        }
    }
    if (!gap)
        return size == 16 ? std::optional(octets) : std::nullopt;
    if (size == 16) // "::" stands for at least one group
        return std::nullopt;
    for (std::size_t from = size, to = 16; from > *gap;) {
        octets[--to] = octets[--from];
        octets[from] = 0;
    }
    return octets;
}

/// Appends to a buffer known to be large enough.
struct text_writer {
    char* end;

    constexpr void character(char c) noexcept { *end++ = c; }
    constexpr void number(std::uint32_t value, std::uint32_t base) noexcept {
        std::uint32_t divisor = 1;
        while (value / divisor >= base)
            divisor *= base;
        for (; divisor != 0; divisor /= base)
            character("0123456789abcdef"[value / divisor % base]);
    }
    constexpr void dotted_quad(ip_address::v4_octets_type const& octets) noexcept {
        for (std::size_t i = 0; i < octets.size(); ++i) {
            if (i != 0)
                character('.');
            number(octets[i], 10);
        }
    }
    constexpr void v6(ip_address::v6_octets_type const& octets) noexcept {
        std::array<std::uint32_t, 8> groups{};
        for (std::size_t i = 0; i < groups.size(); ++i)
            groups[i] = std::uint32_t{octets[2 * i]} << 8 | octets[2 * i + 1];
        std::size_t gap = 8;
        std::size_t gap_size = 1; // a single zero is not collapsed
        for (std::size_t i = 0, run = 0; i < groups.size(); ++i) {
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > gap_size) {
                gap_size = run;
                gap = i + 1 - run;
            }
        }
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (i == gap) {
                character(':');
                character(':');
                i += gap_size - 1;
                continue;
            }
            if (i != 0 && i != gap + gap_size)
                character(':');
            number(groups[i], 16);
        }
    }
};

} // namespace detail

constexpr std::optional<ip_address> ip_address::parse(std::string_view text) noexcept {
    if (auto const v4 = detail::parse_v4(text))
        return ip_address(*v4);
    std::uint32_t scope = 0;
    if (auto const percent = text.find('%'); percent != text.npos) {
        auto const number = detail::parse_decimal(text.substr(percent + 1), 0xffff'ffff);
        if (!number)
            return std::nullopt;
        scope = *number;
        text = text.substr(0, percent);
    }
    if (auto const v6 = detail::parse_v6(text))
        return ip_address(*v6, scope);
    return std::nullopt;
}

constexpr std::string_view ip_address::to_chars(text_buffer& buffer) const noexcept {
    detail::text_writer writer{buffer.data()};
    if (is_v4()) {
        writer.dotted_quad(v4_octets());
    } else if (is_v4_mapped()) {
        for (char const c : std::string_view("::ffff:"))
            writer.character(c);
        writer.dotted_quad(v4_octets());
    } else {
        writer.v6(octets_);
    }
    if (scope_ != 0) {
        writer.character('%');
        writer.number(scope_, 10);
    }
    return {buffer.data(), static_cast<std::size_t>(writer.end - buffer.data())};
}

} // namespace usocket

template <>
struct std::hash<usocket::ip_address> {
    [[nodiscard]] std::size_t operator()(usocket::ip_address const& address) const noexcept {
        auto const octets = address.v6_octets();
        std::uint64_t mixed = std::uint64_t{address.scope()} << 1 | (address.is_v6() ? 1U : 0U);
        for (std::size_t i = 0; i < octets.size(); i += 8) {
            std::uint64_t word = 0;
            for (std::size_t j = 0; j < 8; ++j)
                word = word << 8 | octets[i + j];
            mixed = (mixed ^ word) * 0x9e37'79b9'7f4a'7c15U;
            mixed ^= mixed >> 32;
        }
        return static_cast<std::size_t>(mixed);
    }
};
