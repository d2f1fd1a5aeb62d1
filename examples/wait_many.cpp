// SPDX-License-Identifier: MIT
//
// A room to talk in: every line that one guest sends goes to all the others. One thread and one wait list.
//
//     wait_many [PORT [GUESTS]]
//
// It shows how many sockets share a thread: wait until some have input, and take the lines that have come without
// waiting for more; what has come of an unfinished line stays in the stream. With GUESTS it ends after so many have
// come and gone.
#include <iostream>
#include <list>
#include <string>
#include <string_view>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

class room {
public:
    explicit room(u::stream_server_usocket& listener) : listener_(listener) { u::add_waiter(everybody_, listener_); }

    /// Returns when so many guests have come and gone; never when that is zero.
    void run(unsigned long guests) {
        for (unsigned long gone = 0; guests == 0 || gone < guests;) {
            for (u::usocket* const ready : u::wait_for_input(everybody_, {.ready_only = true}).sockets) {
                if (ready == &listener_)
                    let_in();
                else if (ready->is_open())
                    listen_to(static_cast<u::stream_usocket&>(*ready));
            }
            gone += std::erase_if(guests_, [](auto const& each) { return !each.is_open(); });
        }
    }

private:
    void let_in() {
        std::string const welcome = "others here: " + std::to_string(guests_.size()) + '\n';
        u::stream_usocket& newcomer = guests_.emplace_back(u::socket_accept(listener_));
        u::set_socket_option(newcomer, u::option::receive_timeout, 0s); // reading takes what is there
        u::add_waiter(everybody_, newcomer);
        send(newcomer, welcome);
    }

    void listen_to(u::stream_usocket& speaker) {
        std::error_code ec;
        std::string line;
        while (u::read_line(speaker.stream(), line, {.limit = 1000}, ec))
            tell_others(speaker, line + '\n');
        if (ec != u::errc::timeout) // the end, or a failure, or a line that is too long
            close(speaker);
    }

    void tell_others(u::stream_usocket const& speaker, std::string_view line) {
        for (u::stream_usocket& each : guests_) {
            if (&each != &speaker && each.is_open())
                send(each, line);
        }
    }

    static void send(u::stream_usocket& to, std::string_view line) {
        std::error_code ec;
        u::socket_send(to, line, {.timeout = 100ms}, ec);
        if (ec) // gone, or too slow: nobody makes the others wait
            close(to);
    }

    static void close(u::stream_usocket& one) {
        std::error_code ignored;
        u::socket_close(one, ignored);
    }

    u::stream_server_usocket& listener_;
    u::wait_list everybody_{};
    std::list<u::stream_usocket> guests_{}; // a list, because its elements stay where they are
};

} // namespace

int main(int argc, char** argv) {
    try {
        auto listener = u::socket_listen("127.0.0.1", argc > 1 ? argv[1] : "0", {.backlog = 100});
        std::cout << "listening on " << u::get_local_endpoint(listener) << std::endl;
        room(listener).run(argc > 2 ? std::stoul(argv[2]) : 0);
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "wait_many: " << failure.what() << '\n';
        return 1;
    }
}
