// SPDX-License-Identifier: MIT
//
// Servers over a bad link, and their stop while clients are out of reach.
#include <usocket/server.hpp>

#include "chaos/scenario.hpp"

namespace chaos {
namespace {

u::server serve_far(link const& wire, auto&& handler, u::server_options options) {
    u::server made;
    options.in_new_thread = true;
    wire.far().in([&] { made = u::socket_server(wire.far_address(), u::auto_port, handler, options); });
    return made;
}

u::server_options threads_or_pool(chance& random) {
    u::server_options options;
    if (random.happens(500))
        options.pool = u::server_pool{.threads = 12};
    else
        options.multi_threading = true;
    return options;
}

/// Sends back all of each client.
void echo(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    auto server = serve_far(wire, u::echo_tcp_handler, threads_or_pool(random));
    std::vector<std::jthread> clients;
    for (std::uint64_t i = 0; i < 8; ++i) {
        clients.push_back(start_thread([&wire, port = server.port(), content = seed * 100 + i,
                                        size = random.between(1, 100'000)] {
            auto socket =
                u::socket_connect(wire.far_address(), port,
                                  {.connect_timeout = patience, .read_timeout = patience, .write_timeout = patience});
            auto const sender = start_thread([&] {
                send_content(socket, content, size);
                u::socket_shutdown(socket, u::direction::output);
            });
            require(receive_content(socket, content) == size, "a server sent back less than it got, and ended cleanly");
        }));
    }
    clients.clear();
    auto const report = server.stop({.drain = patience});
    require(report.complete && report.counters.served == 8 && report.counters.active == 0, "eight were served");
    require(report.counters.failed == 0 && report.counters.cancelled == 0, "a handler failed");
}

/// A stop while clients are out of reach, that send and read nothing: it takes as long as it may, and no longer.
void stop(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set({.loss = 10, .delay = std::chrono::microseconds(random.between(0, 4000))});
    std::atomic<int> blocked = 0;
    std::atomic<int> cancelled = 0;
    auto const handler = [&](u::socket_stream& stream) {
        std::string line;
        std::string const much(200'000, 'x');
        u::read_line(stream, line);
        try {
            ++blocked;
            if (line == "read")
                u::read_line(stream, line);
            for (;;) {
                stream << much << std::flush;
                if (!stream && stream.condition() == u::errc::interrupted)
                    ++cancelled;
                if (!stream)
                    return;
            }
        } catch (u::interrupted_condition const&) {
            ++cancelled;
            throw;
        }
    };
    auto server = serve_far(wire, handler, threads_or_pool(random));
    std::vector<u::stream_usocket> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(u::socket_connect(wire.far_address(), server.port(), {.connect_timeout = patience}));
        clients.back().stream() << (random.happens(500) ? "read\n" : "write\n") << std::flush;
    }
    auto const until = steady::now() + patience;
    while (blocked != 10 && steady::now() < until)
        std::this_thread::sleep_for(1ms);
    require(blocked == 10, "all clients are served");
    wire.black_hole(true);
    std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 100)));

    std::chrono::milliseconds const drain(random.between(0, 300));
    stopwatch const watch;
    auto const report = server.stop({.drain = drain});
    watch.timed_out_after(drain, "a stop while clients are out of reach");
    require(report.complete, "a stop that came back before its end");
    require(report.counters.active == 0 && report.counters.accepted == 10, "a stop's counts");
    require(cancelled == 10, "a handler was not told");
}

/// Idle clients are ended in time, though they cannot be told.
void idle(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set({.delay = std::chrono::microseconds(random.between(0, 4000))});
    std::chrono::milliseconds const limit(random.between(50, 200));
    std::atomic<int> ended = 0;
    auto options = threads_or_pool(random);
    bool const is_idle = random.happens(500);
    (is_idle ? options.limits.idle_timeout : options.limits.connection_deadline) = limit;
    options.on_finished = [&](u::connection_summary const& summary) {
        require(summary.reason == (is_idle ? u::finish_reason::idle : u::finish_reason::deadline), "why it ended");
        ++ended;
    };
    auto server = serve_far(wire, u::echo_tcp_handler, options);
    std::vector<u::stream_usocket> clients;
    for (int i = 0; i < 5; ++i)
        clients.push_back(u::socket_connect(wire.far_address(), server.port(), {.connect_timeout = patience}));
    auto const until = steady::now() + patience;
    while (server.counters().accepted != 5 && steady::now() < until)
        std::this_thread::sleep_for(1ms);
    stopwatch const watch;
    wire.black_hole(true);
    while (ended != 5) {
        watch.ended_within(limit * 5 / 4, "a limit of connections");
        std::this_thread::sleep_for(1ms);
    }
    server.stop();
}

/// Datagrams are served, each by itself.
void datagrams(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    u::server_options options{.protocol = u::protocol::datagram};
    options.collect_replies = random.happens(500);
    auto server = serve_far(wire, u::default_udp_handler, options);
    auto socket = u::socket_connect(u::endpoint(wire.far_address(), server.port()), u::protocol::datagram);
    datagram_content content(seed);
    std::vector<char> buffer(70'000);
    for (std::uint64_t i = 0; i < 200; ++i) {
        auto const one = content.make(i, random.between(0, random.happens(100) ? 5000 : 1000));
        u::socket_send(socket, one);
        std::error_code ec;
        auto const got =
            u::socket_receive(socket, buffer, {.timeout = std::chrono::milliseconds(i % 10 == 9 ? 50 : 0)}, ec);
        if (!ec)
            content.check(got.buffer, got.size, 4); // either way
        else
            require_one_of(ec, {u::errc::timeout}, "an answer");
    }
    require(content.came() > 10, "hardly an answer came");
    wire.black_hole(true);
    stopwatch const watch;
    server.stop({.drain = patience});
    watch.ended_within(0ms, "a stop of a server that has nothing to do");
}

constexpr scenario table[] = {
    {"server_echo", echo},
    {"server_stop", stop},
    {"server_limits", idle},
    {"server_datagrams", datagrams},
};

} // namespace

std::span<scenario const> server_scenarios() { return table; }

} // namespace chaos
