// SPDX-License-Identifier: MIT
//
// Clients that break off, that say nothing, and that come while the server comes and goes.
#include <usocket/server.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/sanitizers.hpp"
#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

constexpr int many = is_sanitized() ? 500 : 3000;

class server_storms : public testing::TestWithParam<bool> {
protected:
    [[nodiscard]] server serve_counting(auto handler) {
        server_options options{.multi_threading = GetParam()};
        options.on_error = [this](server_failure const& failure) {
            (failure.activity == "handler" ? of_handlers : of_the_server)++;
        };
        return serve(handler, options);
    }
    /// Several clients at once, each connecting and resetting.
    static void flood(server const& one, int count, std::string_view first_words = "") {
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([&] {
                for (int j = 0; j < count / 4; ++j) {
                    auto client = dial(one);
                    std::error_code ec;
                    socket_send(client, first_words, ec); // it may have been closed already
                    reset(std::move(client));
                }
            });
        }
        for (auto& client : clients)
            client.join();
    }
    static void expect_served(server const& one) {
        auto client = dial(one);
        EXPECT_EQ(ask(client, "still served"), "still served");
    }

    std::atomic<int> of_handlers{0};
    std::atomic<int> of_the_server{0};
};
INSTANTIATE_TEST_SUITE_P(all, server_storms, testing::Bool(),
                         [](auto const& instance) { return instance.param ? "threads" : "one_at_a_time"; });

TEST_P(server_storms, connections_that_were_aborted_are_no_errors) {
    if (is_wine())
        GTEST_SKIP() << "Wine fails the accept of each connection that was reset before";
    server one = serve_counting([](socket_stream&) {});
    flood(one, many);
    EXPECT_TRUE(eventually([&] { return one.counters().accepted >= std::uint64_t{many} * 9 / 10; }))
        << one.counters().accepted << " accepted: the system may pass over some";
    EXPECT_TRUE(eventually([&] { return one.counters().active == 0; }));
    EXPECT_EQ(of_the_server, 0);
    EXPECT_EQ(of_handlers, 0);
    server_counters const counts = one.stop({.drain = patience}).counters;
    EXPECT_EQ(counts.accept_failures, 0U);
    EXPECT_EQ(counts.failed, 0U);
    EXPECT_EQ(accounted(counts), counts.accepted);
}

TEST_P(server_storms, connections_reset_in_the_middle_concern_their_handlers_only) {
    if (is_wine())
        GTEST_SKIP() << "Wine fails the accept of each connection that was reset before";
    server one = serve_counting(answer_lines);
    flood(one, many, "half a li");
    expect_served(one);
    EXPECT_EQ(of_the_server, 0);
    EXPECT_EQ(one.counters().accept_failures, 0U);
    EXPECT_TRUE(one.running());
}

TEST_P(server_storms, a_flood_leaves_room_for_others) {
    if (is_wine())
        GTEST_SKIP() << "Wine fails the accept of each connection that was reset before";
    server one = serve_counting(answer_lines);
    std::atomic<bool> done{false};
    std::thread flooding([&] {
        for (std::uint64_t calls = 40; !done; calls += 40) {
            flood(one, 40);
            // More than fit into the backlog would make everybody wait for seconds.
            EXPECT_TRUE(eventually([&] { return one.counters().accepted + 200 > calls; }));
        }
    });
    for (int i = 0; i < 50; ++i)
        expect_served(one);
    done = true;
    flooding.join();
    EXPECT_EQ(of_the_server, 0);
}

TEST(server_slow_clients, do_not_hold_up_others) {
    constexpr int slow_ones = 50;
    server one = serve(
        [](socket_stream& stream) {
            std::string line;
            do { // a request with its headers
                if (!read_line(stream, line, {.strip_carriage_return = true}))
                    return;
            } while (!line.empty());
            stream << "served\n";
        },
        {.multi_threading = true, .limits = {.connection_deadline = is_sanitized() ? 3s : 1s}});
    std::atomic<bool> done{false};
    std::atomic<int> cut_off{0};
    std::thread dripping([&] {
        std::vector<stream_usocket> clients;
        for (int i = 0; i < slow_ones; ++i)
            clients.push_back(dial(one));
        while (!done && cut_off < slow_ones) {
            for (auto& client : clients) {
                std::error_code ec;
                if (client.is_open() && socket_send(client, "X: y\r\n", ec) == 0) {
                    ++cut_off;
                    socket_close(client, ec);
                }
            }
            std::this_thread::sleep_for(1ms); // they are slow
        }
    });
    ASSERT_TRUE(eventually([&] { return one.counters().active >= slow_ones; }));
    for (int i = 0; i < 20; ++i) {
        auto client = dial(one);
        client.stream() << "GET /\r\n\r\n" << std::flush;
        EXPECT_EQ(hear(client), "served");
    }
    EXPECT_TRUE(eventually([&] { return cut_off == slow_ones; })) << "whatever they send, the deadline comes";
    done = true;
    dripping.join();
    EXPECT_TRUE(eventually([&] { return one.counters().cancelled == slow_ones; }));
}

