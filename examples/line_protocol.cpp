// SPDX-License-Identifier: MIT
//
// A small protocol of lines, both sides of it: how to read lines with limits, how to go on after a timeout in the
// middle of a line, and how a line that is too long is noticed before it fills the memory.
//
//     HELLO name        -> welcome, name
//     ADD a b           -> a + b
//     QUIT              -> bye, and the connection ends
#include <iostream>
#include <sstream>
#include <string>
#include <thread>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

constexpr u::read_line_options line_options{.limit = 80, .strip_carriage_return = true};

std::string answer_to(std::string const& request) {
    std::istringstream words(request);
    std::string command;
    words >> command;
    if (std::string name; command == "HELLO" && words >> name)
        return "welcome, " + name;
    if (long a = 0, b = 0; command == "ADD" && words >> a >> b)
        return std::to_string(a + b);
    return command == "QUIT" ? "bye" : "what?";
}

/// Serves one client until it quits, or ends its side, or breaks the rules.
void serve(u::stream_usocket& client) {
    u::socket_stream& stream = client.stream();
    try {
        for (std::string line; u::read_line(stream, line, line_options);) {
            stream << answer_to(line) << '\n' << std::flush;
            if (line == "QUIT")
                return;
        }
    } catch (u::line_too_long_error const&) {
        stream << "too long\n";
    }
}

void serve_two(u::stream_server_usocket& listener) {
    try {
        u::cancel_scope const limit{10s};
        for (int clients = 0; clients < 2; ++clients)
            u::with_accepted_connection(listener, [](u::stream_usocket& client, u::socket_stream&) { serve(client); });
    } catch (u::condition const& failure) {
        std::cerr << "line_protocol, the server: " << failure.what() << '\n';
    }
}

/// A conversation. Each request goes out when its answer is waited for.
void talk(std::uint16_t port) {
    u::with_client_socket("127.0.0.1", port, [](auto&, u::socket_stream& stream) {
        std::string line;
        for (auto const* request : {"HELLO world", "ADD 40 2", "SING", "QUIT"}) {
            stream << request << "\r\n";
            u::read_line(stream, line);
            std::cout << request << " -> " << line << '\n';
        }
        std::cout << "after QUIT -> " << (u::read_line(stream, line) ? line : "the end") << '\n';
    });
}

void send_a_line_without_end(std::uint16_t port) {
    u::with_client_socket("127.0.0.1", port, [](auto&, u::socket_stream& stream) {
        stream << std::string(1000, 'x') << std::flush;
        std::string line;
        u::read_line(stream, line);
        std::cout << "1000 octets -> " << line << '\n';
    });
}

/// A timeout in the middle of a line loses nothing: what has come stays in the stream for the next call.
void read_a_line_in_two_parts() {
    auto [ours, theirs] = u::make_socket_pair();
    u::set_socket_option(ours, u::option::receive_timeout, 10ms);

    theirs.stream() << "first half, " << std::flush;
    std::string line;
    std::error_code ec;
    bool complete = u::read_line(ours.stream(), line, line_options, ec);
    std::cout << "half a line -> " << std::boolalpha << complete << ", " << u::describe(u::classify(ec)) << '\n';

    theirs.stream() << "second half\n" << std::flush;
    complete = u::read_line(ours.stream(), line, line_options, ec);
    std::cout << "the rest -> " << complete << ", " << line << '\n';
}

} // namespace

int main() {
    try {
        auto listener = u::socket_listen("127.0.0.1", u::auto_port);
        std::jthread const server([&listener] { serve_two(listener); });
        auto const port = u::get_local_port(listener);
        u::cancel_scope const limit{10s};

        talk(port);
        send_a_line_without_end(port);
        read_a_line_in_two_parts();
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "line_protocol: " << failure.what() << '\n';
        return 1;
    }
}

// Output:
// HELLO world -> welcome, world
// ADD 40 2 -> 42
// SING -> what?
// QUIT -> bye
// after QUIT -> the end
// 1000 octets -> too long
// half a line -> false, timed out
// the rest -> true, first half, second half
