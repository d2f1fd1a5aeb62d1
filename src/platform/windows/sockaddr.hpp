// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <usocket/endpoint.hpp>

#include "platform/windows/winsock.hpp"

/// Endpoints as Winsock takes and gives them.
namespace usocket::platform {

/// Room for the address of any socket. All of it is zero but what encode() or the system wrote.
struct socket_address {
    sockaddr_storage storage{};
    int length = 0;

    [[nodiscard]] sockaddr const* get() const noexcept { return reinterpret_cast<sockaddr const*>(&storage); }

    /// For a call that fills the storage in and sets `length`.
    [[nodiscard]] sockaddr* fill() noexcept {
        length = sizeof storage;
        return reinterpret_cast<sockaddr*>(&storage);
    }

    [[nodiscard]] std::byte const* bytes() const noexcept { return reinterpret_cast<std::byte const*>(&storage); }
    [[nodiscard]] std::byte* bytes() noexcept { return reinterpret_cast<std::byte*>(&storage); }

    /// The octets that are really there.
    [[nodiscard]] std::size_t size() const noexcept {
        auto const told = static_cast<std::size_t>(length);
        return told < sizeof storage ? told : sizeof storage;
    }
};

[[nodiscard]] int to_system(family) noexcept;
[[nodiscard]] int to_system(socket_type) noexcept;

/// Fills `out`, which must be fresh; an error code for what no system call could be given.
[[nodiscard]] int encode(endpoint const&, socket_address& out) noexcept;
/// The address in the form that a socket of the family takes: mapped or unmapped.
[[nodiscard]] ip_address in_form_of(family, ip_address const&) noexcept;
/// As encode(), in that form.
[[nodiscard]] int encode_in_form_of(family, endpoint const&, socket_address& out) noexcept;
/// Of a family that is not known, and of an address cut short, endpoint(). May raise std::bad_alloc for a local path.
[[nodiscard]] endpoint decode(socket_address const&);
/// As decode(), but a failed allocation is an error code.
[[nodiscard]] int decode_into(socket_address const&, endpoint& out) noexcept;

} // namespace usocket::platform