TEST(server_slow_clients, that_read_nothing_are_bounded_by_the_write_timeout) {
    server one = serve([](socket_stream& stream) { stream << std::string(32 << 20, 'x'); },
                       {.pool = server_pool{.threads = 2}, .limits = {.write_timeout = 50ms}});
    std::vector<stream_usocket> clients;
    for (int i = 0; i < 10; ++i)
        clients.push_back(dial(one));
    EXPECT_TRUE(eventually([&] { return one.counters().failed == 10; }));
}

/// An address where nobody but this process is likely to serve: clients that call a server that has gone shall not
/// disturb another one that has been given its port since.
ip_address const& own_address() {
    static ip_address const address = [] {
        unsigned const number = loopback::closed_port();
        return ip_address(127, 99, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number));
    }();
    return address;
}

template <class Handler>
[[nodiscard]] server serve_there(Handler handler, server_options options = {}) {
    options.in_new_thread = true;
    return socket_server(own_address(), auto_port, std::move(handler), options);
}

/// Clients that connect to whatever is there, again and again, while servers come and go.
class server_coming_and_going : public testing::Test {
protected:
    void SetUp() override {
        for (int i = 0; i < 3; ++i)
            clients.emplace_back([this] { call_again_and_again(); });
    }
    void TearDown() override {
        done = true;
        for (auto& client : clients)
            client.join();
    }
    void call_again_and_again() {
        while (!done) {
            std::error_code ec;
            auto client = socket_connect(own_address(), port.load(), {.timeout = patience}, ec);
            if (ec) {
                std::this_thread::yield();
                continue;
            }
            socket_send(client, "hello\n", ec);
            std::array<char, 6> room{};
            if (!ec && socket_receive(client, room, ec).size == 6)
                ++answered;
        }
    }

    std::atomic<std::uint16_t> port{1};
    std::atomic<int> answered{0};
    std::atomic<bool> done{false};
    std::vector<std::thread> clients;
};

TEST_F(server_coming_and_going, hundreds_of_times) {
    constexpr int rounds = 300;
    std::uint64_t accepted = 0;
    for (int round = 0; round < rounds; ++round) {
        server_options options{.multi_threading = round % 3 == 1};
        if (round % 3 == 2)
            options.pool = server_pool{.threads = 2, .queue = 1};
        options.shards = ports_are_shared && round % 5 == 4 ? 2 : 1;
        server one = serve_there(answer_lines, options);
        port = one.port();
        if (round % 2 == 0) {
            int const before = answered;
            EXPECT_TRUE(eventually([&] { return answered != before; }));
        }
        server_report const report = one.stop({.drain = round % 4 == 3 ? time_limit(1ms) : time_limit(0s)});
        EXPECT_TRUE(report.complete);
        EXPECT_EQ(report.counters.active, 0U);
        EXPECT_EQ(report.counters.accepted, accounted(report.counters));
        accepted += report.counters.accepted;
    }
    EXPECT_GE(accepted, std::uint64_t{rounds / 2});
}

TEST_F(server_coming_and_going, on_the_same_port) {
    server one = serve_there(answer_lines);
    endpoint const where = one.address();
    port = where.port();
    for (int round = 0; round < 100; ++round) {
        int const before = answered;
        EXPECT_TRUE(eventually([&] { return answered != before; }));
        one.stop();
        one = socket_server(where.address(), where.port(), answer_lines,
                            {.in_new_thread = true, .multi_threading = round % 2 == 0});
    }
}

TEST(server_datagram_storm, coming_and_going_while_datagrams_come) {
    std::atomic<std::uint16_t> port{1};
    std::atomic<int> answered{0};
    std::atomic<bool> done{false};
    std::thread sending([&] {
        auto socket =
            socket_connect(protocol::datagram, {.read_timeout = 5ms, .local_host = ip_address::loopback_v4()});
        while (!done) {
            endpoint const there(own_address(), port.load());
            std::error_code ec;
            for (int i = 0; i < 5; ++i)
                socket_send(socket, "x", {.destination = &there}, ec);
            std::array<char, 8> room{};
            while (!socket_receive(socket, room, {}, ec).buffer.empty())
                ++answered;
        }
    });
    for (int round = 0; round < 200; ++round) {
        server one = serve_there(default_udp_handler, {.shards = ports_are_shared && round % 3 == 0 ? 2U : 1U});
        port = one.port();
        int const before = answered;
        if (round % 10 == 0) {
            EXPECT_TRUE(eventually([&] { return answered != before; }));
        }
        server_report const report = one.stop();
        EXPECT_TRUE(report.complete);
        EXPECT_EQ(report.counters.accepted, accounted(report.counters));
    }
    done = true;
    sending.join();
}

} // namespace
} // namespace usocket::test
