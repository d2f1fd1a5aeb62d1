// SPDX-License-Identifier: MIT
//
// Sends back to its clients what they send: a thread for each, and limits on what they may take.
//
//     server_echo [PORT]
//
// Without a port it takes a free one, and says which. On SIGINT or SIGTERM it accepts no more clients, gives those that
// it has five seconds to finish, and tells what it has done.
#include <array>
#include <cstddef>
#include <iostream>

#include <usocket/server.hpp>

#include "support/service.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// On a thread of the client's own. What it raises, such as a connection reset, ends this connection only.
void echo(u::stream_usocket& client) {
    std::array<std::byte, 16384> room{};
    for (;;) {
        auto const received = u::socket_receive(client, room);
        if (received.size == 0)
            return;
        u::socket_send(client, received.buffer);
    }
}

u::server_options options() {
    return {
        .in_new_thread = true,
        .multi_threading = true,
        .name = "echo",
        .limits = {.max_connections = 1000,
                   .max_connections_per_client = 100,
                   .accepts_per_second = 500,
                   .idle_timeout = 60s},
        .on_error = log_failure,
    };
}

void print(u::server_report const& report) {
    auto const& counted = report.counters;
    std::cout << "accepted " << counted.accepted << ", refused " << counted.refused << '\n'
              << "served " << counted.served << " (" << counted.drained << " while stopping), failed " << counted.failed
              << ", cancelled " << counted.cancelled << '\n'
              << "received " << counted.received << " octets, sent " << counted.sent << '\n';
}

} // namespace

int main(int argc, char** argv) {
    try {
        stop_signals const signals; // before any thread starts
        auto server = u::socket_server("127.0.0.1", argc > 1 ? argv[1] : "0", echo, options());
        std::cout << "listening on " << server.address() << '\n' << std::flush;
        signals.wait();
        std::cout << "stopping\n" << std::flush;
        print(server.stop({.drain = 5s}));
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "server_echo: " << failure.what() << '\n';
        return 1;
    }
}
