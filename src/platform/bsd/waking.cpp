// SPDX-License-Identifier: MIT
#include "platform/bsd/waking.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include "platform/posix/sockaddr.hpp"

namespace usocket::platform {
namespace {

/// The socket's own address, as one on this machine can connect to it; false if there is none.
bool own_address(handle socket, family& which, socket_address& out) noexcept {
    socket_address bound;
    endpoint where;
    if (::getsockname(socket, bound.fill(), &bound.length) < 0 || decode_into(bound, where) != 0)
        return false;
    if (where.is_ip() && where.address().is_unspecified()) {
        auto const loopback = where.address().is_v4() ? ip_address::loopback_v4() : ip_address::loopback_v6();
        where = endpoint(loopback, where.port());
    }
    which = where.is_local() ? family::local : where.address().is_v4() ? family::v4 : family::v6;
    return encode(where, out) == 0;
}

} // namespace

void wake_acceptor(handle listener) noexcept {
    family which{};
    socket_address address;
    handle visitor = invalid_handle;
    if (!own_address(listener, which, address) || open_socket(which, socket_type::stream, true, visitor) != 0)
        return;
    static_cast<void>(::connect(visitor, address.get(), address.length));
    ::close(visitor);
}

void end_datagrams(handle socket) noexcept {
    family which{};
    socket_address address;
    if (own_address(socket, which, address) && ::connect(socket, address.get(), address.length) == 0)
        ::shutdown(socket, SHUT_RDWR);
}

} // namespace usocket::platform
