// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

#include <usocket/endpoint.hpp>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"

/// Where a message goes, and where it comes from, in the form that its socket takes.
namespace usocket::platform {

[[nodiscard]] inline ip_address in_form_of(family which, ip_address const& address) noexcept {
    if (which == family::v4)
        return address.unmapped();
    return address.is_v4() ? ip_address(address.v6_octets()) : address;
}

[[nodiscard]] inline bool is_chosen_by_system(endpoint const* source) noexcept {
    return source == nullptr || source->type() == endpoint::kind::none ||
           (source->is_ip() && source->address().is_unspecified());
}

/// Why a socket can send from no such address.
[[nodiscard]] inline int refuses_source(family which, endpoint const& source) noexcept {
    if (which == family::local)
        return EOPNOTSUPP;
    if (!source.is_ip())
        return EINVAL;
    return which == family::v4 && source.address().unmapped().is_v6() ? EADDRNOTAVAIL : 0;
}

[[nodiscard]] inline int encode_in_form_of(family which, endpoint const& destination, socket_address& out) noexcept {
    if (which == family::v6 && destination.is_ip() && destination.address().is_v4())
        return encode({in_form_of(which, destination.address()), destination.port()}, out);
    return encode(destination, out);
}

} // namespace usocket::platform
