// SPDX-License-Identifier: MIT
//
// An interface that goes down and comes up again: connections and waits outlive it.
#include "chaos/scenario.hpp"

namespace chaos {
namespace {

network const& some_side(link const& wire, chance& random) { return random.happens(500) ? wire.near() : wire.far(); }

void stream(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    auto both = connect(wire);
    auto const threads = exchange(both, seed, random.between(200'000, 400'000));
    for (int i = 0; i < 3; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 30)));
        auto const& where = some_side(wire, random);
        wire.interface_down(where);
        std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 150)));
        wire.interface_up(where);
    }
}

/// A wait in which the interface goes and comes.
void wait(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set({.loss = 20, .delay = std::chrono::microseconds(random.between(0, 4000))});
    auto both = connect(wire);
    auto const& where = some_side(wire, random);
    for (auto const which : {u::backend::select, u::backend::poll, u::backend::epoll, u::backend::io_uring}) {
        if (!u::supports(which))
            continue;
        auto list = u::make_wait_list({&both.near}, {.backend = which});
        {
            auto const interruption = start_thread([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 20)));
                wire.interface_down(where);
                std::this_thread::sleep_for(20ms);
                wire.interface_up(where);
            });
            stopwatch const watch;
            auto const none = u::wait_for_input(list, {.timeout = 60ms, .ready_only = true});
            watch.timed_out_after(60ms, "a wait while the interface went");
            require(none.sockets.empty(), "ready, though nothing came");
        }
        u::socket_send(both.far, "x");
        require(u::wait_for_input(list, {.timeout = patience, .ready_only = true}).sockets.size() == 1, "input");
        char octet = 0;
        require(u::socket_receive(both.near, {&octet, 1}, {.timeout = 0ms}).text() == "x", "what was sent");
    }
}

void datagrams(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set({.delay = std::chrono::microseconds(random.between(0, 4000))});
    auto pair = make_datagram_pair(wire);
    u::datagram_usocket unconnected = u::socket_connect(u::protocol::datagram, {.local_host = u::wildcard_host});
    char buffer[100];
    for (int i = 0; i < 3; ++i) {
        wire.interface_down(wire.near());
        for (int connected = 0; connected < 2; ++connected) {
            std::error_code ec;
            std::size_t const sent = connected != 0
                                         ? u::socket_send(pair.near, "down", ec)
                                         : u::socket_send(unconnected, "down", {.destination = &pair.far_end}, ec);
            require(sent == 0, "a datagram was sent by an interface that is down");
            require_one_of(ec, {u::errc::network_unreachable, u::errc::network_down, u::errc::host_unreachable},
                           "sending while the interface is down");
            std::vector<u::outgoing_datagram> some(5, {.data = "equal", .destination = &pair.far_end});
            auto const result = u::socket_send_batch(connected != 0 ? pair.near : unconnected, some, {}, ec);
            require(result.sent() == 0, "a batch was sent by an interface that is down");
        }
        stopwatch const watch;
        std::error_code ec;
        static_cast<void>(u::socket_receive(pair.near, buffer, {.timeout = 30ms}, ec));
        require_one_of(ec, {u::errc::timeout}, "receiving while the interface is down");
        watch.timed_out_after(30ms, "receiving while the interface is down");
        wire.interface_up(wire.near());
        u::socket_send(pair.near, "up");
        require(u::socket_receive(pair.far, buffer, {.timeout = patience}).text() == "up", "a datagram after it");
        u::socket_send(unconnected, "up too", {.destination = &pair.far_end});
        require(u::socket_receive(pair.far, buffer, {.timeout = patience}).text() == "up too", "a datagram after it");
    }
}

constexpr scenario table[] = {
    {"interface_stream", stream},
    {"interface_wait", wait},
    {"interface_datagrams", datagrams},
};

} // namespace

std::span<scenario const> interface_scenarios() { return table; }

} // namespace chaos
