// SPDX-License-Identifier: MIT
//
// Fetches a page over plain HTTP/1.0 and writes its body to the standard output. Ten seconds for everything.
//
//     http_get HOST PORT PATH
#include <iostream>
#include <string>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

int fetch(std::string const& host, char const* port, std::string const& path) {
    u::cancel_scope const limit{10s}; // looking the name up, connecting, writing and reading together

    auto socket = u::socket_connect(host, port);
    u::socket_stream& stream = socket.stream();
    stream.exceptions(std::ios::badbit); // failures raise usocket's conditions; the end of the stream is none
    stream << "GET " << path << " HTTP/1.0\r\nHost: " << host << "\r\n\r\n";

    // Lines are limited: a server that never ends one cannot fill our memory.
    u::read_line_options const header_line{.limit = 8192, .strip_carriage_return = true};
    std::string status;
    if (!u::read_line(stream, status, header_line) || !status.starts_with("HTTP/"))
        throw std::runtime_error("this is no HTTP server");
    for (std::string line; u::read_line(stream, line, header_line) && !line.empty();)
        std::clog << line << '\n';

    std::cout << stream.rdbuf() << std::flush;
    std::clog << status << '\n';
    return status.find(" 200 ") != status.npos ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: http_get HOST PORT PATH\n";
        return 2;
    }
    try {
        return fetch(argv[1], argv[2], argv[3]);
    } catch (std::exception const& failure) {
        std::cerr << "http_get: " << failure.what() << '\n';
        return 1;
    }
}
