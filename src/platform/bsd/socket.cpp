// SPDX-License-Identifier: MIT
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "platform/bsd/describe_socket.hpp"
#include "platform/bsd/shutdown.hpp"
#include "platform/bsd/waking.hpp"
#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"

/// The life of a socket on the BSDs, whose calls make it ready at once.
namespace usocket::platform {

int open_socket(family which, socket_type type, bool non_blocking, handle& out) noexcept {
    out = ::socket(to_system(which), to_system(type) | SOCK_CLOEXEC | (non_blocking ? SOCK_NONBLOCK : 0), 0);
    if (out < 0)
        return errno;
    forget_shut_down(out);
    return 0;
}

int open_socket_pair(socket_type type, handle (&out)[2]) noexcept {
    if (::socketpair(AF_UNIX, to_system(type) | SOCK_CLOEXEC, 0, out) < 0) {
        int const error = errno;
        out[0] = out[1] = invalid_handle;
        return error;
    }
    forget_shut_down(out[0]);
    forget_shut_down(out[1]);
    return 0;
}

int disconnect(handle socket) noexcept {
    sockaddr nobody{};
    nobody.sa_len = sizeof nobody;
    nobody.sa_family = AF_UNSPEC;
    if (::connect(socket, &nobody, sizeof nobody) == 0)
        return 0;
    int const error = errno;
    // The peer is given up first; that nobody is no new one is an error nonetheless.
    socket_address peer;
    return ::getpeername(socket, peer.fill(), &peer.length) < 0 && errno == ENOTCONN ? 0 : error;
}

int accept(handle listener, handle& out, endpoint& remote) noexcept {
    out = invalid_handle;
    if (is_shut_down(listener))
        return EINVAL;
    socket_address address;
    out = ::accept4(listener, address.fill(), &address.length, SOCK_CLOEXEC);
    if (out < 0)
        return is_shut_down(listener) ? EINVAL : errno;
    int error = 0;
    if (is_shut_down(listener)) { // perhaps it was the connection that wakes; there may be others to wake
        wake_acceptor(listener);
        error = EINVAL;
    } else if (address.length == 0) { // a connection that is gone already
        error = ECONNABORTED;
    } else {
        forget_shut_down(out);
        error = decode_into(address, remote);
    }
    if (error != 0)
        ::close(std::exchange(out, invalid_handle));
    return error;
}

int describe_socket(handle socket, socket_description& out) noexcept {
    if (int const error = read_description(socket, out))
        return error;
    forget_shut_down(socket);
    return 0;
}

} // namespace usocket::platform
