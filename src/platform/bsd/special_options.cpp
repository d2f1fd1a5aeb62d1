// SPDX-License-Identifier: MIT
#include "platform/posix/option_table.hpp"

#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "platform/bsd/congestion_control.hpp"
#include "platform/posix/interface_address.hpp"

/// The options that are no int on the BSDs, or need more than one call. Those of IPv6 are ints.
namespace usocket::platform {
namespace {

int v6_name_of(option_id id) noexcept {
    switch (id) {
    case option_id::multicast_hop_limit:
        return IPV6_MULTICAST_HOPS;
    case option_id::multicast_loop:
        return IPV6_MULTICAST_LOOP;
    case option_id::multicast_interface:
        return IPV6_MULTICAST_IF;
    default:
        return IPV6_RECVPKTINFO;
    }
}

// ---- an octet

int get_octet(handle socket, int name, std::int64_t& value) noexcept {
    unsigned char octet = 0;
    socklen_t size = sizeof octet;
    if (::getsockopt(socket, IPPROTO_IP, name, &octet, &size) < 0)
        return errno;
    value = octet;
    return 0;
}

int set_octet(handle socket, int name, std::int64_t value) noexcept {
    if (!std::in_range<unsigned char>(value))
        return EINVAL;
    auto const octet = static_cast<unsigned char>(value);
    return ::setsockopt(socket, IPPROTO_IP, name, &octet, sizeof octet) < 0 ? errno : 0;
}

// ---- an address of the interface

int get_multicast_interface(handle socket, std::int64_t& value) noexcept {
    in_addr address{};
    socklen_t size = sizeof address;
    if (::getsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &address, &size) < 0)
        return errno;
    value = 0;
    return address.s_addr == INADDR_ANY ? 0 : interface_with(address, value);
}

int set_multicast_interface(handle socket, std::int64_t value) noexcept {
    if (!std::in_range<std::uint32_t>(value))
        return EINVAL;
    in_addr address{};
    if (value != 0) {
        if (int const error = first_address(static_cast<std::uint32_t>(value), address))
            return error;
    }
    return ::setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address) < 0 ? errno : 0;
}

// ---- two options for one

int get_packet_info(handle socket, std::int64_t& value) noexcept {
    int number = 0;
    int const error = get_int(socket, IPPROTO_IP, IP_RECVDSTADDR, number);
    value = number != 0 ? 1 : 0;
    return error;
}

int set_packet_info(handle socket, std::int64_t value) noexcept {
    int const number = value != 0 ? 1 : 0;
    int const error = set_int(socket, IPPROTO_IP, IP_RECVDSTADDR, number);
    return error != 0 ? error : set_int(socket, IPPROTO_IP, IP_RECVIF, number);
}

int set_v4_option(handle socket, option_id id, std::int64_t value) noexcept {
    switch (id) {
    case option_id::multicast_hop_limit:
        return set_octet(socket, IP_MULTICAST_TTL, value);
    case option_id::multicast_loop:
        return set_octet(socket, IP_MULTICAST_LOOP, value);
    case option_id::multicast_interface:
        return set_multicast_interface(socket, value);
    case option_id::packet_info:
        return set_packet_info(socket, value);
    default:
        return ENOPROTOOPT;
    }
}

} // namespace

bool has_special_option(option_id id) noexcept {
    switch (id) {
    case option_id::multicast_hop_limit:
    case option_id::multicast_loop:
    case option_id::multicast_interface:
    case option_id::packet_info:
    case option_id::tcp_info:
        return true;
    case option_id::tcp_congestion_control:
        return has_congestion_control;
    default:
        return false;
    }
}

int get_special_option(handle socket, family which, option_id id, std::int64_t& value) noexcept {
    if (!has_special_option(id))
        return ENOPROTOOPT;
    if (which == family::v6) {
        int number = 0;
        int const error = get_int(socket, IPPROTO_IPV6, v6_name_of(id), number);
        value = number;
        return error;
    }
    switch (id) {
    case option_id::multicast_hop_limit:
        return get_octet(socket, IP_MULTICAST_TTL, value);
    case option_id::multicast_loop:
        return get_octet(socket, IP_MULTICAST_LOOP, value);
    case option_id::multicast_interface:
        return get_multicast_interface(socket, value);
    case option_id::packet_info:
        return get_packet_info(socket, value);
    default:
        return ENOPROTOOPT;
    }
}

int set_special_option(handle socket, family which, option_id id, std::int64_t value) noexcept {
    if (!has_special_option(id))
        return ENOPROTOOPT;
    if (which != family::v6)
        return set_v4_option(socket, id, value);
    if (!std::in_range<int>(value))
        return EINVAL;
    if (int const error = set_int(socket, IPPROTO_IPV6, v6_name_of(id), static_cast<int>(value)))
        return error;
    int const v4 = set_v4_option(socket, id, value);
    return v4 == EADDRNOTAVAIL ? 0 : forgive_missing_v4(v4); // an interface may well have no IPv4 address
}

} // namespace usocket::platform
