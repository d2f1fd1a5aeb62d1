// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

#include <usocket/endpoint.hpp>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"

/// Where a message goes, and where it comes from, in the form that its socket takes.
namespace usocket::platform {

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

} // namespace usocket::platform
