// SPDX-License-Identifier: MIT
//
// How many connections a server takes: in all, of one client, and in a second.
#include <usocket/server.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

class server_limits_conformance : public testing::Test {
protected:
    auto greeting() {
        return [this](socket_stream& stream) {
            crowd::visit const here(inside);
            stream << "hello\n" << std::flush;
            answer_lines(stream);
        };
    }
    [[nodiscard]] static stream_usocket dial_from(server const& one, ip_address const& here) {
        return dial(one, {.local_host = here});
    }
    /// Connects until the server lets one in: it may not have noticed yet who has gone.
    [[nodiscard]] static bool gets_in(server const& one, ip_address const& here) {
        return eventually([&] {
            auto client = dial_from(one, here);
            return hear(client) == "hello";
        });
    }

    ip_address const first_address = ip_address::loopback_v4();
    ip_address const second_address = {127, 0, 0, 2};
    crowd inside;
};

TEST_F(server_limits_conformance, the_most_connections_at_a_time) {
    for (bool const pool : {false, true}) {
        server_options options{.multi_threading = true, .limits = {.max_connections = 2}};
        if (pool)
            options.pool = server_pool{.threads = 5, .queue = 5};
        server one = serve(greeting(), options);
        std::vector<stream_usocket> clients;
        for (int i = 0; i < 8; ++i)
            clients.push_back(dial(one)); // the backlog takes them
        for (std::size_t i = 0; i < clients.size(); ++i) {
            EXPECT_EQ(hear(clients[i]), "hello");
            if (i + 2 < clients.size()) {
                EXPECT_EQ(hear(clients[i + 2], 10ms), "(timeout)");
                EXPECT_LE(one.counters().active, 2U);
                EXPECT_LE(one.counters().accepted, i + 2) << "those beyond wait in the backlog";
            }
            EXPECT_EQ(ask(clients[i], "served"), "served");
            socket_close(clients[i]);
        }
        EXPECT_TRUE(eventually([&] { return one.counters().served == clients.size(); }));
        EXPECT_EQ(inside.most(), 2);
        EXPECT_EQ(one.counters().refused, 0U);
    }
}

TEST_F(server_limits_conformance, the_most_connections_include_those_that_wait_for_a_thread) {
    server one = serve(greeting(), {.pool = server_pool{.threads = 1, .queue = 10}, .limits = {.max_connections = 3}});
    std::vector<stream_usocket> clients;
    for (int i = 0; i < 6; ++i)
        clients.push_back(dial(one));
    ASSERT_TRUE(eventually([&] { return one.counters().active == 3; }));
    for (auto& client : clients) {
        EXPECT_EQ(hear(client), "hello");
        EXPECT_LE(one.counters().active, 3U);
        socket_close(client);
    }
    EXPECT_TRUE(eventually([&] { return one.counters().served == 6; }));
}

TEST_F(server_limits_conformance, the_most_connections_are_those_of_all_addresses_together) {
    endpoint const any(ip_address::loopback_v4(), 0);
    server one = socket_server({any, any}, greeting(),
                               {.in_new_thread = true, .multi_threading = true, .limits = {.max_connections = 2}});
    std::vector<stream_usocket> clients;
    for (int i = 0; i < 6; ++i)
        clients.push_back(dial(one.addresses()[static_cast<std::size_t>(i % 2)]));
    EXPECT_TRUE(eventually([&] { return one.counters().active == 2; }));
    std::vector<bool> served(clients.size());
    EXPECT_TRUE(eventually([&] {
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (!served[i] && listen(clients[i].stream())) {
                served[i] = hear(clients[i]) == "hello";
                socket_close(clients[i]);
            } else if (!served[i]) {
                continue;
            }
        }
        return std::count(served.begin(), served.end(), true) == 6;
    }));
    EXPECT_LE(inside.most(), 2);
}

TEST_F(server_limits_conformance, the_most_connections_of_one_client) {
    server one = serve(greeting(), {.multi_threading = true, .limits = {.max_connections_per_client = 2}});
    auto first = dial_from(one, first_address);
    EXPECT_EQ(hear(first), "hello");
    auto second = dial_from(one, first_address);
    EXPECT_EQ(hear(second), "hello");
    for (std::uint64_t refused = 1; refused <= 3; ++refused) {
        auto beyond = dial_from(one, first_address);
        EXPECT_NE(hear(beyond), "hello");
        EXPECT_TRUE(hangs_up(beyond));
        EXPECT_EQ(one.counters().refused, refused);
    }
    auto other = dial_from(one, second_address);
    EXPECT_EQ(hear(other), "hello");
    EXPECT_EQ(ask(first, "not disturbed"), "not disturbed");
    EXPECT_EQ(one.counters().active, 3U);
    socket_close(first);
    EXPECT_TRUE(gets_in(one, first_address)) << "there is room again";
    server_counters const counts = one.stop().counters;
    EXPECT_EQ(counts.accepted, accounted(counts)) << "the refused included";
}

