// SPDX-License-Identifier: MIT
#include "platform/windows/sockaddr.hpp"

/// WSAPoll and select watch sockets alone, no events. A datagram socket on the loopback interface that is connected to
/// itself is one handle for both ends, needs no accept that a stranger could get ahead of, and takes from nobody else.
namespace usocket::platform {

int open_wake_handle(wake_handle& out) noexcept {
    out = {};
    handle socket = invalid_handle;
    if (int const error = open_socket(family::v4, socket_type::datagram, true, socket))
        return error;
    socket_address address;
    int error = encode(endpoint(ip_address::loopback_v4(), 0), address);
    if (error == 0)
        error = outcome(::bind(socket, address.get(), address.length));
    if (error == 0)
        error = outcome(::getsockname(socket, address.fill(), &address.length));
    if (error == 0)
        error = outcome(::connect(socket, address.get(), address.length));
    if (error != 0) {
        ::closesocket(socket);
        return error;
    }
    out.watched = out.raised = socket;
    return 0;
}

void close_wake_handle(wake_handle& wake) noexcept {
    if (wake.watched != invalid_handle)
        ::closesocket(wake.watched);
    wake = {};
}

// Neither fails but when the handle is as it shall be already: raised to the utmost, or clear.

void raise_wake_handle(wake_handle const& wake) noexcept {
    int const kept = ::WSAGetLastError();
    ::send(wake.raised, "", 1, 0);
    ::WSASetLastError(kept);
}

void clear_wake_handle(wake_handle const& wake) noexcept {
    int const kept = ::WSAGetLastError();
    char octet = 0;
    while (::recv(wake.watched, &octet, 1, 0) != SOCKET_ERROR) {
    }
    ::WSASetLastError(kept);
}

} // namespace usocket::platform
