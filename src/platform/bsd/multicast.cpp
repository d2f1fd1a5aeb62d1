// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

#include "platform/posix/interface_address.hpp"
#include "platform/socket_options.hpp"

/// Groups where the system has the older calls alone, without sources; IPv4 names an interface by its address.
namespace usocket::platform {
namespace {

int set_v4_membership(handle socket, int name, ip_address const& group, std::uint32_t interface_number) noexcept {
    auto const octets = group.octets();
    ip_mreq request{};
    std::memcpy(&request.imr_multiaddr, octets.data(), octets.size());
    if (interface_number != 0) {
        if (int const error = first_address(interface_number, request.imr_interface))
            return error;
    }
    return ::setsockopt(socket, IPPROTO_IP, name, &request, sizeof request) < 0 ? errno : 0;
}

int set_v6_membership(handle socket, int name, ip_address const& group, std::uint32_t interface_number) noexcept {
    auto const octets = group.octets();
    ipv6_mreq request{};
    std::memcpy(&request.ipv6mr_multiaddr, octets.data(), octets.size());
    request.ipv6mr_interface = interface_number;
    return ::setsockopt(socket, IPPROTO_IPV6, name, &request, sizeof request) < 0 ? errno : 0;
}

} // namespace

int join_group(handle socket, ip_address const& group, std::uint32_t interface_number,
               ip_address const* source) noexcept {
    if (source != nullptr)
        return ENOPROTOOPT;
    return group.is_v4() ? set_v4_membership(socket, IP_ADD_MEMBERSHIP, group, interface_number)
                         : set_v6_membership(socket, IPV6_JOIN_GROUP, group, interface_number);
}

int leave_group(handle socket, ip_address const& group, std::uint32_t interface_number,
                ip_address const* source) noexcept {
    if (source != nullptr)
        return ENOPROTOOPT;
    return group.is_v4() ? set_v4_membership(socket, IP_DROP_MEMBERSHIP, group, interface_number)
                         : set_v6_membership(socket, IPV6_LEAVE_GROUP, group, interface_number);
}

} // namespace usocket::platform
