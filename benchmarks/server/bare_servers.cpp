// SPDX-License-Identifier: MIT
//
// What the others are measured by: blocking calls, a thread for each connection, and nothing else.
#include <array>
#include <thread>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.hpp"
#include "server/server.hpp"

namespace server_bench {
namespace {

int open_on_loopback(int type, std::uint16_t& port) {
    int const handle = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (handle < 0 || ::bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        peer::give_up("bind");
    port = ntohs(address.sin_port);
    return handle;
}

void echo(int connection) {
    std::array<char, 4096> room; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
    for (;;) {
        ssize_t const size = ::recv(connection, room.data(), room.size(), 0);
        if (size <= 0 || ::send(connection, room.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) != size)
            break;
    }
    ::close(connection);
}

void serve_tcp(void (*ready)(std::uint16_t)) {
    std::uint16_t port = 0;
    int const listener = open_on_loopback(SOCK_STREAM, port);
    int const yes = 1;
    ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::listen(listener, 4096) != 0)
        peer::give_up("listen");
    ready(port);
    for (;;) {
        int const connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection >= 0)
            std::thread(echo, connection).detach();
    }
}

void serve_udp(void (*ready)(std::uint16_t)) {
    std::uint16_t port = 0;
    int const socket = open_on_loopback(SOCK_DGRAM, port);
    ready(port);
    std::array<char, 65536> room{};
    for (;;) {
        sockaddr_in source{};
        socklen_t length = sizeof source;
        ssize_t const size =
            ::recvfrom(socket, room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&source), &length);
        if (size >= 0)
            ::sendto(socket, room.data(), static_cast<std::size_t>(size), 0, reinterpret_cast<sockaddr*>(&source),
                     length);
    }
}

} // namespace

std::vector<entry> bare_servers() {
    return {{"bare, blocking", transport::tcp, serve_tcp}, {"bare, blocking", transport::udp, serve_udp}};
}

} // namespace server_bench
