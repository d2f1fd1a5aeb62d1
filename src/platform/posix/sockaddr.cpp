// SPDX-License-Identifier: MIT
#include "platform/posix/sockaddr.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace usocket::platform {
namespace {

void encode_ip(ip_address const& address, std::uint16_t port, socket_address& out) noexcept {
    auto const octets = address.octets();
    if (address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        write_own_length(v4, sizeof v4);
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, octets.data(), octets.size());
        std::memcpy(out.bytes(), &v4, sizeof v4);
        out.length = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        write_own_length(v6, sizeof v6);
        v6.sin6_port = htons(port);
        v6.sin6_scope_id = address.scope();
        std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
        std::memcpy(out.bytes(), &v6, sizeof v6);
        out.length = sizeof v6;
    }
}

// Written where they are wanted: a copy of what was just written in parts is what a processor has to wait for.

bool decode_v4(socket_address const& from, ip_address& address, std::uint16_t& port) noexcept {
    sockaddr_in v4; // NOLINT(cppcoreguidelines-pro-type-member-init): written below
    if (from.size() < sizeof v4)
        return false;
    std::memcpy(&v4, from.bytes(), sizeof v4);
    ip_address::v4_octets_type octets{};
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    std::construct_at(&address, octets);
    port = ntohs(v4.sin_port);
    return true;
}

bool decode_v6(socket_address const& from, ip_address& address, std::uint16_t& port) noexcept {
    sockaddr_in6 v6; // NOLINT(cppcoreguidelines-pro-type-member-init): written below
    if (from.size() < sizeof v6)
        return false;
    std::memcpy(&v6, from.bytes(), sizeof v6);
    ip_address::v6_octets_type octets{};
    std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
    std::construct_at(&address, octets, v6.sin6_scope_id);
    port = ntohs(v6.sin6_port);
    return true;
}

/// False: it is none, or cut short.
bool decode_ip(socket_address const& from, ip_address& address, std::uint16_t& port) noexcept {
    if (from.size() < offsetof(sockaddr, sa_data))
        return false;
    if (from.storage.ss_family == AF_INET) [[likely]]
        return decode_v4(from, address, port);
    return from.storage.ss_family == AF_INET6 && decode_v6(from, address, port);
}

} // namespace

int to_system(family value) noexcept {
    switch (value) {
    case family::v4:
        return AF_INET;
    case family::v6:
        return AF_INET6;
    case family::local:
        return AF_UNIX;
    }
    return AF_UNSPEC;
}

int to_system(socket_type value) noexcept { return value == socket_type::stream ? SOCK_STREAM : SOCK_DGRAM; }

ip_address in_form_of(family which, ip_address const& address) noexcept {
    if (which == family::v4)
        return address.unmapped();
    return address.is_v4() ? ip_address(address.v6_octets()) : address;
}

int encode_in_form_of(family which, endpoint const& value, socket_address& out) noexcept {
    if (!value.is_ip())
        return encode(value, out);
    encode_ip(which == family::v6 ? in_form_of(which, value.address()) : value.address(), value.port(), out);
    return 0;
}

int encode(endpoint const& value, socket_address& out) noexcept {
    switch (value.type()) {
    case endpoint::kind::ip:
        encode_ip(value.address(), value.port(), out);
        return 0;
    case endpoint::kind::local_path:
    case endpoint::kind::local_abstract:
    case endpoint::kind::local_unnamed:
        return encode_local(value, out);
    case endpoint::kind::none:
        break;
    }
    return EDESTADDRREQ;
}

int encode_destination(endpoint const& destination, family which, raw_address& out) noexcept {
    if (destination.is_ip())
        return encode_in_form_of(which, destination, *new (&out) socket_address(socket_address::uncleared{}));
    return encode(destination, *new (&out) socket_address());
}

endpoint decode(socket_address const& address) {
    if (address.size() < offsetof(sockaddr, sa_data))
        return {};
    if (address.storage.ss_family == AF_UNIX)
        return decode_local(address);
    ip_address ip;
    std::uint16_t port = 0;
    return decode_ip(address, ip, port) ? endpoint(ip, port) : endpoint();
}

void decode_ip_source(raw_address const& raw, ip_address& address, std::uint16_t& port) noexcept {
    static_cast<void>(decode_ip(*std::launder(reinterpret_cast<socket_address const*>(&raw)), address, port));
}

int decode_into(socket_address const& address, endpoint& out) noexcept {
    try {
        out = decode(address);
        return 0;
    } catch (std::bad_alloc const&) {
        return ENOMEM;
    }
}

} // namespace usocket::platform
