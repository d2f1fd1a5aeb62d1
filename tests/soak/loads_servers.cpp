// SPDX-License-Identifier: MIT
//
// Clients of servers that run for long, and servers that start and stop.
#include <array>
#include <vector>

#include "load.hpp"

namespace soak {
namespace {

void talk(hand& with, served const& to) {
    if (to.datagrams) {
        auto socket = u::socket_connect(to.place, u::protocol::datagram, {.read_timeout = patience});
        std::string buffer(2000, '\0');
        for (int i = 0; i < 5; ++i) {
            std::string const text = with.octets(1400);
            u::socket_send(socket, text);
            check(u::socket_receive(socket, buffer).text() == text, "the datagram back");
        }
        return;
    }
    auto socket =
        u::socket_connect(to.place, {.connect_timeout = patience, .read_timeout = patience, .write_timeout = patience});
    for (int i = 0; i < 5; ++i) {
        std::string const text = with.octets(10000);
        socket.stream().write(text.data(), static_cast<std::streamsize>(text.size())).flush();
        std::string got(text.size(), '\0');
        u::read_exactly(socket.stream(), got);
        check(got == text, "what was sent, back");
    }
    if (with.below(4) == 0) {
        u::set_socket_option(socket, u::option::receive_buffer_size, std::size_t{65536});
        u::socket_shutdown(socket, u::direction::output);
        std::array<char, 8> rest{};
        check(u::socket_receive(socket, rest).size == 0, "the end of the stream");
    }
}

void clients(hand& with) { talk(with, with.servers[with.below(with.servers.size())]); }

void starts_and_stops(hand& with) {
    served one = serve_in_way(with.below(ways_of_serving()), with.path());
    for (int i = 0; i < 3; ++i)
        talk(with, one);
    u::stream_usocket idle;
    if (!one.datagrams && with.coin())
        idle = u::socket_connect(one.place, {.read_timeout = patience});
    auto const report = one.server.stop({.drain = with.coin() ? 0ms : 1ms});
    check(report.complete, "the server has stopped");
    auto const& counts = report.counters;
    check(one.datagrams || counts.accepted == counts.served + counts.failed + counts.cancelled + counts.refused,
          "each connection is accounted for");
    if (idle.is_open()) {
        std::array<char, 8> rest{};
        std::error_code ec;
        check(u::socket_receive(idle, rest, ec).size == 0 && ec != u::errc::timeout, "the stop ends idle clients");
    }
}

constexpr std::array all_loads{
    load{"clients of servers", clients},
    load{"servers started, stopped", starts_and_stops},
};

} // namespace

std::span<load const> server_loads() { return all_loads; }

} // namespace soak
