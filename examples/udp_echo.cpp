// SPDX-License-Identifier: MIT
//
// Sends each datagram back to where it came from; and a client for it, which shows what it does when no answer comes.
//
//     udp_echo serve [PORT [DATAGRAMS]]
//     udp_echo ask HOST PORT TEXT
#include <array>
#include <cstddef>
#include <iostream>
#include <string>
#include <string_view>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

void serve(char const* port, unsigned long datagrams) {
    auto socket = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1", .local_port = port});
    std::cout << "bound to " << u::get_local_endpoint(socket) << std::endl;

    std::array<std::byte, u::max_datagram_packet_size> room;
    for (unsigned long count = 0; datagrams == 0 || count < datagrams; ++count) {
        u::endpoint sender;
        auto const received = u::socket_receive(socket, room, {.source = &sender});
        u::socket_send_to(socket, received.buffer, sender);
    }
}

/// Datagrams can be lost on the way, so that whoever waits for one must be ready to ask again.
int ask(char const* host, char const* port, std::string_view text) {
    auto socket = u::socket_connect(host, port, u::protocol::datagram, {.read_timeout = 1s});
    for (int attempt = 1; attempt <= 5; ++attempt) {
        u::socket_send(socket, text);
        std::error_code ec;
        auto const [answer, size, from, from_port] = u::socket_receive(socket, {}, ec);
        if (!ec) {
            std::cout << from << ':' << from_port << " answers with " << size << " octets: " << answer << '\n';
            return 0;
        }
        if (ec != u::errc::timeout) // such as a host that says that nobody is there
            throw std::system_error(ec, "no answer");
        std::cout << "no answer to attempt " << attempt << '\n';
    }
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    std::string_view const command = argc > 1 ? argv[1] : "";
    try {
        if (command == "serve" && argc <= 4) {
            serve(argc > 2 ? argv[2] : "0", argc > 3 ? std::stoul(argv[3]) : 0);
            return 0;
        }
        if (command == "ask" && argc == 5)
            return ask(argv[2], argv[3], argv[4]);
        std::cerr << "usage: udp_echo serve [PORT [DATAGRAMS]]\n       udp_echo ask HOST PORT TEXT\n";
        return 2;
    } catch (std::exception const& failure) {
        std::cerr << "udp_echo: " << failure.what() << '\n';
        return 1;
    }
}
