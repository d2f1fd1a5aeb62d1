// SPDX-License-Identifier: MIT
#include "platform/windows/shutdowns.hpp"
#include "platform/windows/sockaddr.hpp"

/// The life of a socket. There is no "don't wait" for a single call here, and no way to end a call that blocks; so a
/// handle never blocks, once it can move octets, and the layers above wait for it. Only a connect of a blocking socket
/// blocks by itself, which nobody else can have the handle of yet.
namespace usocket::platform {
namespace {

int set_flag(handle socket, int level, int name, bool value) noexcept {
    return set_int(socket, level, name, value ? 1 : 0);
}

/// A datagram that nobody took, and which came back as an ICMP error, must not fail the next receive.
void ignore_refused_datagrams(handle socket) noexcept {
    constexpr DWORD port_unreachable = SIO_UDP_CONNRESET;
    constexpr DWORD net_reset = _WSAIOW(IOC_VENDOR, 15); // time exceeded; newer headers call it SIO_UDP_NETRESET
    for (DWORD const request : {port_unreachable, net_reset}) {
        BOOL on = FALSE;
        DWORD size = 0;
        ::WSAIoctl(socket, request, &on, sizeof on, nullptr, 0, &size, nullptr, nullptr);
    }
}

bool is_datagram_socket(handle socket) noexcept {
    int type = 0;
    return get_int(socket, SOL_SOCKET, SO_TYPE, type) == 0 && type == SOCK_DGRAM;
}

int describe(handle socket, socket_description& out) noexcept {
    WSAPROTOCOL_INFOW info{};
    int size = sizeof info;
    if (::getsockopt(socket, SOL_SOCKET, SO_PROTOCOL_INFOW, reinterpret_cast<char*>(&info), &size) == SOCKET_ERROR)
        return ::WSAGetLastError();
    bool const is_local = info.iAddressFamily == AF_UNIX;
    bool const is_ip = info.iAddressFamily == AF_INET || info.iAddressFamily == AF_INET6;
    bool const is_stream = info.iSocketType == SOCK_STREAM && (is_local || info.iProtocol == IPPROTO_TCP);
    bool const is_datagram = info.iSocketType == SOCK_DGRAM && is_ip && info.iProtocol == IPPROTO_UDP;
    if ((!is_local && !is_ip) || (!is_stream && !is_datagram))
        return WSAENOTSOCK;
    int listening = 0;
    if (is_stream) {
        if (int const error = get_int(socket, SOL_SOCKET, SO_ACCEPTCONN, listening))
            return error;
    }
    out.family = is_local ? family::local : info.iAddressFamily == AF_INET ? family::v4 : family::v6;
    out.type = is_stream ? socket_type::stream : socket_type::datagram;
    out.listening = listening != 0;
    return 0;
}

/// The system has no name for the end of a socket that is not bound yet.
int unbound_endpoint(handle socket, endpoint& out) {
    socket_description what;
    if (int const error = describe(socket, what))
        return error;
    out = what.family == family::v4   ? endpoint(ip_address::any_v4(), 0)
          : what.family == family::v6 ? endpoint(ip_address::any_v6(), 0)
                                      : endpoint::local_unnamed();
    return 0;
}

} // namespace

int open_socket(family which, socket_type type, bool non_blocking, handle& out) noexcept {
    out = invalid_handle;
    if (int const error = start_winsock())
        return error;
    if (which == family::local && type != socket_type::stream)
        return not_on_windows;
    handle const socket = ::WSASocketW(to_system(which), to_system(type), 0, nullptr, 0,
                                       WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (socket == INVALID_SOCKET) {
        int const error = ::WSAGetLastError();
        return which == family::local && error == WSAEAFNOSUPPORT ? not_on_windows : error;
    }
    forget_shut_down(socket);
    if (type == socket_type::datagram)
        ignore_refused_datagrams(socket);
    if (non_blocking || type == socket_type::datagram) {
        if (int const error = settle(socket)) {
            ::closesocket(socket);
            return error;
        }
    }
    out = socket;
    return 0;
}

int open_socket_pair(socket_type, handle (&out)[2]) noexcept {
    out[0] = out[1] = invalid_handle;
    return not_on_windows;
}

int close_handle(handle socket) noexcept {
    forget_shut_down(socket);
    return outcome(::closesocket(socket));
}

int set_non_blocking(handle socket, bool non_blocking) noexcept { return non_blocking ? settle(socket) : 0; }

int bind(handle socket, endpoint const& local) noexcept {
    socket_address address;
    if (int const error = encode(local, address))
        return error;
    return outcome(::bind(socket, address.get(), address.length));
}

int listen(handle socket, int backlog) noexcept {
    if (int const error = outcome(::listen(socket, backlog)))
        return error;
    return settle(socket);
}

int connect(handle socket, endpoint const& remote) noexcept {
    socket_address address;
    if (int const error = encode(remote, address))
        return error;
    if (int const error = outcome(::connect(socket, address.get(), address.length)))
        return error;
    return settle(socket);
}

int disconnect(handle socket) noexcept {
    sockaddr_in6 nobody{}; // of the socket's own family, its address and port zero
    WSAPROTOCOL_INFOW info{};
    int size = sizeof info;
    if (::getsockopt(socket, SOL_SOCKET, SO_PROTOCOL_INFOW, reinterpret_cast<char*>(&info), &size) == SOCKET_ERROR)
        return ::WSAGetLastError();
    nobody.sin6_family = static_cast<short>(info.iAddressFamily);
    size = info.iAddressFamily == AF_INET ? static_cast<int>(sizeof(sockaddr_in)) : static_cast<int>(sizeof nobody);
    return outcome(::connect(socket, reinterpret_cast<sockaddr const*>(&nobody), size));
}

int accept(handle listener, handle& out, endpoint& remote) noexcept {
    out = invalid_handle;
    if (find_shut_down(listener).input) // it goes on listening until it is closed
        return WSAEINVAL;
    socket_address address;
    handle const socket = ::accept(listener, address.fill(), &address.length);
    if (socket == INVALID_SOCKET)
        return ::WSAGetLastError();
    forget_shut_down(socket);
    int error = settle(socket);
    if (error == 0)
        error = decode_into(address, remote);
    if (error != 0)
        ::closesocket(socket);
    else
        out = socket;
    return error;
}

int shutdown(handle socket, direction which) noexcept {
    int const how = which == direction::input ? SD_RECEIVE : which == direction::output ? SD_SEND : SD_BOTH;
    int const error = outcome(::shutdown(socket, how));
    if (error == WSAENOTSOCK)
        return error;
    // "Not connected" is the answer of listeners and datagram sockets, whose calls end all the same.
    int const unnoted = note_shut_down(socket, which);
    return error != 0 ? error : unnoted;
}

int local_endpoint(handle socket, endpoint& out) {
    socket_address address;
    if (::getsockname(socket, address.fill(), &address.length) == SOCKET_ERROR) {
        int const error = ::WSAGetLastError();
        return error == WSAEINVAL ? unbound_endpoint(socket, out) : error;
    }
    out = decode(address);
    return 0;
}

int remote_endpoint(handle socket, endpoint& out) {
    socket_address address;
    if (::getpeername(socket, address.fill(), &address.length) == SOCKET_ERROR)
        return ::WSAGetLastError();
    out = decode(address);
    return 0;
}

int take_error(handle socket) noexcept {
    int pending = 0;
    int const error = get_int(socket, SOL_SOCKET, SO_ERROR, pending);
    return error != 0 ? error : pending;
}

int describe_socket(handle socket, socket_description& out) noexcept {
    if (int const error = start_winsock())
        return error;
    if (int const error = describe(socket, out))
        return error;
    forget_shut_down(socket); // of an earlier handle with this number
    return settle(socket);
}

// Two live sockets could share a port by SO_REUSEADDR here, even against the will of the first; and a port can be used
// again at once after a restart without it. What is wanted of listeners is therefore the opposite option.
int set_reuse_address(handle socket, bool value) noexcept {
    return set_flag(socket, SOL_SOCKET, is_datagram_socket(socket) ? SO_REUSEADDR : SO_EXCLUSIVEADDRUSE, value);
}

int set_reuse_port(handle, bool value) noexcept { return value ? not_on_windows : 0; }

int set_v6_only(handle socket, bool value) noexcept { return set_flag(socket, IPPROTO_IPV6, IPV6_V6ONLY, value); }

int set_nodelay(handle socket, bool value) noexcept { return set_flag(socket, IPPROTO_TCP, TCP_NODELAY, value); }

} // namespace usocket::platform
