// SPDX-License-Identifier: MIT
#include "platform/bsd/describe_socket.hpp"

#include <cerrno>

#include <sys/socket.h>

#include "platform/posix/sockaddr.hpp"

namespace usocket::platform {
namespace {

int get_number(handle socket, int name, int& out) noexcept {
    socklen_t size = sizeof out;
    return ::getsockopt(socket, SOL_SOCKET, name, &out, &size) < 0 ? errno : 0;
}

} // namespace

int read_description(handle socket, socket_description& out) noexcept {
    int type = 0;
    int listening = 0;
    if (int const error = get_number(socket, SO_TYPE, type))
        return error;
    if (int const error = get_number(socket, SO_ACCEPTCONN, listening))
        return error;
    socket_address address;
    if (::getsockname(socket, address.fill(), &address.length) < 0)
        return errno;
    int const domain = address.storage.ss_family;
    if ((type != SOCK_STREAM && type != SOCK_DGRAM) || (domain != AF_UNIX && domain != AF_INET && domain != AF_INET6))
        return ENOTSOCK;
    out.family = domain == AF_INET ? family::v4 : domain == AF_INET6 ? family::v6 : family::local;
    out.type = type == SOCK_STREAM ? socket_type::stream : socket_type::datagram;
    out.listening = listening != 0;
    return 0;
}

} // namespace usocket::platform
