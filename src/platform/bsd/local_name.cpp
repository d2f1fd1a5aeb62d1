// SPDX-License-Identifier: MIT
#include "platform/posix/sockaddr.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include <sys/un.h>

#include "platform/bsd/not_here.hpp"

/// The BSDs have paths alone, which may fill sun_path without a NUL; a socket without a name has an empty path, or
/// none.
namespace usocket::platform {
namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t path_capacity = sizeof(sockaddr_un::sun_path);

} // namespace

int encode_local(endpoint const& value, socket_address& out) noexcept {
    if (value.type() == endpoint::kind::local_abstract)
        return not_here;
    std::string_view const path = value.path();
    if (path.size() > path_capacity)
        return ENAMETOOLONG;
    if (path.find('\0') != path.npos)
        return EINVAL; // the system would take what stands before the NUL
    out.storage.ss_family = AF_UNIX;
    std::copy(path.begin(), path.end(), reinterpret_cast<char*>(out.bytes()) + path_offset);
    std::size_t const length = path_offset + path.size() + (path.size() < path_capacity ? 1 : 0);
    write_own_length(out.storage, length);
    out.length = static_cast<socklen_t>(length);
    return 0;
}

endpoint decode_local(socket_address const& address) {
    if (address.size() <= path_offset)
        return endpoint::local_unnamed();
    std::string_view const text(reinterpret_cast<char const*>(address.bytes()) + path_offset,
                                address.size() - path_offset);
    std::string_view const path = text.substr(0, text.find('\0'));
    return path.empty() ? endpoint::local_unnamed() : endpoint::local_path(path);
}

} // namespace usocket::platform
