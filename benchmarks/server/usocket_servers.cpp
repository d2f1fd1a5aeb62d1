// SPDX-License-Identifier: MIT
#include <array>

#include <usocket/server.hpp>

#include "server/bare.hpp"

namespace server_bench {
namespace {

namespace u = usocket;

template <class Handler>
std::uint16_t serve(Handler handler, u::server_options options = {}) {
    options.in_new_thread = true;
    options.backlog = backlog;
    static u::server running;
    running = u::socket_server("127.0.0.1", u::auto_port, handler, options);
    return running.port();
}

void echo(u::stream_usocket& client) {
    std::array<std::byte, buffer_size> room; // NOLINT(cppcoreguidelines-pro-type-member-init): as in the bare server
    for (;;) {
        auto const received = u::socket_receive(client, room);
        if (received.size == 0)
            return;
        u::socket_send(client, received.buffer);
    }
}

std::uint16_t serve_sockets(std::size_t) { return serve(echo, {.multi_threading = true}); }
std::uint16_t serve_streams(std::size_t) { return serve(u::echo_tcp_handler, {.multi_threading = true}); }
std::uint16_t serve_pool(std::size_t connections) { return serve(echo, {.pool = u::server_pool{connections}}); }
std::uint16_t serve_datagrams(std::size_t) { return serve(u::default_udp_handler); }
std::uint16_t collect_replies(std::size_t) { return serve(u::default_udp_handler, {.collect_replies = true}); }

} // namespace

std::vector<entry> stream_servers() {
    return {bare_server(), {"usocket socket", serve_sockets}, {"usocket stream", serve_streams}, poco_server()};
}

std::vector<entry> pooled_servers() {
    auto all = stream_servers();
    all.push_back({"usocket pool", serve_pool});
    return all;
}

std::vector<entry> datagram_servers() {
    return {bare_datagram_server(), {"usocket datagram", serve_datagrams}, {"usocket collecting", collect_replies}};
}

} // namespace server_bench
