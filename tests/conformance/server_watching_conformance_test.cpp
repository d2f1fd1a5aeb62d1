// SPDX-License-Identifier: MIT
//
// Watching a server: hooks in their order, summaries, counters, reports.
#include <usocket/server.hpp>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

TEST(server_hooks, come_before_and_after_the_handler) {
    log_of<std::string> events;
    std::atomic<int> seen_the_end{0};
    server_options options;
    options.on_connected = [&](connection_info const& connection) {
        events.add("connected " + std::to_string(connection.id));
    };
    options.on_finished = [&](connection_summary const& summary) {
        events.add("finished " + std::to_string(summary.connection.id));
        auto const id = static_cast<int>(summary.connection.id);
        EXPECT_TRUE(eventually([&] { return seen_the_end == id; })) << "called after the connection was closed";
    };
    server one = serve([&](socket_stream&) { events.add("handler"); }, options);
    for (int i = 1; i <= 3; ++i) {
        auto client = dial(one);
        EXPECT_TRUE(hangs_up(client));
        seen_the_end = i;
    }
    EXPECT_TRUE(eventually([&] { return events.size() == 9; }));
    EXPECT_EQ(events.all(), (std::vector<std::string>{"connected 1", "handler", "finished 1", "connected 2", "handler",
                                                      "finished 2", "connected 3", "handler", "finished 3"}));
}

TEST(server_hooks, tell_all_about_a_connection) {
    log_of<connection_info> connected;
    log_of<connection_summary> finished;
    server_options options;
    options.on_connected = [&](connection_info const& connection) { connected.add(connection); };
    options.on_finished = [&](connection_summary const& summary) { finished.add(summary); };
    gate finish;
    server one = serve(
        [&](socket_stream& stream) {
            std::string line;
            read_line(stream, line);
            stream << "1234567890\n" << std::flush;
            finish.pass();
        },
        options);
    auto const begin = std::chrono::steady_clock::now();
    auto client = dial(one);
    endpoint const here = get_local_endpoint(client);
    EXPECT_EQ(ask(client, "12345"), "1234567890");
    ASSERT_EQ(connected.size(), 1U);
    EXPECT_EQ(connected.all()[0].id, 1U);
    EXPECT_EQ(connected.all()[0].local, one.address());
    EXPECT_EQ(connected.all()[0].remote, here);
    EXPECT_EQ(finished.size(), 0U);
    finish.open();
    ASSERT_TRUE(eventually([&] { return finished.size() == 1; }));
    connection_summary const summary = finished.all()[0];
    EXPECT_EQ(summary.connection.id, 1U);
    EXPECT_EQ(summary.connection.local, one.address());
    EXPECT_EQ(summary.connection.remote, here);
    EXPECT_EQ(summary.reason, finish_reason::returned);
    EXPECT_EQ(summary.received, 6U);
    EXPECT_EQ(summary.sent, 11U);
    EXPECT_GT(summary.duration, 0ns);
    EXPECT_LE(summary.duration, std::chrono::steady_clock::now() - begin);
}

TEST(server_hooks, on_a_wildcard_tell_the_address_that_was_called) {
    log_of<connection_info> connected;
    server_options options{.in_new_thread = true};
    options.on_connected = [&](connection_info const& connection) { connected.add(connection); };
    server one = socket_server(wildcard_host, auto_port, answer_lines, options);
    std::vector<ip_address> called{{127, 0, 0, 1}, {127, 0, 0, 2}, ip_address::loopback_v6()};
    for (std::size_t i = 0; i < called.size(); ++i) {
        auto client = dial(endpoint(called[i], one.port()));
        EXPECT_EQ(ask(client, "x"), "x");
        EXPECT_EQ(connected.all().at(i).local, endpoint(called[i], one.port()));
        EXPECT_EQ(connected.all().at(i).remote, get_local_endpoint(client));
    }
}

TEST(server_hooks, ids_are_never_the_same) {
    log_of<std::uint64_t> ids;
    server_options options{.multi_threading = true, .shards = ports_are_shared ? 2U : 1U};
    options.on_connected = [&](connection_info const& connection) { ids.add(connection.id); };
    server one = serve(answer_lines, options);
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&] {
            for (int j = 0; j < 25; ++j) {
                auto client = dial(one);
                EXPECT_EQ(ask(client, "x"), "x");
            }
        });
    }
    for (auto& client : clients)
        client.join();
    auto const all = ids.all();
    std::set<std::uint64_t> const different(all.begin(), all.end());
    EXPECT_EQ(different.size(), 100U);
    EXPECT_EQ(*different.begin(), 1U);
    EXPECT_EQ(*different.rbegin(), 100U);
}

