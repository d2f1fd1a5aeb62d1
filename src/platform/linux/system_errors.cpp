// SPDX-License-Identifier: MIT
#include "platform/posix/system_errors.hpp"

#include <cerrno>

#include <netdb.h>

namespace usocket::platform {

errc classify_system(int error) noexcept { return error == ENONET ? errc::network_down : errc::unknown; }

errc classify_system_resolver(int error) noexcept {
    return error == EAI_NODATA || error == EAI_ADDRFAMILY ? errc::ns_host_not_found : errc::ns_unknown;
}

// Linux hands what went wrong on the network before the accept to the accept.
bool is_system_transient_accept_error(int error) noexcept { return error == ENONET || error == EOPNOTSUPP; }

} // namespace usocket::platform
