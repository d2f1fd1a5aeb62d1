// SPDX-License-Identifier: MIT
#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

#include "platform/posix/sockaddr.hpp"
#include "platform/socket_options.hpp"

namespace usocket::platform {
namespace {

struct operation {
    int any_source;
    int one_source;
};

int set_membership(handle socket, operation which, ip_address const& group, std::uint32_t interface_number,
                   ip_address const* source) noexcept {
    socket_address group_address;
    if (int const error = encode(endpoint(group, 0), group_address))
        return error;
    int const level = group.is_v4() ? IPPROTO_IP : IPPROTO_IPV6;
    if (source == nullptr) {
        group_req request{};
        request.gr_interface = interface_number;
        request.gr_group = group_address.storage;
        return ::setsockopt(socket, level, which.any_source, &request, sizeof request) < 0 ? errno : 0;
    }
    socket_address source_address;
    if (int const error = encode(endpoint(*source, 0), source_address))
        return error;
    group_source_req request{};
    request.gsr_interface = interface_number;
    request.gsr_group = group_address.storage;
    request.gsr_source = source_address.storage;
    return ::setsockopt(socket, level, which.one_source, &request, sizeof request) < 0 ? errno : 0;
}

} // namespace

int join_group(handle socket, ip_address const& group, std::uint32_t interface_number,
               ip_address const* source) noexcept {
    return set_membership(socket, {MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP}, group, interface_number, source);
}

int leave_group(handle socket, ip_address const& group, std::uint32_t interface_number,
                ip_address const* source) noexcept {
    return set_membership(socket, {MCAST_LEAVE_GROUP, MCAST_LEAVE_SOURCE_GROUP}, group, interface_number, source);
}

} // namespace usocket::platform