TEST(server_counting, shows_what_goes_on) {
    server one = serve(answer_lines, {.multi_threading = true});
    EXPECT_EQ(one.counters().accepted, 0U);
    std::vector<stream_usocket> clients;
    for (std::size_t i = 1; i <= 5; ++i) {
        clients.push_back(dial(one));
        EXPECT_EQ(ask(clients.back(), "x"), "x");
        EXPECT_EQ(one.counters().accepted, i);
        EXPECT_EQ(one.counters().active, i);
    }
    EXPECT_EQ(one.counters().served, 0U);
    EXPECT_EQ(one.counters().received, 0U) << "of connections that have ended";
    for (std::size_t i = 1; i <= 5; ++i) {
        socket_close(clients[i - 1]);
        ASSERT_TRUE(eventually([&] { return one.counters().served == i; }));
        ASSERT_TRUE(eventually([&] { return one.counters().received == 2 * i && one.counters().sent == 2 * i; }));
        ASSERT_TRUE(eventually([&] { return one.counters().active == 5 - i; }));
    }
}

TEST(server_counting, is_done_before_on_finished) {
    server one;
    gate known;
    log_of<server_counters> seen;
    server_options options;
    options.on_finished = [&](connection_summary const&) {
        known.pass();
        seen.add(one.counters());
    };
    one = serve(answer_lines, options);
    known.open();
    {
        auto client = dial(one);
        EXPECT_EQ(ask(client, "x"), "x");
    }
    EXPECT_TRUE(eventually([&] { return seen.size() == 1; }));
    one.stop();
    EXPECT_EQ(seen.all().at(0).accepted, 1U);
}

TEST(server_counting, may_be_read_from_anywhere_meanwhile) {
    server one = serve(answer_lines, {.multi_threading = true});
    std::atomic<bool> done{false};
    std::thread reading([&] {
        server_counters before;
        while (!done) {
            server_counters const now = one.counters();
            EXPECT_GE(now.accepted, before.accepted);
            EXPECT_GE(now.served, before.served);
            EXPECT_GE(now.received, before.received);
            static_cast<void>(one.running());
            static_cast<void>(one.address());
            static_cast<void>(one.addresses());
            before = now;
        }
    });
    for (int i = 0; i < 100; ++i) {
        auto client = dial(one);
        EXPECT_EQ(ask(client, "x"), "x");
    }
    one.stop();
    done = true;
    reading.join();
}

TEST(server_counting, the_report_is_exact) {
    constexpr std::uint64_t returning = 20;
    constexpr std::uint64_t raising = 7;
    constexpr std::uint64_t staying = 5;
    server one = serve(
        [](socket_stream& stream) {
            for (std::string line; read_line(stream, line);) {
                stream << line << '\n';
                if (line == "raise") {
                    stream << std::flush;
                    throw std::runtime_error("as asked for");
                }
            }
        },
        {.multi_threading = true, .limits = {.max_connections_per_client = 1000}});
    std::uint64_t octets = 0;
    auto const say = [&](stream_usocket& client, std::string const& line) {
        EXPECT_EQ(ask(client, line), line);
        octets += line.size() + 1;
    };
    for (std::uint64_t i = 0; i < returning; ++i) {
        auto client = dial(one);
        say(client, std::string(static_cast<std::size_t>(i) * 1000, 'r'));
    }
    for (std::uint64_t i = 0; i < raising; ++i) {
        auto client = dial(one);
        say(client, "raise");
        EXPECT_TRUE(hangs_up(client));
    }
    EXPECT_TRUE(eventually([&] { return one.counters().served + one.counters().failed == returning + raising; }));
    std::vector<stream_usocket> clients;
    for (std::uint64_t i = 0; i < staying; ++i) {
        clients.push_back(dial(one));
        say(clients.back(), "stay");
    }
    server_report const report = one.stop();
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.accepted, returning + raising + staying);
    EXPECT_EQ(report.counters.refused, 0U);
    EXPECT_EQ(report.counters.active, 0U);
    EXPECT_EQ(report.counters.served, returning);
    EXPECT_EQ(report.counters.drained, 0U);
    EXPECT_EQ(report.counters.failed, raising);
    EXPECT_EQ(report.counters.cancelled, staying);
    EXPECT_EQ(report.counters.truncated, 0U);
    EXPECT_EQ(report.counters.received, octets);
    EXPECT_EQ(report.counters.sent, octets);
    EXPECT_EQ(report.counters.accept_failures, 0U);
}

} // namespace
} // namespace usocket::test
