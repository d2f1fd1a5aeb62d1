// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#include <usocket/server.hpp>

#include "load.hpp"
#include "resources.hpp"
#include "scenario.hpp"

namespace soak {
namespace {

using clock = std::chrono::steady_clock;

constexpr int healthy_clients = 4;
constexpr std::size_t attackers = 16; ///< Of each kind.

u::ip_address loopback_address(unsigned third, unsigned fourth) {
    return *u::ip_address::parse(
        std::string("127.0.").append(std::to_string(third)).append(".").append(std::to_string(fourth)));
}

/// What healthy clients found.
struct findings {
    latencies took{};
    tally counts{};
};

/// Connects, asks a few times, and leaves; again and again. On a busy machine a healthy connection may reach the
/// server's deadline, `life`, as well: it then asks again on another, and has waited since it asked first.
void be_healthy(u::endpoint const& where, unsigned number, clock::duration life, std::atomic<bool> const& is_over,
                findings& found) {
    std::string line;
    for (auto asked = clock::now(); !is_over;) {
        found.counts.run("healthy clients", [&] {
            auto const begin = clock::now();
            auto socket = u::socket_connect(
                where,
                {.connect_timeout = patience, .read_timeout = patience, .local_host = loopback_address(3, number)});
            for (int i = 0; i < 10 && !is_over; ++i) {
                std::string const request = std::string("request ").append(std::to_string(i));
                socket.stream() << request << '\n' << std::flush;
                std::error_code ec;
                if (!u::read_line(socket.stream(), line, ec) && clock::now() - begin >= life) {
                    found.counts.expected("healthy clients");
                    return;
                }
                check(line == request, "the answer");
                found.took.add(clock::now() - asked);
                std::this_thread::sleep_for(2ms);
                asked = clock::now();
            }
        });
    }
}

/// How attackers fared.
struct attack {
    std::atomic<std::uint64_t> ended{0};
    clock::duration longest{};
};

/// Keeps connections that do `mischief` until the server ends them, and then connects anew.
template <class Mischief>
void be_slow(u::endpoint const& where, unsigned number, std::atomic<bool> const& is_over, attack& fared,
             Mischief mischief) {
    struct connection {
        u::stream_usocket socket{};
        clock::time_point begin{};
    };
    std::vector<connection> all(attackers);
    while (!is_over) {
        for (auto& one : all) {
            std::error_code ec;
            if (!one.socket.is_open()) {
                one.begin = clock::now();
                one.socket =
                    u::socket_connect(where, {.connect_timeout = 100ms, .local_host = loopback_address(1, number)}, ec);
                continue;
            }
            mischief(one.socket, ec);
            fared.longest = std::max(fared.longest, clock::now() - one.begin);
            if (ec && ec != u::errc::timeout) {
                ++fared.ended;
                std::error_code ignored;
                u::set_socket_option(one.socket, u::option::linger, 0s, ignored);
                u::socket_close(one.socket, ignored);
            }
        }
        std::this_thread::sleep_for(20ms);
    }
}

/// An octet now and then, and never a whole line.
void drip(u::stream_usocket& socket, std::error_code& ec) { u::socket_send(socket, "x", {.timeout = 0s}, ec); }

/// Requests without end, whose answers are not read.
void never_read(u::stream_usocket& socket, std::error_code& ec) {
    static std::string const requests = [] {
        std::string all;
        for (int i = 0; i < 2000; ++i)
            all.append("a request whose answer nobody reads\n");
        return all;
    }();
    for (int i = 0; i < 20 && !ec; ++i)
        u::socket_send(socket, requests, {.timeout = 0s}, ec);
}

struct defence {
    char const* name;
    u::server_pool pool;
    u::server_limits limits;
    std::chrono::milliseconds most_wait; ///< Of a healthy request.
    std::chrono::milliseconds most_life; ///< Of an attacker, from when it asks to be connected.
};

void answer_lines(u::socket_stream& stream) {
    for (std::string line; u::read_line(stream, line);)
        stream << line << '\n';
}

/// For so long, and until `is_enough`, which must not take much longer.
template <class Enough>
findings ask_for(std::chrono::milliseconds length, u::endpoint const& where, clock::duration life, Enough is_enough) {
    std::atomic<bool> is_over{false};
    std::vector<findings> found(healthy_clients);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < healthy_clients; ++i)
        threads.emplace_back([&, i] { be_healthy(where, i + 1, life, is_over, found[i]); });
    auto const begin = clock::now();
    while (clock::now() < begin + length || (!is_enough() && clock::now() < begin + length + patience))
        std::this_thread::sleep_for(5ms);
    is_over = true;
    findings all;
    for (std::size_t i = 0; i < healthy_clients; ++i) {
        threads[i].join();
        all.took.add(found[i].took);
        all.counts.add(found[i].counts);
    }
    return all;
}

void print(char const* when, latencies& took) {
    std::printf("  healthy requests %-16s %8zu: median %8.3f ms, 99 %% %8.3f ms, most %8.3f ms\n", when, took.size(),
                took.quantile(0.5), took.quantile(0.99), took.quantile(1));
}

bool hold_out(defence const& with, std::chrono::milliseconds length) {
    u::server server = u::socket_server(u::ip_address::loopback_v4(), u::auto_port, answer_lines,
                                        {.in_new_thread = true, .pool = with.pool, .limits = with.limits});
    std::printf("%s\n", with.name);
    auto const life = with.limits.connection_deadline.length();
    findings alone = ask_for(length / 3, server.address(), life, [] { return true; });
    std::atomic<bool> is_over{false};
    attack slow_writers;
    attack non_readers;
    std::thread writers([&] { be_slow(server.address(), 1, is_over, slow_writers, drip); });
    std::thread readers([&] { be_slow(server.address(), 2, is_over, non_readers, never_read); });
    findings attacked = ask_for(length - length / 3, server.address(), life, [&] {
        return slow_writers.ended > 0 && non_readers.ended > 0 && server.counters().cancelled > 0;
    });
    is_over = true;
    writers.join();
    readers.join();
    auto const report = server.stop();
    print("alone", alone.took);
    print("under attack", attacked.took);
    auto const seconds = [](auto time) { return std::chrono::duration<double>(time).count(); };
    std::printf("  attackers ended by the server: %llu slow writers (longest life %.2f s), %llu that do not read "
                "(%.2f s); refused %llu, cancelled %llu, failed %llu\n",
                static_cast<unsigned long long>(slow_writers.ended.load()), seconds(slow_writers.longest),
                static_cast<unsigned long long>(non_readers.ended.load()), seconds(non_readers.longest),
                static_cast<unsigned long long>(report.counters.refused),
                static_cast<unsigned long long>(report.counters.cancelled),
                static_cast<unsigned long long>(report.counters.failed));
    alone.counts.add(attacked.counts);
    alone.counts.print();
    auto const limit = std::chrono::duration<double, std::milli>(with.most_wait).count();
    bool good = verdict(alone.counts.unexpected() == 0 && attacked.took.size() > 0, "healthy clients are all served");
    std::string what("no healthy request waits longer than ");
    good = verdict(attacked.took.quantile(1) <= limit, what.append(std::to_string(seconds(with.most_wait)))) && good;
    good = verdict(slow_writers.ended > 0 && non_readers.ended > 0 && report.counters.cancelled > 0 &&
                       slow_writers.longest <= with.most_life && non_readers.longest <= with.most_life,
                   "the server's limits end the attackers") &&
           good;
    return verdict(report.complete, "the server stops") && good;
}

} // namespace

bool slow_clients(settings const& how) {
    // The most that either kind of attackers, each from one address, may hold leaves a thread for each healthy client.
    bool const first = hold_out({"a pool of 10, 3 connections for each address, 300 ms to live",
                                 {.threads = 10},
                                 {.max_connections_per_client = 3,
                                  .read_timeout = 300ms,
                                  .write_timeout = 200ms,
                                  .idle_timeout = 300ms,
                                  .connection_deadline = 300ms},
                                 5s,
                                 5s},
                                how.length / 2);
    // Attackers hold all threads, and healthy clients wait in the backlog: 36 before it at most, four at a time.
    bool const second = hold_out({"a pool of 4 and no limit for an address, 200 ms to live",
                                  {.threads = 4, .queue = 0},
                                  {.write_timeout = 100ms, .connection_deadline = 200ms},
                                  10s,
                                  12s},
                                 how.length / 2);
    return first && second;
}

} // namespace soak
