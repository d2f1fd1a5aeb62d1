// SPDX-License-Identifier: MIT
//
// Sends back to its clients what they send. Any number of clients, one thread.
//
//     echo_server [PORT [CLIENTS]]
//
// Without a port it takes a free one, and says which. With CLIENTS it ends after so many have come and gone.
#include <array>
#include <cstddef>
#include <iostream>
#include <list>
#include <string>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// Echoes what has come. False when the client is done, or gone.
bool echo(u::stream_usocket& client) {
    std::array<std::byte, 16384> room;
    std::error_code ec;
    auto const received = u::socket_receive(client, room, {}, ec);
    if (ec || received.size == 0)
        return false;
    // A client that takes nothing for a second must not keep the others waiting for longer.
    u::socket_send(client, received.buffer, {.timeout = 1s}, ec);
    return !ec;
}

void serve(u::stream_server_usocket& listener, std::size_t clients_to_serve) {
    std::list<u::stream_usocket> clients; // a list, because its elements stay where they are
    auto everybody = u::make_wait_list({&listener});

    for (std::size_t served = 0; clients_to_serve == 0 || served < clients_to_serve;) {
        for (u::usocket* const ready : u::wait_for_input(everybody, {.ready_only = true}).sockets) {
            if (ready == &listener) {
                u::add_waiter(everybody, clients.emplace_back(u::socket_accept(listener)));
            } else if (!echo(static_cast<u::stream_usocket&>(*ready))) {
                std::error_code ignored; // the client is gone, and whether it heard of us closing is its own affair
                u::socket_close(*ready, ignored);
                ++served;
            }
        }
        std::erase_if(clients, [](u::stream_usocket const& client) { return !client.is_open(); });
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        auto listener = u::socket_listen("127.0.0.1", argc > 1 ? argv[1] : "0");
        std::cout << "listening on " << u::get_local_endpoint(listener) << std::endl;
        serve(listener, argc > 2 ? std::stoul(argv[2]) : 0);
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "echo_server: " << failure.what() << '\n';
        return 1;
    }
}