TEST_F(server_limits_conformance, refused_connections_reach_no_handler_and_no_hook) {
    std::atomic<int> connected{0};
    std::atomic<int> finished{0};
    log_of<server_failure> failures;
    server_options options{.multi_threading = true, .limits = {.max_connections_per_client = 1}};
    options.on_connected = [&](connection_info const&) { ++connected; };
    options.on_finished = [&](connection_summary const&) { ++finished; };
    options.on_error = [&](server_failure const& failure) { failures.add(failure); };
    server one = serve(greeting(), options);
    auto first = dial(one);
    EXPECT_EQ(hear(first), "hello");
    auto second = dial(one);
    EXPECT_TRUE(hangs_up(second));
    one.stop();
    EXPECT_EQ(connected, 1);
    EXPECT_EQ(finished, 1);
    EXPECT_EQ(failures.size(), 0U) << "no failure of the server's";
}

TEST_F(server_limits_conformance, clients_of_local_sockets_count_as_one) {
    if (!has_local_sockets())
        GTEST_SKIP() << "there are no local sockets here";
    auto const where = endpoint::local_abstract("usocket-server-limits-" + std::to_string(loopback::closed_port()));
    endpoint const tcp(ip_address::loopback_v4(), 0);
    server one =
        socket_server({where, tcp}, greeting(),
                      {.in_new_thread = true, .multi_threading = true, .limits = {.max_connections_per_client = 1}});
    auto first = dial(where);
    EXPECT_EQ(hear(first), "hello");
    auto second = dial(where);
    EXPECT_NE(hear(second), "hello");
    auto other = dial(one.addresses()[1]);
    EXPECT_EQ(hear(other), "hello");
    EXPECT_EQ(one.counters().refused, 1U);
    socket_close(first);
    EXPECT_TRUE(eventually([&] {
        auto third = dial(where);
        return hear(third) == "hello";
    }));
}

TEST_F(server_limits_conformance, what_one_client_has_in_the_queue_of_a_pool_counts) {
    server one = serve(greeting(),
                       {.pool = server_pool{.threads = 1, .queue = 10}, .limits = {.max_connections_per_client = 2}});
    auto served = dial_from(one, first_address);
    EXPECT_EQ(hear(served), "hello");
    auto waiting = dial_from(one, first_address);
    auto beyond = dial_from(one, first_address);
    EXPECT_NE(hear(beyond), "hello");
    EXPECT_TRUE(eventually([&] { return one.counters().refused == 1; }));
    auto other = dial_from(one, second_address);
    socket_close(served);
    EXPECT_EQ(hear(waiting), "hello");
    socket_close(waiting);
    EXPECT_EQ(hear(other), "hello");
}

TEST_F(server_limits_conformance, accepts_in_a_second) {
    if (!ports_are_shared)
        GTEST_SKIP() << "listeners cannot share a port here";
    constexpr std::size_t rate = 40;
    constexpr std::size_t count = 100;
    struct arrival {
        std::uint64_t id;
        time_point when;
    };
    log_of<arrival> arrivals;
    server_options options{.shards = 2, .limits = {.accepts_per_second = rate}};
    options.on_connected = [&](connection_info const& connection) {
        arrivals.add({connection.id, std::chrono::steady_clock::now()});
    };
    auto const begin = std::chrono::steady_clock::now();
    server one = serve([](socket_stream&) {}, options);
    std::vector<stream_usocket> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.push_back(dial(one));
    for (auto& client : clients)
        EXPECT_EQ(hear(client), "(end)") << "served in the end";
    ASSERT_EQ(arrivals.size(), count);
    for (auto const& [id, when] : arrivals.all()) {
        double const seconds = std::chrono::duration<double>(when - begin).count();
        EXPECT_LE(static_cast<double>(id), rate * (1 + seconds) + 1) << "after " << seconds << " s";
    }
    EXPECT_EQ(one.counters().refused, 0U);
}

TEST_F(server_limits_conformance, a_stop_ends_a_pause_of_accepting) {
    for (auto const& limits : {server_limits{.max_connections = 1}, server_limits{.accepts_per_second = 1}}) {
        server one = serve(greeting(), {.multi_threading = true, .limits = limits});
        std::vector<stream_usocket> clients;
        for (int i = 0; i < 4; ++i)
            clients.push_back(dial(one));
        EXPECT_EQ(hear(clients.front()), "hello");
        EXPECT_TRUE(one.stop().complete);
        for (auto& client : clients)
            EXPECT_TRUE(hangs_up(client));
    }
}

} // namespace
} // namespace usocket::test
