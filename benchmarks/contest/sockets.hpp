// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "peer.hpp"

namespace contest {

[[nodiscard]] inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// Returns the port that the system has chosen.
[[nodiscard]] inline std::uint16_t bind_to_loopback(int descriptor) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(descriptor, generic, size) != 0 || ::getsockname(descriptor, generic, &size) != 0)
        peer::give_up("bind");
    return ntohs(address.sin_port);
}

/// A listener made of system calls.
class bare_listener {
public:
    bare_listener() = default;
    bare_listener(bare_listener const&) = delete;
    bare_listener& operator=(bare_listener const&) = delete;
    ~bare_listener() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    /// On the loopback address; returns the port.
    [[nodiscard]] std::uint16_t open(int backlog = 16, bool nodelay = true) {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int const on = nodelay ? 1 : 0; // inherited by what is accepted
        if (::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
            peer::give_up("TCP_NODELAY");
        std::uint16_t const port = bind_to_loopback(descriptor_);
        if (::listen(descriptor_, backlog) != 0)
            peer::give_up("listen");
        return port;
    }
    [[nodiscard]] int accept() const {
        int const descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0)
            peer::give_up("accept");
        return descriptor;
    }

private:
    int descriptor_ = -1;
};

inline void connect_to(int descriptor, std::uint16_t port) {
    sockaddr_in const address = loopback(port);
    if (::connect(descriptor, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
        peer::give_up("connect");
}

/// What the connecting end leaves behind when it is closed.
enum class ending : std::uint8_t { nothing, as_usual };

/// The connecting end of a connection.
[[nodiscard]] inline int connect_to(std::uint16_t port, ending ends = ending::nothing) {
    int const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    linger const at_once{.l_onoff = ends == ending::nothing ? 1 : 0, .l_linger = 0};
    if (descriptor < 0 || ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
        peer::give_up("socket");
    connect_to(descriptor, port);
    return descriptor;
}

inline void set_receive_timeout(int descriptor, time_t seconds) {
    timeval const timeout{.tv_sec = seconds, .tv_usec = 0};
    if (::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0)
        peer::give_up("SO_RCVTIMEO");
}

} // namespace contest
