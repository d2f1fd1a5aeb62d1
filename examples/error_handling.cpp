// SPDX-License-Identifier: MIT
//
// What can be done when something fails: catch a class, look at a code, learn the details, or say what to try instead.
#include <iostream>
#include <string>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// Catch what you can do something about, and let the rest pass to whoever can.
void by_class(u::stream_server_usocket const& listener) {
    try {
        auto second = u::socket_listen("127.0.0.1", u::get_local_port(listener));
    } catch (u::address_in_use_error const& failure) {
        std::cout << "class: " << failure.operation() << ", " << u::describe(u::classify(failure.code())) << '\n';
    }
}

/// The form with an error code never throws. Codes compare equal to usocket's values and to the standard's.
void by_code() {
    std::error_code ec;
    auto socket = u::socket_connect("127.0.0.1", 0, {}, ec);
    std::cout << "code: " << u::describe(u::classify(ec)) << ", open: " << std::boolalpha << socket.is_open() << '\n';
    std::cout << "code: both names: " << (ec == u::errc::invalid_argument && ec == std::errc::invalid_argument) << '\n';
}

/// A condition knows whom it was about and how far things had come.
void details(u::stream_server_usocket& listener) {
    auto client = u::socket_connect("127.0.0.1", u::get_local_port(listener));
    {
        auto server = u::socket_accept(listener, {.timeout = 10s});
        server.stream() << "four" << std::flush;
    } // closes it
    std::string answer(10, '\0');
    try {
        u::read_exactly(client.stream(), answer);
    } catch (u::end_of_stream_error const& failure) {
        std::cout << "details: " << failure.bytes_transferred()
                  << " octets came from the right peer: " << (failure.remote() == u::get_local_endpoint(listener))
                  << '\n';
    }
}

/// An iostream does not throw by itself: it stops, and the stream says why.
void streams(u::stream_server_usocket& listener) {
    auto client = u::socket_connect("127.0.0.1", u::get_local_port(listener), {.read_timeout = 20ms});
    auto server = u::socket_accept(listener, {.timeout = 10s});
    std::string word;
    if (!(client.stream() >> word))
        std::cout << "stream: " << u::describe(u::classify(client.stream().condition())) << '\n';

    client.stream().clear(); // a timeout is no harm: go on
    server.stream() << "better late than never\n" << std::flush;
    client.stream() >> word;
    std::cout << "stream: " << word << '\n';
}

/// The original's restarts: a function that is told of the failure decides what to try next.
void restarts(u::stream_server_usocket const& listener) {
    auto const try_elsewhere = [](u::condition const& failure) -> u::restart {
        std::cout << "restart: after " << u::describe(u::classify(failure.code())) << '\n';
        return u::use_other_host{"127.0.0.1"};
    };
    // A resolver that knows no name, in place of the system's.
    auto const knows_nobody = [](std::string_view) { return u::sequence<u::ip_address>(); };

    auto const port = u::get_local_port(listener);
    auto socket = u::socket_connect("somebody.invalid", port, {.on_failure = try_elsewhere, .resolver = knows_nobody});
    std::cout << "restart: connected: " << (u::get_peer_port(socket) == port) << '\n';
}

/// What a system lacks is never ignored, unless you say so.
void unsupported(u::stream_server_usocket& listener) {
    auto socket = u::socket_connect("127.0.0.1", u::get_local_port(listener));
    std::error_code ec;
    u::set_socket_option(socket, u::option::broadcast, true, ec); // a TCP socket has no such option
    std::cout << "unsupported: " << (ec == u::errc::unsupported) << '\n';

    u::set_warning_handler([](u::socket_warning const& warning) {
        std::cout << "unsupported: left undone: " << warning.feature() << '\n';
    });
    u::ignore_unsupported_warnings([&] { u::set_socket_option(socket, u::option::broadcast, true); });
}

} // namespace

int main() {
    try {
        auto listener = u::socket_listen("127.0.0.1", u::auto_port);
        by_class(listener);
        by_code();
        details(listener);
        streams(listener);
        restarts(listener);
        unsupported(listener);
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "error_handling: " << failure.what() << '\n';
        return 1;
    }
}

// Output:
// class: socket_listen, address in use
// code: invalid argument, open: false
// code: both names: true
// details: 4 octets came from the right peer: true
// stream: timed out
// stream: better
// restart: after host not found
// restart: connected: true
// unsupported: true
// unsupported: left undone: option broadcast
