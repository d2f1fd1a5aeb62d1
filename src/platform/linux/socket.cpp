// SPDX-License-Identifier: MIT
#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"

/// The life of a socket where Linux's calls do more than POSIX's.
namespace usocket::platform {
namespace {

int get_number(handle socket, int name, int& out) noexcept {
    socklen_t size = sizeof out;
    return ::getsockopt(socket, SOL_SOCKET, name, &out, &size) < 0 ? errno : 0;
}

bool is_known(int domain, int type, int protocol) noexcept {
    if (type != SOCK_STREAM && type != SOCK_DGRAM)
        return false;
    if (domain == AF_UNIX)
        return true;
    if (domain != AF_INET && domain != AF_INET6)
        return false;
    return type == SOCK_STREAM ? protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP
                               : protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE;
}

} // namespace

int open_socket(family which, socket_type type, bool non_blocking, handle& out) noexcept {
    out = ::socket(to_system(which), to_system(type) | SOCK_CLOEXEC | (non_blocking ? SOCK_NONBLOCK : 0), 0);
    return out < 0 ? errno : 0;
}

int open_socket_pair(socket_type type, handle (&out)[2]) noexcept {
    if (::socketpair(AF_UNIX, to_system(type) | SOCK_CLOEXEC, 0, out) == 0)
        return 0;
    out[0] = out[1] = invalid_handle;
    return errno;
}

int disconnect(handle socket) noexcept {
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    return ::connect(socket, &nobody, sizeof nobody) < 0 ? errno : 0;
}

int accept(handle listener, handle& out, endpoint& remote) noexcept {
    socket_address address;
    out = ::accept4(listener, address.fill(), &address.length, SOCK_CLOEXEC);
    if (out < 0)
        return errno;
    if (int const error = decode_into(address, remote)) {
        ::close(out);
        out = invalid_handle;
        return error;
    }
    return 0;
}

int describe_socket(handle socket, socket_description& out) noexcept {
    int domain = 0;
    int type = 0;
    int protocol = 0;
    int listening = 0;
    if (int const error = get_number(socket, SO_DOMAIN, domain))
        return error;
    if (int const error = get_number(socket, SO_TYPE, type))
        return error;
    if (int const error = get_number(socket, SO_PROTOCOL, protocol))
        return error;
    if (int const error = get_number(socket, SO_ACCEPTCONN, listening))
        return error;
    if (!is_known(domain, type, protocol))
        return ENOTSOCK;
    out.family = domain == AF_INET ? family::v4 : domain == AF_INET6 ? family::v6 : family::local;
    out.type = type == SOCK_STREAM ? socket_type::stream : socket_type::datagram;
    out.listening = listening != 0;
    return 0;
}

} // namespace usocket::platform
