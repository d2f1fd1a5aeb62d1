// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

#include <usocket/server.hpp>

#include "load.hpp"
#include "resources.hpp"
#include "scenario.hpp"

namespace soak {
namespace {

using clock = std::chrono::steady_clock;

enum class mischief { close, reset, nothing, nothing_from_one_address };

constexpr std::array all_mischief{mischief::close, mischief::reset, mischief::nothing,
                                  mischief::nothing_from_one_address};
constexpr std::array<char const*, 4> names{"connect and close", "connect and reset", "connect and nothing",
                                           "the same, one address"};
constexpr std::size_t held = 64; ///< Connections that a flooder who does nothing holds.
constexpr std::size_t most_connections = 32;
constexpr std::size_t most_of_one_address = 8;
constexpr std::chrono::seconds at_once{5}; ///< To be served after the flood, on a busy machine.
constexpr std::size_t rounds = 8;

void flood(u::endpoint const& where, mischief kind, std::uint64_t seed, std::atomic<bool> const& is_over,
           tally& counts) {
    char const* const name = names[static_cast<std::size_t>(kind)];
    std::mt19937_64 random(seed);
    std::vector<u::stream_usocket> holding(held);
    for (std::size_t i = 0; !is_over; ++i) {
        counts.run(name, [&] {
            // From many addresses, so that no port runs out, and the limit of one address does not help.
            unsigned const fourth = kind == mischief::nothing_from_one_address ? 250 : 1 + unsigned(random() % 200);
            std::error_code ec;
            auto socket = u::socket_connect(
                where,
                {.connect_timeout = 200ms,
                 .local_host = *u::ip_address::parse(std::string("127.0.4.").append(std::to_string(fourth)))},
                ec);
            if (ec == u::errc::timeout)
                counts.failed_as(name, ec, u::errc::timeout); // the backlog is full
            else if (ec)
                counts.failed_as(name, ec, u::errc::connection_reset);
            else if (kind == mischief::reset)
                u::set_socket_option(socket, u::option::linger, 0s);
            if (kind == mischief::nothing || kind == mischief::nothing_from_one_address)
                holding[i % held] = std::move(socket);
        });
    }
}

/// More connections of one address than it may have; with others about, the limit for all could be reached first.
void exceed_limit_of_address(u::server const& server) {
    for (auto const end = clock::now() + patience; server.counters().refused == 0;) {
        check(clock::now() < end, "the limit for an address is reached");
        std::vector<u::stream_usocket> all;
        for (std::size_t i = 0; i < 2 * most_of_one_address; ++i)
            all.push_back(u::socket_connect(server.address(), {.connect_timeout = patience}));
        std::array<char, 8> rest{};
        std::error_code ec; // the last one is refused, or ends with its idle time
        static_cast<void>(u::socket_receive(all.back(), rest, {.timeout = patience}, ec));
    }
}

/// Whether one who comes now is served; how long that takes.
std::chrono::nanoseconds ask(u::server const& server) {
    auto const begin = clock::now();
    auto socket = u::socket_connect(server.address(), {.connect_timeout = patience, .read_timeout = patience});
    socket.stream() << "after the flood\n" << std::flush;
    std::string line;
    check(u::read_line(socket.stream(), line) && line == "after the flood", "the answer");
    return clock::now() - begin;
}

struct outcome {
    u::server_counters counters{};
    std::chrono::nanoseconds served_after{};
    std::uint64_t most_active = 0;
};

outcome one_round(std::chrono::milliseconds length, std::uint64_t seed, tally& counts) {
    u::server server = u::socket_server(u::ip_address::loopback_v4(), u::auto_port, u::echo_tcp_handler,
                                        {.in_new_thread = true,
                                         .multi_threading = true,
                                         .limits = {.max_connections = most_connections,
                                                    .max_connections_per_client = most_of_one_address,
                                                    .accepts_per_second = 3000,
                                                    .idle_timeout = 200ms},
                                         .backlog = 64});
    counts.run("more than an address may", [&] { exceed_limit_of_address(server); });
    std::atomic<bool> is_over{false};
    std::vector<tally> found(all_mischief.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < all_mischief.size(); ++i)
        threads.emplace_back([&, i] { flood(server.address(), all_mischief[i], seed + i, is_over, found[i]); });
    outcome result;
    for (auto const end = clock::now() + length; clock::now() < end; std::this_thread::sleep_for(5ms))
        result.most_active = std::max(result.most_active, server.counters().active);
    is_over = true;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        threads[i].join();
        counts.add(found[i]);
    }
    counts.run("served after the flood", [&] {
        check(server.running(), "the server is alive");
        result.served_after = ask(server);
    });
    counts.run("servers flooded", [&] {
        auto const report = server.stop();
        result.counters = report.counters;
        check(report.complete, "the server has stopped");
        auto const& all = report.counters;
        check(all.accepted == all.served + all.failed + all.cancelled + all.refused, "each is accounted for");
        check(result.most_active <= most_connections, "no more are served than may be");
    });
    return result;
}

} // namespace

bool connection_floods(settings const& how) {
    history at_rest;
    tally counts;
    latencies after;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t most_active = 0;
    auto const end = clock::now() + how.length;
    auto const length = std::clamp<std::chrono::milliseconds>(how.length / rounds, 100ms, 5s);
    for (std::uint64_t round = 0; round < rounds || clock::now() < end; ++round) {
        outcome const one = one_round(length, how.seed + round * all_mischief.size(), counts);
        accepted += one.counters.accepted;
        refused += one.counters.refused;
        most_active = std::max(most_active, one.most_active);
        after.add(one.served_after);
        at_rest.add(measure_at_rest());
    }
    counts.print();
    std::printf("accepted %llu, of these refused %llu; at most %llu of %zu at a time; "
                "served after the flood within: median %.3f ms, most %.3f ms\n",
                static_cast<unsigned long long>(accepted), static_cast<unsigned long long>(refused),
                static_cast<unsigned long long>(most_active), most_connections, after.quantile(0.5), after.quantile(1));
    bool good = at_rest.judge();
    good = verdict(counts.unexpected() == 0, "no unexpected error") && good;
    good = verdict(accepted > refused && refused > 0, "some were served, and some refused") && good;
    return verdict(after.quantile(1) <= std::chrono::duration<double, std::milli>(at_once).count(),
                   "the server serves on at once") &&
           good;
}

} // namespace soak
