// SPDX-License-Identifier: MIT
#include "platform/socket_options.hpp"
#include "platform/windows/sockaddr.hpp"

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
        GROUP_REQ request{};
        request.gr_interface = interface_number;
        request.gr_group = group_address.storage;
        return outcome(
            ::setsockopt(socket, level, which.any_source, reinterpret_cast<char const*>(&request), sizeof request));
    }
    socket_address source_address;
    if (int const error = encode(endpoint(*source, 0), source_address))
        return error;
    GROUP_SOURCE_REQ request{};
    request.gsr_interface = interface_number;
    request.gsr_group = group_address.storage;
    request.gsr_source = source_address.storage;
    return outcome(
        ::setsockopt(socket, level, which.one_source, reinterpret_cast<char const*>(&request), sizeof request));
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
