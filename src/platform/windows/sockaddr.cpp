// SPDX-License-Identifier: MIT
#include "platform/windows/sockaddr.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace usocket::platform {
namespace {

/// As <afunix.h> has it, which not every compiler brings.
struct sockaddr_un {
    unsigned short sun_family;
    char sun_path[108];
};

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t path_capacity = sizeof(sockaddr_un::sun_path);

void encode_ip(ip_address const& address, std::uint16_t port, socket_address& out) noexcept {
    auto const octets = address.octets();
    if (address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = ::htons(port);
        std::memcpy(&v4.sin_addr, octets.data(), octets.size());
        std::memcpy(out.bytes(), &v4, sizeof v4);
        out.length = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = ::htons(port);
        v6.sin6_scope_id = address.scope();
        std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
        std::memcpy(out.bytes(), &v6, sizeof v6);
        out.length = sizeof v6;
    }
}

/// Windows has paths alone: no abstract names, and no path without its NUL.
int encode_local(endpoint const& value, socket_address& out) noexcept {
    if (value.type() == endpoint::kind::local_abstract)
        return not_on_windows;
    std::string_view const path = value.path();
    if (path.size() >= path_capacity)
        return WSAENAMETOOLONG;
    if (path.find('\0') != path.npos)
        return WSAEINVAL; // the system would take what stands before the NUL
    out.storage.ss_family = AF_UNIX;
    std::copy(path.begin(), path.end(), reinterpret_cast<char*>(out.bytes()) + path_offset);
    out.length = sizeof(sockaddr_un);
    return 0;
}

endpoint decode_v4(socket_address const& address) noexcept {
    sockaddr_in v4{};
    if (address.size() < sizeof v4)
        return {};
    std::memcpy(&v4, address.bytes(), sizeof v4);
    ip_address::v4_octets_type octets{};
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    return {octets, ::ntohs(v4.sin_port)};
}

endpoint decode_v6(socket_address const& address) noexcept {
    sockaddr_in6 v6{};
    if (address.size() < sizeof v6)
        return {};
    std::memcpy(&v6, address.bytes(), sizeof v6);
    ip_address::v6_octets_type octets{};
    std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
    ip_address const plain(octets);
    // The loopback address comes with a scope here, which means nothing.
    bool const has_scope = plain.is_link_local() || plain.is_multicast();
    return {has_scope ? ip_address(octets, v6.sin6_scope_id) : plain, ::ntohs(v6.sin6_port)};
}

endpoint decode_local(socket_address const& address) {
    if (address.size() <= path_offset)
        return endpoint::local_unnamed();
    std::string_view const path(reinterpret_cast<char const*>(address.bytes()) + path_offset,
                                std::min(address.size() - path_offset, path_capacity));
    auto const name = path.substr(0, path.find('\0'));
    return name.empty() ? endpoint::local_unnamed() : endpoint::local_path(name);
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
    return WSAEDESTADDRREQ;
}

endpoint decode(socket_address const& address) {
    if (address.size() < offsetof(sockaddr, sa_data))
        return {};
    switch (address.storage.ss_family) {
    case AF_INET:
        return decode_v4(address);
    case AF_INET6:
        return decode_v6(address);
    case AF_UNIX:
        return decode_local(address);
    default:
        return {};
    }
}

int decode_into(socket_address const& address, endpoint& out) noexcept {
    try {
        out = decode(address);
        return 0;
    } catch (std::bad_alloc const&) {
        return WSA_NOT_ENOUGH_MEMORY;
    }
}

} // namespace usocket::platform
