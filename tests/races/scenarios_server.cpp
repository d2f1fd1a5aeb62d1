// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <string>

#include <usocket/server.hpp>

#include "races/round.hpp"

/// Stopping a server against what it is doing: accepting, starting a handler, ending one.
namespace races {
namespace {

using u::errc;

u::server_options any_options(chance& random) {
    u::server_options options{.in_new_thread = true};
    switch (random.below(4)) {
    case 0:
        break; // in turn
    case 1:
        options.pool = u::server_pool{.threads = 2, .queue = random.below(3)};
        break;
    default:
        options.multi_threading = true;
    }
    if (random.one_in(4))
        options.limits.max_connections = 1 + random.below(3);
    if (random.one_in(4))
        options.limits.idle_timeout = 60s;
    if (random.one_in(2))
        options.drain = std::chrono::milliseconds(random.below(3));
    return options;
}

/// Asks one thing: the answer is all of it, or the connection ends.
void ask(std::uint16_t port, chance& random) {
    std::error_code ec;
    auto client = u::socket_connect("127.0.0.1", port, {}, ec);
    if (ec) {
        require_outcome(ec, {errc::connection_refused, errc::connection_reset, errc::connection_aborted}, "a connect");
        return;
    }
    pause(random);
    u::socket_send(client, "ping\n", {}, ec);
    std::string answer;
    std::array<std::byte, 10> buffer;
    while (!ec && answer.size() < 5) {
        auto const got = u::socket_receive(client, buffer, {}, ec);
        if (got.size == 0)
            break;
        answer.append(got.text());
    }
    if (ec)
        require_outcome(ec, {errc::connection_reset, errc::connection_aborted}, "a client's call");
    require(std::string_view("ping\n").starts_with(answer), "not the answer");
    if (random.one_in(3))
        pause(random); // and leaves the handler waiting for more
}

void require_balance(u::server_report const& report) {
    auto const& made = report.counters;
    require(report.complete, "a stop that was not complete");
    require(made.active == 0, "active connections after the stop");
    require(made.accepted == made.refused + made.served + made.failed + made.cancelled,
            "a connection is not accounted for");
}

/// The handler's calls, which a stop may end.
struct service {
    std::atomic<int> inside{0};
    std::atomic<bool> stops{false}; ///< A handler is to stop the server.

    void serve(u::stream_usocket& socket) {
        inside.fetch_add(1);
        struct leaving {
            std::atomic<int>& count;
            ~leaving() { count.fetch_sub(1); }
        } const on_leave{inside};
        std::array<std::byte, 10> buffer;
        for (;;) {
            auto const got = u::socket_receive(socket, buffer);
            if (got.size == 0)
                return;
            if (stops.exchange(false))
                require(u::stop_server(), "a handler cannot stop its server");
            u::socket_send(socket, u::octet_span(got.buffer));
        }
    }
};

u::server start(chance& random, service& handler) {
    return u::socket_server(
        "127.0.0.1", 0, [&handler](u::stream_usocket& socket) { handler.serve(socket); }, any_options(random));
}

template <class Stop>
void stopped(chance& random, Stop stop) {
    service handler;
    auto server = start(random, handler);
    auto const port = server.port();
    auto first = random.fork();
    auto second = random.fork();
    auto other = random.fork();
    auto const clients = [&](chance& own) {
        for (auto left = 1 + own.below(3); left != 0; --left)
            ask(port, own);
    };
    together({
        [&] { clients(first); },
        [&] { clients(second); },
        [&] {
            pause(other);
            pause(other);
            stop(server, handler, other);
        },
    });
    require(handler.inside.load() == 0, "a handler outlives its server");
}

u::stop_options any_stop(chance& random) {
    if (random.one_in(2))
        return {};
    return {.drain = u::time_limit(std::chrono::microseconds(random.below(2000)))};
}

void server_stop(chance& random) {
    stopped(random, [](u::server& server, service&, chance& own) {
        require_balance(server.stop(any_stop(own)));
        require(!server.running(), "running after a stop");
    });
}

void server_double_stop(chance& random) {
    stopped(random, [](u::server& server, service&, chance& own) {
        auto first = own.fork();
        auto second = own.fork();
        auto third = own.fork();
        auto const stop = [&](chance& one) {
            pause(one);
            require_balance(server.stop(any_stop(one)));
        };
        together({[&] { stop(first); }, [&] { stop(second); },
                  [&] {
                      pause(third);
                      require_balance(server.wait());
                  }});
    });
}

void server_stop_inside(chance& random) {
    stopped(random, [](u::server& server, service& handler, chance& own) {
        handler.stops = true;
        if (own.one_in(2))
            pause(own);
        auto const port = server.port();
        while (server.running()) // until a handler has been asked
            ask(port, own);
        require_balance(server.wait());
    });
}

void server_destroy(chance& random) {
    stopped(random, [](u::server& server, service& handler, chance& own) {
        {
            u::server const mine = std::move(server);
            pause(own);
        }
        require(handler.inside.load() == 0, "a handler outlives its server");
    });
}

void server_datagrams_stop(chance& random) {
    u::server_options options{.in_new_thread = true, .protocol = u::protocol::datagram};
    std::atomic<std::uint64_t> handled{0};
    auto server = u::socket_server(
        "127.0.0.1", 0,
        [&](std::span<std::byte const> datagram) {
            handled.fetch_add(1, std::memory_order_relaxed);
            return datagram;
        },
        options);
    auto const port = server.port();
    auto client = random.fork();
    auto other = random.fork();
    std::atomic<bool> is_stopped{false};
    together({
        [&] {
            auto socket = u::socket_connect("127.0.0.1", port, u::protocol::datagram);
            std::array<std::byte, 10> buffer;
            while (!is_stopped.load(std::memory_order_relaxed)) {
                std::error_code ec;
                u::socket_send(socket, "ping", {}, ec);
                if (!ec) {
                    auto const got = u::socket_receive(socket, buffer, {.timeout = 1ms}, ec);
                    require(ec || got.text() == "ping", "not the answer");
                }
                if (ec)
                    require_outcome(ec, {errc::connection_refused, errc::timeout}, "a client's call");
                pause(client);
            }
        },
        [&] {
            pause(other);
            auto const report = server.stop(any_stop(other));
            is_stopped.store(true, std::memory_order_relaxed);
            require(report.complete, "a stop that was not complete");
            require(report.counters.accepted == handled, "a datagram is not accounted for");
        },
    });
}

constexpr scenario all[] = {
    {"server_stop", server_stop},
    {"server_double_stop", server_double_stop},
    {"server_stop_inside", server_stop_inside},
    {"server_destroy", server_destroy},
    {"server_datagrams_stop", server_datagrams_stop},
};

} // namespace

std::span<scenario const> server_scenarios() { return all; }

} // namespace races
