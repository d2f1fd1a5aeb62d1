// SPDX-License-Identifier: MIT
//
// What a server takes of the system: threads with names, and nothing that it does not give back.
#include <usocket/server.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/process_state.hpp"
#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

/// Servers of every way, as they come from the options.
std::vector<server_options> all_ways() {
    return {
        {},
        {.multi_threading = true},
        {.pool = server_pool{.threads = 3}},
        {.multi_threading = true, .shards = 3},
        {.multi_threading = true, .limits = {.idle_timeout = 1h, .connection_deadline = 1h}},
    };
}

class server_resources : public testing::Test {
protected:
    void SetUp() override {
        serve_once({}); // what is made once for the process
        // Threads of earlier tests may be about to end.
        std::size_t before = 0;
        EXPECT_TRUE(eventually([&] { return std::exchange(before, running_threads()) == running_threads(); }));
        threads = running_threads();
        descriptors = open_descriptors();
    }
    static void serve_once(server_options const& options) {
        server one = serve(answer_lines, options);
        auto first = dial(one);
        EXPECT_EQ(ask(first, "x"), "x");
        socket_close(first);
        auto second = dial(one);
        EXPECT_EQ(ask(second, "y"), "y");
        one.stop();
    }
    void expect_as_before() const {
        // The system lists a thread that was joined for an instant more, under an emulator for longer.
        EXPECT_TRUE(eventually([&] { return running_threads() <= threads; })) << "stop() has joined them";
        EXPECT_EQ(open_descriptors(), descriptors);
    }

    std::size_t threads = 0;
    std::size_t descriptors = 0;
};

TEST_F(server_resources, all_are_given_back_by_the_stop) {
    for (auto const& options : all_ways()) {
        serve_once(options);
        expect_as_before();
    }
}

TEST_F(server_resources, all_are_given_back_200_times) {
    auto const ways = all_ways();
    for (std::size_t round = 0; round < 200; ++round)
        serve_once(ways[round % ways.size()]);
    expect_as_before();
}

TEST_F(server_resources, all_are_given_back_by_a_stopped_server_that_lives_on) {
    server one = serve(answer_lines, {.multi_threading = true});
    std::vector<stream_usocket> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(dial(one));
        EXPECT_EQ(ask(clients.back(), "x"), "x");
    }
    EXPECT_GE(running_threads(), threads + 20);
    one.stop();
    clients.clear();
    expect_as_before();
}

TEST_F(server_resources, connections_give_theirs_back_while_it_runs) {
    server one = serve(answer_lines, {.multi_threading = true});
    {
        auto client = dial(one);
        EXPECT_EQ(ask(client, "x"), "x");
    }
    ASSERT_TRUE(eventually([&] { return one.counters().active == 0; }));
    std::size_t idle = 0;
    ASSERT_TRUE(eventually([&] { return std::exchange(idle, open_descriptors()) == open_descriptors(); }));
    for (int round = 0; round < 5; ++round) {
        std::vector<stream_usocket> clients;
        for (int i = 0; i < 50; ++i) {
            clients.push_back(dial(one));
            EXPECT_EQ(ask(clients.back(), "x"), "x");
        }
    }
    EXPECT_TRUE(eventually([&] { return open_descriptors() <= idle; })) << open_descriptors() << " > " << idle;
    EXPECT_TRUE(eventually([&] { return running_threads() <= threads + 5; })) << running_threads();
}

TEST_F(server_resources, a_start_that_fails_takes_nothing) {
    server const holding = serve(answer_lines);
    threads = running_threads();
    descriptors = open_descriptors();
    std::array const places{endpoint(ip_address::loopback_v4(), 0), holding.address()};
    for (auto options : all_ways()) {
        options.in_new_thread = true;
        if (options.shards > 1)
            continue; // the shards of the first address would share a port
        std::error_code ec;
        static_cast<void>(socket_server(places, answer_lines, options, ec));
        EXPECT_EQ(ec, errc::address_in_use);
        expect_as_before();
    }
}

TEST_F(server_resources, datagram_servers_give_all_back) {
    for (std::size_t const shards : {std::size_t{1}, std::size_t{3}}) {
        server one = serve(default_udp_handler, {.shards = shards});
        {
            auto client = dial_datagrams(one.address());
            socket_send(client, "x");
            EXPECT_EQ(socket_receive(client).buffer, "x");
        }
        one.stop();
        expect_as_before();
    }
}

TEST_F(server_resources, clients_in_the_backlog_leave_nothing) {
    for (int round = 0; round < 10; ++round) {
        std::vector<stream_usocket> clients;
        {
            server one = serve(answer_lines, {.pool = server_pool{.threads = 1, .queue = 2}});
            for (int i = 0; i < 10; ++i)
                clients.push_back(dial(one));
        }
        clients.clear();
        expect_as_before();
    }
}

TEST(server_names, are_those_of_its_threads) {
    for (auto options : all_ways()) {
        options.name = "a fine server";
        EXPECT_TRUE(eventually([] { return thread_names().count("a fine server") == 0; }));
        server one = serve(answer_lines, options);
        auto client = dial(one);
        EXPECT_EQ(ask(client, "x"), "x");
        auto const names = thread_names();
        EXPECT_GE(names.count("a fine server"), options.pool || options.multi_threading ? 2U : 1U);
    }
    EXPECT_TRUE(eventually([] { return thread_names().count("a fine server") == 0; }));
}

TEST(server_names, are_given_as_far_as_the_system_takes_them) {
    server const one = serve(answer_lines, {.name = "0123456789abcdefghij"});
    EXPECT_TRUE(eventually([] { return thread_names().contains("0123456789abcde"); }));
    server const two = serve(answer_lines);
    EXPECT_TRUE(eventually([] { return thread_names().contains("usocket server"); }));
    server const packets = serve(default_udp_handler, {.name = "packets"});
    EXPECT_TRUE(eventually([] { return thread_names().contains("packets"); }));
}

TEST(server_names, leave_the_calling_thread_its_own) {
    auto const own_name = [] {
        std::ifstream file("/proc/thread-self/comm");
        std::string name;
        std::getline(file, name);
        return name;
    };
    std::string const before = own_name();
    cancel_scope scope;
    log_of<std::string> names;
    server_options options{.name = "not the caller"};
    options.configure = [&](auto&) { names.add(own_name()); };
    options.on_finished = [&](connection_summary const&) {
        names.add(own_name());
        scope.cancel();
    };
    endpoint const where(ip_address::loopback_v4(), loopback::closed_port());
    std::thread client([&] {
        auto socket = dial_when_there(where);
        EXPECT_EQ(ask(socket, "x"), "x");
    });
    static_cast<void>(socket_server(where.address(), where.port(), answer_lines, options));
    client.join();
    EXPECT_EQ(names.all(), std::vector(2, before));
    EXPECT_EQ(own_name(), before);
}

} // namespace
} // namespace usocket::test
