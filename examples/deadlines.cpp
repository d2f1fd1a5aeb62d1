// SPDX-License-Identifier: MIT
//
// One limit for many operations, and how to stop them from another thread. The peer of each is a listener that nobody
// serves, so that nothing ever answers.
#include <iostream>
#include <string>
#include <thread>

#include <usocket/stop_token.hpp>
#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// A deadline over a whole conversation: connecting takes a part of it, writing another, and reading what is left.
void one_deadline_for_all(std::uint16_t port) {
    u::cancel_scope const limit{100ms};
    try {
        auto socket = u::socket_connect("127.0.0.1", port);
        socket.stream() << "is anybody there?\n";
        std::string answer;
        u::read_line(socket.stream(), answer);
    } catch (u::deadline_timeout_error const& failure) {
        std::cout << "deadline: " << failure.operation() << " gave up\n";
    }
}

/// A timeout is of one operation, a deadline of all: the inner one may be longer and does not get more time.
void the_earliest_wins(std::uint16_t port) {
    u::cancel_scope const outer{50ms};
    u::cancel_scope const inner{1h};
    auto socket = u::socket_connect("127.0.0.1", port, {.read_timeout = 1min});
    std::error_code ec;
    u::read_some(socket.stream(), std::string(1, '\0'), ec);
    std::cout << "nested: " << u::describe(u::classify(ec)) << '\n';
    std::cout << "nested: which is also a timeout: " << std::boolalpha << (ec == u::errc::timeout) << '\n';
}

/// Writing blocks when the peer does not read. What went out before the limit is reported.
void writing_too(std::uint16_t port) {
    auto socket = u::socket_connect("127.0.0.1", port);
    std::string const much(64 * 1024 * 1024, 'x');
    u::cancel_scope const limit{50ms};
    try {
        u::socket_send(socket, much);
    } catch (u::deadline_timeout_error const& failure) {
        bool const some = failure.bytes_transferred() > 0 && failure.bytes_transferred() < much.size();
        std::cout << "writing: stopped midway: " << some << '\n';
    }
}

/// Any thread may cancel, or move the deadline.
void from_another_thread(u::stream_server_usocket& listener) {
    u::cancel_scope scope;
    std::jthread const canceller([&scope] { scope.cancel(); });
    try {
        for (;;)
            (void)u::socket_accept(listener);
    } catch (u::interrupted_condition const& stop) {
        std::cout << "cancelled: " << stop.operation() << '\n';
    }
}

/// A std::jthread's stop token ends what blocks on that thread.
void by_a_stop_token() {
    std::string how = "not at all";
    {
        std::jthread const reader([&how](std::stop_token token) {
            auto socket = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
            u::cancel_scope const scope{token};
            std::error_code ec;
            (void)u::socket_receive(socket, {}, ec);
            how = u::describe(u::classify(ec));
        });
    } // asks it to stop, and waits until it has
    std::cout << "stop token: " << how << '\n';
}

} // namespace

int main() {
    try {
        auto listener = u::socket_listen("127.0.0.1", u::auto_port);
        auto const port = u::get_local_port(listener);
        one_deadline_for_all(port);
        the_earliest_wins(port);
        writing_too(port);
        auto idle = u::socket_listen("127.0.0.1", u::auto_port);
        from_another_thread(idle);
        by_a_stop_token();
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "deadlines: " << failure.what() << '\n';
        return 1;
    }
}

// Output:
// deadline: read_line gave up
// nested: deadline passed
// nested: which is also a timeout: true
// writing: stopped midway: true
// cancelled: socket_accept
// stop token: cancelled
