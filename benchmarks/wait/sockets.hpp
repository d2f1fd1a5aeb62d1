// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.hpp"
#include "wait/contender.hpp"

namespace wait_bench {

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

    [[nodiscard]] std::uint16_t open() {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        int const on = 1; // inherited by what is accepted
        if (::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
            ::bind(descriptor_, generic, size) != 0 || ::listen(descriptor_, 16) != 0 ||
            ::getsockname(descriptor_, generic, &size) != 0)
            peer::give_up("listen");
        return ntohs(address.sin_port);
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

/// The connecting end of a connection. Closing it leaves nothing behind.
[[nodiscard]] inline int connect_to(std::uint16_t port) {
    int const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    int const on = 1;
    linger const at_once{.l_onoff = 1, .l_linger = 0};
    if (descriptor < 0 || ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0 ||
        ::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        peer::give_up("connect");
    return descriptor;
}

/// Reads the one octet that is there.
inline void read_octet(int descriptor) {
    char buffer[buffer_size];
    if (::recv(descriptor, buffer, sizeof buffer, 0) != 1)
        peer::give_up("recv");
}

} // namespace wait_bench
