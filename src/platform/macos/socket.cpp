// SPDX-License-Identifier: MIT
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "platform/bsd/describe_socket.hpp"
#include "platform/bsd/descriptors.hpp"
#include "platform/bsd/shutdown.hpp"
#include "platform/bsd/waking.hpp"
#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"

/// The life of a socket where macOS's calls do less than those of others: it is made ready by further calls.
namespace usocket::platform {
namespace {

int raise_no_signal(handle socket) noexcept {
    int const on = 1;
    return ::setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) < 0 ? errno : 0;
}

/// Closes the socket and forgets it where one of the further calls fails.
int give_up(handle& socket, int error) noexcept {
    if (error != 0)
        ::close(std::exchange(socket, invalid_handle));
    return error;
}

int make_ready(handle& socket) noexcept {
    forget_shut_down(socket);
    int error = close_on_exec(socket);
    if (error == 0)
        error = raise_no_signal(socket);
    return give_up(socket, error);
}

} // namespace

int open_socket(family which, socket_type type, bool non_blocking, handle& out) noexcept {
    out = ::socket(to_system(which), to_system(type), 0);
    if (out < 0)
        return errno;
    if (int const error = make_ready(out))
        return error;
    return non_blocking ? give_up(out, set_non_blocking(out, true)) : 0;
}

int open_socket_pair(socket_type type, handle (&out)[2]) noexcept {
    if (::socketpair(AF_UNIX, to_system(type), 0, out) < 0) {
        int const error = errno;
        out[0] = out[1] = invalid_handle;
        return error;
    }
    for (int i = 0; i < 2; ++i) {
        if (int const error = make_ready(out[i])) {
            give_up(out[1 - i], error);
            return error;
        }
    }
    return 0;
}

int disconnect(handle socket) noexcept {
    return ::disconnectx(socket, SAE_ASSOCID_ANY, SAE_CONNID_ANY) < 0 ? errno : 0;
}

int accept(handle listener, handle& out, endpoint& remote) noexcept {
    out = invalid_handle;
    if (is_shut_down(listener))
        return EINVAL;
    socket_address address;
    out = ::accept(listener, address.fill(), &address.length);
    if (out < 0)
        return errno;
    if (is_shut_down(listener)) { // perhaps it was the connection that wakes; there may be others to wake
        wake_acceptor(listener);
        return give_up(out, EINVAL);
    }
    forget_shut_down(out);
    // A connection that is gone already has no address, and takes no options.
    if (address.length == 0 || raise_no_signal(out) != 0)
        return give_up(out, ECONNABORTED);
    int error = close_on_exec(out);
    if (error == 0)
        error = set_non_blocking(out, false); // it has its listener's mode
    if (error == 0)
        error = decode_into(address, remote);
    return give_up(out, error);
}

int describe_socket(handle socket, socket_description& out) noexcept {
    if (int const error = read_description(socket, out))
        return error;
    forget_shut_down(socket);
    // It is about to become one of the library's, which raise no signal. A connection that is gone refuses that.
    static_cast<void>(raise_no_signal(socket));
    return 0;
}

} // namespace usocket::platform
