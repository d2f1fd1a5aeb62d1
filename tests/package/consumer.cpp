// SPDX-License-Identifier: MIT
//
// What a user's program may do first: a connection, a line over it, and a condition caught by its class.
#include <usocket/usocket.hpp>

#include <iostream>
#include <string>

namespace u = usocket;
using namespace std::chrono_literals;

int main() {
    auto listener = u::socket_listen("127.0.0.1", u::auto_port);
    auto const port = u::get_local_port(listener);
    auto client = u::socket_connect("127.0.0.1", port, {.timeout = 10s});
    auto server = u::socket_accept(listener, {.timeout = 10s});

    client.stream() << "hello\n" << std::flush;
    std::string line;
    if (!u::read_line(server.stream(), line) || line != "hello") {
        std::cerr << "read '" << line << "' in place of 'hello'\n";
        return 1;
    }

    try {
        auto const second = u::socket_listen("127.0.0.1", port);
        std::cerr << "a port in use was bound again\n";
        return 1;
    } catch (u::address_in_use_error const& error) {
        std::cout << "usocket " << u::version << ": " << error.what() << '\n';
    }
}
