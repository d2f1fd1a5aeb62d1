// SPDX-License-Identifier: MIT
//
// Sockets within one machine: a pair, a path in the file system, and one of Linux's abstract names.
#include <filesystem>
#include <iostream>
#include <string>

#include <unistd.h>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// Connects to `where`, says something, and returns what the other end has read. One thread can do both ends: what was
/// sent waits until it is read.
std::string send_through(u::stream_server_usocket& listener, u::endpoint const& where, std::string const& text) {
    auto client = u::socket_connect(where);
    auto server = u::socket_accept(listener, {.timeout = 10s});
    client.stream() << text << '\n' << std::flush;
    std::string line;
    u::read_line(server.stream(), line);
    return line;
}

void pair() {
    auto [ours, theirs] = u::make_socket_pair();
    ours.stream() << "through a pair\n" << std::flush;
    std::string line;
    u::read_line(theirs.stream(), line);
    std::cout << line << '\n';
}

void path() {
    auto const folder = std::filesystem::temp_directory_path() / ("usocket_example_" + std::to_string(getpid()));
    std::filesystem::create_directory(folder);
    auto const where = u::endpoint::local_path((folder / "socket").string());
    {
        auto listener = u::socket_listen(where, {.mode = 0600}); // for us alone
        std::cout << send_through(listener, where, "through a path") << '\n';
    }
    std::cout << "left behind: " << std::filesystem::remove_all(folder) - 1 << '\n'; // all but the folder
    try {
        (void)u::socket_connect(where);
    } catch (u::address_not_available_error const&) {
        std::cout << "nobody is there any more\n";
    }
}

void abstract_name() {
    auto const where = u::endpoint::local_abstract("usocket_example_" + std::to_string(getpid()));
    try {
        auto listener = u::socket_listen(where);
        std::cout << send_through(listener, where, "through an abstract name") << '\n';
    } catch (u::unsupported const&) {
        std::cout << "through an abstract name\n"; // which only Linux has
    }
}

void datagrams() {
    auto [ours, theirs] = u::make_datagram_pair();
    u::socket_send(ours, "one");
    u::socket_send(ours, "");
    u::socket_send(ours, "three");
    for (int count = 0; count < 3; ++count)
        std::cout << "datagram: \"" << u::socket_receive(theirs).buffer << "\"\n";
}

} // namespace

int main() {
    try {
        pair();
        path();
        abstract_name();
        datagrams();
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "local_sockets: " << failure.what() << '\n';
        return 1;
    }
}

// Output:
// through a pair
// through a path
// left behind: 0
// nobody is there any more
// through an abstract name
// datagram: "one"
// datagram: ""
// datagram: "three"
