// SPDX-License-Identifier: MIT
#include "server/bare.hpp"

#include <thread>

#include "contest/sockets.hpp"

namespace server_bench {
namespace {

void serve_connection(int descriptor) {
    char buffer[buffer_size];
    for (;;) {
        ssize_t const size = ::recv(descriptor, buffer, sizeof buffer, 0);
        if (size <= 0 || ::send(descriptor, buffer, static_cast<std::size_t>(size), MSG_NOSIGNAL) != size)
            break;
    }
    ::close(descriptor);
}

void serve_datagrams(int descriptor) {
    static char buffer[65527];
    for (;;) {
        sockaddr_storage source{};
        socklen_t length = sizeof source;
        auto* const generic = reinterpret_cast<sockaddr*>(&source);
        ssize_t const size = ::recvfrom(descriptor, buffer, sizeof buffer, 0, generic, &length);
        if (size < 0 || ::sendto(descriptor, buffer, static_cast<std::size_t>(size), 0, generic, length) != size)
            peer::give_up("echo of a datagram");
    }
}

} // namespace

entry bare_server() {
    return {"bare", [](std::size_t) {
                static contest::bare_listener listener;
                std::uint16_t const port = listener.open(backlog, false); // as the library leaves it
                std::thread([] {
                    for (;;)
                        std::thread(serve_connection, listener.accept()).detach();
                }).detach();
                return port;
            }};
}

entry bare_datagram_server() {
    return {"bare", [](std::size_t) {
                int const descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
                std::uint16_t const port = contest::bind_to_loopback(descriptor);
                std::thread(serve_datagrams, descriptor).detach();
                return port;
            }};
}

} // namespace server_bench
