// SPDX-License-Identifier: MIT
#include "platform/posix/option_table.hpp"

#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

#include "platform/posix/interface_address.hpp"

namespace usocket::platform {
namespace {

// ---- don't-fragment: one of several ways to discover the path's MTU

int get_dont_fragment(handle socket, family which, std::int64_t& value) noexcept {
    bool const v6 = which == family::v6;
    int mode = 0;
    int const error = get_int(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, mode);
    if (error != 0)
        return error;
    value = mode == IP_PMTUDISC_DO || mode == IP_PMTUDISC_PROBE ? 1 : 0;
    return 0;
}

int set_dont_fragment(handle socket, family which, std::int64_t value) noexcept {
    int const mode = value != 0 ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
    int const v4 = set_int(socket, IPPROTO_IP, IP_MTU_DISCOVER, mode);
    if (which != family::v6)
        return v4;
    int const v6 = set_int(socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, mode);
    return v6 != 0 ? v6 : forgive_missing_v4(v4);
}

// ---- multicast interface: for IPv4 the system gives back no more than an address, so it is given one

int set_multicast_interface_v4(handle socket, std::uint32_t interface) noexcept {
    ip_mreqn request{};
    if (interface != 0) {
        if (int const error = first_address(interface, request.imr_address))
            return error;
        request.imr_ifindex = static_cast<int>(interface);
    }
    return ::setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) < 0 ? errno : 0;
}

int set_multicast_interface(handle socket, family which, std::int64_t value) noexcept {
    if (value < 0 || value > INT32_MAX)
        return EINVAL;
    if (which != family::v6)
        return set_multicast_interface_v4(socket, static_cast<std::uint32_t>(value));
    if (int const error = set_int(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(value)))
        return error;
    int const v4 = set_multicast_interface_v4(socket, static_cast<std::uint32_t>(value));
    return v4 == EADDRNOTAVAIL ? 0 : forgive_missing_v4(v4); // an interface may well have no IPv4 address
}

int get_multicast_interface(handle socket, family which, std::int64_t& value) noexcept {
    if (which == family::v6) {
        int number = 0;
        int const error = get_int(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, number);
        if (error == 0)
            value = number;
        return error;
    }
    in_addr address{};
    socklen_t size = sizeof address;
    if (::getsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &address, &size) < 0)
        return errno;
    value = 0;
    return address.s_addr == 0 ? 0 : interface_with(address, value);
}

} // namespace

bool has_special_option(option_id id) noexcept {
    switch (id) {
    case option_id::dont_fragment:
    case option_id::multicast_interface:
    case option_id::bind_to_device:
    case option_id::tcp_congestion_control:
    case option_id::tcp_info:
        return true;
    default:
        return false;
    }
}

int get_special_option(handle socket, family which, option_id id, std::int64_t& value) noexcept {
    switch (id) {
    case option_id::dont_fragment:
        return get_dont_fragment(socket, which, value);
    case option_id::multicast_interface:
        return get_multicast_interface(socket, which, value);
    default:
        return ENOPROTOOPT;
    }
}

int set_special_option(handle socket, family which, option_id id, std::int64_t value) noexcept {
    switch (id) {
    case option_id::dont_fragment:
        return set_dont_fragment(socket, which, value);
    case option_id::multicast_interface:
        return set_multicast_interface(socket, which, value);
    default:
        return ENOPROTOOPT;
    }
}

} // namespace usocket::platform
