// SPDX-License-Identifier: MIT
#include "platform/posix/system_errors.hpp"

#include <cerrno>

#include <netdb.h>

#include "platform/bsd/not_here.hpp"

namespace usocket::platform {

errc classify_system(int error) noexcept { return error == not_here ? errc::unsupported : errc::unknown; }

errc classify_system_resolver(int error) noexcept {
    return error == EAI_NODATA || error == EAI_ADDRFAMILY ? errc::ns_host_not_found : errc::ns_unknown;
}

bool is_system_transient_accept_error(int) noexcept { return false; }

} // namespace usocket::platform
