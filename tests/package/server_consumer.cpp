// SPDX-License-Identifier: MIT
//
// What a user of the server library may do first: an echo server, a client, and a stop.
#include <usocket/server.hpp>
#include <usocket/usocket.hpp>

#include <iostream>
#include <string>

namespace u = usocket;
using namespace std::chrono_literals;

int main() {
    auto server = u::socket_server("127.0.0.1", u::auto_port, u::echo_tcp_handler, {.in_new_thread = true});
    std::string line;
    {
        auto client = u::socket_connect("127.0.0.1", server.port(), {.timeout = 10s});
        client.stream() << "hello\n" << std::flush;
        u::read_line(client.stream(), line);
    }
    auto const report = server.stop({.drain = 10s});
    std::cout << "served " << report.counters.served << '\n';
    return line == "hello" && report.complete && report.counters.served == 1 ? 0 : 1;
}
