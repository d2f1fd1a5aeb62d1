// SPDX-License-Identifier: MIT
#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"

namespace usocket::platform {
namespace {

#ifdef SO_REUSEPORT_LB
constexpr int port_sharing = SO_REUSEPORT_LB; // there it is this one that spreads connections
#else
constexpr int port_sharing = SO_REUSEPORT;
#endif

int outcome(int result) noexcept { return result < 0 ? errno : 0; }

int set_flag(handle socket, int level, int name, bool value) noexcept {
    int const number = value ? 1 : 0;
    return outcome(::setsockopt(socket, level, name, &number, sizeof number));
}

} // namespace

int close_handle(handle socket) noexcept { return outcome(::close(socket)); }

int set_non_blocking(handle socket, bool non_blocking) noexcept {
    int value = non_blocking ? 1 : 0;
    return outcome(::ioctl(socket, FIONBIO, &value));
}

int bind(handle socket, endpoint const& local) noexcept {
    socket_address address;
    if (int const error = encode(local, address))
        return error;
    return outcome(::bind(socket, address.get(), address.length));
}

int listen(handle socket, int backlog) noexcept { return outcome(::listen(socket, backlog)); }

int connect(handle socket, endpoint const& remote) noexcept {
    socket_address address;
    if (int const error = encode(remote, address))
        return error;
    return outcome(::connect(socket, address.get(), address.length));
}

int local_endpoint(handle socket, endpoint& out) {
    socket_address address;
    if (::getsockname(socket, address.fill(), &address.length) < 0)
        return errno;
    out = decode(address);
    return 0;
}

int remote_endpoint(handle socket, endpoint& out) {
    socket_address address;
    if (::getpeername(socket, address.fill(), &address.length) < 0)
        return errno;
    out = decode(address);
    return 0;
}

int take_error(handle socket) noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

int set_reuse_address(handle socket, bool value) noexcept { return set_flag(socket, SOL_SOCKET, SO_REUSEADDR, value); }

int set_reuse_port(handle socket, bool value) noexcept { return set_flag(socket, SOL_SOCKET, port_sharing, value); }

int set_nodelay(handle socket, bool value) noexcept { return set_flag(socket, IPPROTO_TCP, TCP_NODELAY, value); }

} // namespace usocket::platform
