// SPDX-License-Identifier: MIT
#include <array>

#include <usocket/server.hpp>
#include <usocket/transfer.hpp>

#include "server/server.hpp"

namespace server_bench {
namespace {

namespace u = usocket;

void run(u::server server, void (*ready)(std::uint16_t)) {
    ready(server.port());
    server.wait();
}

void echo(u::stream_usocket& socket) {
    std::array<std::byte, 4096> room; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the receive
    for (;;) {
        auto const received = u::socket_receive(socket, room);
        if (received.size == 0)
            return;
        u::socket_send(socket, received.buffer);
    }
}

void serve_sockets(void (*ready)(std::uint16_t)) {
    run(u::socket_server("127.0.0.1", u::auto_port, echo, {.in_new_thread = true, .multi_threading = true}), ready);
}

void serve_streams(void (*ready)(std::uint16_t)) {
    run(u::socket_server("127.0.0.1", u::auto_port, u::echo_tcp_handler,
                         {.in_new_thread = true, .multi_threading = true}),
        ready);
}

void serve_datagrams(void (*ready)(std::uint16_t)) {
    run(u::socket_server("127.0.0.1", u::auto_port, u::default_udp_handler, {.in_new_thread = true}), ready);
}

} // namespace

std::vector<entry> usocket_servers() {
    return {{"usocket, sockets", transport::tcp, serve_sockets},
            {"usocket, streams", transport::tcp, serve_streams},
            {"usocket", transport::udp, serve_datagrams}};
}

} // namespace server_bench
