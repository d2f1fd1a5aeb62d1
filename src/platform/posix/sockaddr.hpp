// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <sys/socket.h>

#include <usocket/endpoint.hpp>

#include "platform/platform.hpp"

/// Endpoints as the system's calls take and give them.
namespace usocket::platform {

/// Room for the address of any socket. All of it is zero but what encode() or the system wrote.
struct socket_address {
    sockaddr_storage storage;
    socklen_t length = 0;

    socket_address() noexcept : storage{} {}
    /// The room as it is, for the system to write to, or for an IP address.
    struct uncleared {};
    explicit socket_address(uncleared) noexcept {} // NOLINT(cppcoreguidelines-pro-type-member-init)

    [[nodiscard]] sockaddr const* get() const noexcept { return reinterpret_cast<sockaddr const*>(&storage); }

    /// For a call that fills the storage in and sets `length` to what it had to say, which may be more than fits.
    [[nodiscard]] sockaddr* fill() noexcept {
        length = sizeof storage;
        return reinterpret_cast<sockaddr*>(&storage);
    }

    [[nodiscard]] std::byte const* bytes() const noexcept { return reinterpret_cast<std::byte const*>(&storage); }
    [[nodiscard]] std::byte* bytes() noexcept { return reinterpret_cast<std::byte*>(&storage); }

    /// The octets that are really there.
    [[nodiscard]] std::size_t size() const noexcept { return length < sizeof storage ? length : sizeof storage; }
};

[[nodiscard]] int to_system(family) noexcept;
[[nodiscard]] int to_system(socket_type) noexcept;

/// Fills `out`, which must be fresh; an error code for what no system call could be given.
[[nodiscard]] int encode(endpoint const&, socket_address& out) noexcept;
/// The address in the form that a socket of the family takes: mapped or unmapped.
[[nodiscard]] ip_address in_form_of(family, ip_address const&) noexcept;
/// As encode(), in that form.
[[nodiscard]] int encode_in_form_of(family, endpoint const&, socket_address& out) noexcept;

/// The endpoint of any family and length; of a family that is not known, and of an address cut short, endpoint().
/// Only the name of a local socket allocates, and may raise std::bad_alloc.
[[nodiscard]] endpoint decode(socket_address const&);

/// As decode(), but a failed allocation is an error code.
[[nodiscard]] int decode_into(socket_address const&, endpoint& out) noexcept;

/// Where the system's addresses hold their own length, as those of the BSDs do, it is written; nothing else anywhere.
template <class Address>
void write_own_length([[maybe_unused]] Address& address, [[maybe_unused]] std::size_t length) noexcept {
    if constexpr (requires { address.sin_len; })
        address.sin_len = static_cast<decltype(address.sin_len)>(length);
    else if constexpr (requires { address.sin6_len; })
        address.sin6_len = static_cast<decltype(address.sin6_len)>(length);
    else if constexpr (requires { address.ss_len; })
        address.ss_len = static_cast<decltype(address.ss_len)>(length);
}

// Names of local sockets differ by system: each has a file of its own.

[[nodiscard]] int encode_local(endpoint const&, socket_address& out) noexcept;
[[nodiscard]] endpoint decode_local(socket_address const&);

} // namespace usocket::platform
