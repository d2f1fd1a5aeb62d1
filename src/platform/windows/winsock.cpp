// SPDX-License-Identifier: MIT
#include "platform/windows/winsock.hpp"

namespace usocket::platform {

int start_winsock() noexcept {
    // Never cleaned up: sockets may live as long as the process does.
    static int const result = [] {
        WSADATA about{};
        return ::WSAStartup(MAKEWORD(2, 2), &about);
    }();
    return result;
}

int get_int(handle socket, int level, int name, int& value) noexcept {
    int size = sizeof value;
    value = 0; // some options fill in one octet
    return outcome(::getsockopt(socket, level, name, reinterpret_cast<char*>(&value), &size));
}

int set_int(handle socket, int level, int name, int value) noexcept {
    return outcome(::setsockopt(socket, level, name, reinterpret_cast<char const*>(&value), sizeof value));
}

int settle(handle socket) noexcept {
    u_long on = 1;
    if (int const error = outcome(::ioctlsocket(socket, static_cast<long>(FIONBIO), &on)))
        return error;
    ::SetHandleInformation(reinterpret_cast<HANDLE>(socket), HANDLE_FLAG_INHERIT, 0);
    return 0;
}

} // namespace usocket::platform
