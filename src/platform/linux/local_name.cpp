// SPDX-License-Identifier: MIT
#include "platform/posix/sockaddr.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include <sys/un.h>

/// Linux takes paths that fill sun_path without a NUL, and names that start with a NUL and are not in the file system.
namespace usocket::platform {
namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t path_capacity = sizeof(sockaddr_un::sun_path);

} // namespace

int encode_local(endpoint const& value, socket_address& out) noexcept {
    std::string_view const name = value.path();
    bool const abstract = value.type() == endpoint::kind::local_abstract;
    std::size_t const marker = abstract ? 1 : 0;
    if (name.size() + marker > path_capacity)
        return ENAMETOOLONG;
    if (!abstract && name.find('\0') != name.npos)
        return EINVAL; // the system would take what stands before the NUL

    out.storage.ss_family = AF_UNIX;
    std::size_t length = path_offset;
    if (value.type() != endpoint::kind::local_unnamed) {
        std::copy(name.begin(), name.end(), reinterpret_cast<char*>(out.bytes()) + path_offset + marker);
        length += marker + name.size();
        if (!abstract && name.size() < path_capacity)
            ++length; // the NUL that ends a path
    }
    out.length = static_cast<socklen_t>(length);
    return 0;
}

endpoint decode_local(socket_address const& address) {
    if (address.size() <= path_offset)
        return endpoint::local_unnamed();
    std::string_view const name(reinterpret_cast<char const*>(address.bytes()) + path_offset,
                                address.size() - path_offset);
    if (name.front() == '\0')
        return endpoint::local_abstract(name.substr(1));
    return endpoint::local_path(name.substr(0, name.find('\0'))); // a path of full length comes with no NUL
}

} // namespace usocket::platform
