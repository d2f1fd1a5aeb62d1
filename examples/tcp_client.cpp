// SPDX-License-Identifier: MIT
//
// Sends each line of the standard input to a server, and prints the line that the server answers.
//
//     tcp_client HOST PORT
#include <iostream>
#include <string>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: tcp_client HOST PORT\n";
        return 2;
    }
    try {
        auto socket = u::socket_connect(argv[1], argv[2], {.connect_timeout = 10s, .read_timeout = 30s});
        u::socket_stream& stream = socket.stream();
        for (std::string line; std::getline(std::cin, line);) {
            stream << line << '\n'; // goes out when we wait for the answer
            if (!u::read_line(stream, line)) {
                std::cerr << "tcp_client: the server has closed the connection\n";
                return 1;
            }
            std::cout << line << '\n';
        }
        u::socket_close(socket);
        return 0;
    } catch (u::condition const& failure) {
        std::cerr << "tcp_client: " << failure.what() << '\n';
        return 1;
    }
}
