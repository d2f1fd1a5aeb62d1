// SPDX-License-Identifier: MIT
//
// The two worked examples of the original usocket's documentation, in C++ and with a real netcat at the other end: a
// TCP connection and a UDP socket, "hello" one way and "world" the other.
//
// It prints both sides of the session, beginning with the code itself, and fails if an octet is not as it should be.
#include <array>
#include <cstddef>
#include <exception>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include <usocket/usocket.hpp>

#include "support/netcat.hpp"
#include "support/transcript.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// The four values that the original's socket-receive returns, as Lisp's prompt lists them.
std::string listed(std::span<std::byte const> buffer, std::size_t size, u::ip_address const& host, unsigned port) {
    std::ostringstream values;
    values << std::string_view(reinterpret_cast<char const*>(buffer.data()), buffer.size()) << ", " << size << ", "
           << host << ", " << port;
    return values.str();
}

void tcp(transcript& page) {
    netcat terminal(netcat::protocol::tcp);
    auto const port = terminal.port();
    page.begin("Example 1: TCP", {"$ " + terminal.command(), terminal.greeting()});
    page.code_begins();

    auto socket = u::socket_connect("localhost", port);
    auto const connected = page.beside(terminal.next_line());

    u::socket_stream& stream = socket.stream();
    stream << "hello" << std::flush;
    auto const hello = page.beside(terminal.next_octets(5));
    page.beside(hello + terminal.type("world"), "   (\"world\" typed there, and Ctrl-D)");

    u::wait_for_input(socket);
    std::string answer;
    for (char c; u::listen(stream) && stream.get(c);)
        answer += c;
    page.result(answer);

    auto const us = u::get_local_endpoint(socket);
    page.expect("netcat's line", "Connection received on 127.0.0.1 " + std::to_string(us.port()), connected);
    page.expect("what netcat got", "hello", hello);
    page.expect("what came back", "world", answer);
}

void udp(transcript& page) {
    netcat terminal(netcat::protocol::udp);
    auto const port = terminal.port();
    page.begin("Example 2: UDP", {"$ " + terminal.command(), terminal.greeting()});
    page.code_begins();

    auto socket = u::socket_connect("127.0.0.1", port, u::protocol::datagram);
    u::socket_send(socket, "hello");
    auto const connected = page.beside(terminal.next_line());
    auto const hello = page.beside(terminal.next_octets(5));
    page.beside(hello + terminal.type("world"), "   (\"world\" typed there, and Ctrl-D)");

    std::array<char, 10> room{};
    auto const [buffer, size, host, from] = u::socket_receive(socket, room);
    auto const values = page.result(listed(buffer, size, host, from));

    auto const us = u::get_local_endpoint(socket);
    page.expect("netcat's line", "Connection received on 127.0.0.1 " + std::to_string(us.port()), connected);
    page.expect("what netcat got", "hello", hello);
    page.expect("what came back", "world, 5, 127.0.0.1, " + std::to_string(port), values);
    page.expect("the room behind it", std::string(5, '\0'), std::string_view(room.data() + 5, 5));
}

} // namespace

int main() {
    try {
        u::cancel_scope const limit{10s}; // for all that follows, waiting for netcat included
        transcript page(NETCAT_DEMO_SOURCE);
        tcp(page);
        udp(page);
        std::cout << (page.as_expected() ? "\nEvery octet is as it should be.\n" : "\nSomething went wrong.\n");
        return page.as_expected() ? 0 : 1;
    } catch (std::exception const& failure) {
        std::cerr << "netcat_demo: " << failure.what() << '\n';
        return 1;
    }
}
