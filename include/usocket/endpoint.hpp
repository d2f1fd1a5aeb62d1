// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <usocket/ip_address.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// Where a socket is: an IP address with a port, or the name of a local (Unix-domain) socket. A regular value.
///
/// Endpoints are ordered (by kind, then address, port and path) and hashable. Only local names allocate.
class endpoint {
public:
    enum class kind : std::uint8_t {
        none,           ///< No endpoint.
        ip,             ///< An IP address and a port.
        local_path,     ///< A local socket in the file system.
        local_abstract, ///< A local socket in Linux's abstract namespace.
        local_unnamed,  ///< A local socket that was never bound, such as one of a pair.
    };

    /// No endpoint.
    endpoint() noexcept = default;
    endpoint(ip_address address, std::uint16_t port) noexcept : kind_(kind::ip), port_(port), address_(address) {}

    /// The same with a port of any integer type: one out of range is never truncated, but makes no endpoint, which
    /// raises invalid_argument_error where it is used.
    template <std::integral Integer>
        requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>)
    endpoint(ip_address address, Integer port) noexcept {
        if (std::in_range<std::uint16_t>(port))
            *this = endpoint(address, static_cast<std::uint16_t>(port));
    }

    /// A local socket in the file system. An empty path is an unnamed endpoint. The path is kept as it is, even where
    /// no system could take it (too long, or with a NUL); the operation that is given it reports that.
    [[nodiscard]] static endpoint local_path(std::string_view path);

    /// A name in Linux's abstract namespace, without the NUL that marks it. It may be empty, and may hold any octets.
    [[nodiscard]] static endpoint local_abstract(std::string_view name);

    [[nodiscard]] static endpoint local_unnamed() noexcept;

    /// Reads what to_string() writes: "1.2.3.4:80", "[::1]:80", "[fe80::1%2]:80", "unix:/path", "unix:@abstract", and
    /// "unix:" for an unnamed one. Addresses are read as ip_address::parse() does; a port is 0 to 65535 in decimal
    /// without sign or leading zeros. Anything else gives nothing.
    [[nodiscard]] static std::optional<endpoint> parse(std::string_view text);

    [[nodiscard]] kind type() const noexcept { return kind_; }
    [[nodiscard]] bool is_ip() const noexcept { return kind_ == kind::ip; }
    [[nodiscard]] bool is_local() const noexcept { return kind_ >= kind::local_path; }

    /// The address; 0.0.0.0 where is_ip() is false.
    [[nodiscard]] ip_address const& address() const noexcept { return address_; }

    /// The port; 0 where is_ip() is false.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// The path, or the abstract name without its leading NUL; empty for the other kinds.
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    /// The text of the endpoint, which parse() reads back; empty for no endpoint. A relative path that starts with `@`
    /// is written with "./" in front, which names the same file.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(endpoint const&, endpoint const&) noexcept = default;
    friend std::strong_ordering operator<=>(endpoint const& a, endpoint const& b) noexcept;

private:
    endpoint(kind type, std::string_view path) : kind_(type), path_(path) {}

    kind kind_ = kind::none;
    std::uint16_t port_ = 0;
    ip_address address_;
    std::string path_;
};

/// Writes to_string(), honouring the stream's width.
std::ostream& operator<<(std::ostream& stream, endpoint const& value);

} // namespace usocket

template <>
struct std::hash<usocket::endpoint> {
    [[nodiscard]] std::size_t operator()(usocket::endpoint const& value) const noexcept {
        auto const address = std::hash<usocket::ip_address>()(value.address());
        auto const path = std::hash<std::string_view>()(value.path());
        auto const rest = static_cast<std::size_t>(value.port()) << 3 | static_cast<std::size_t>(value.type());
        return ((address * 31 + path) * 31 + rest) * 0x9e37'79b1U;
    }
};
