// SPDX-License-Identifier: MIT
//
// How many connections are served at a time: one, each on a thread, or as many as a pool has threads.
#include <usocket/server.hpp>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

/// Clients that each hold a place until they say a word.
class server_concurrency : public testing::Test {
protected:
    /// Says hello, and goes on until the client has said something.
    void hold(socket_stream& stream) {
        crowd::visit const here(inside);
        threads.add(std::this_thread::get_id());
        stream << "hello\n" << std::flush;
        std::string line;
        read_line(stream, line);
        stream << "bye\n";
    }
    auto holding() {
        return [this](socket_stream& stream) { hold(stream); };
    }
    std::set<std::thread::id> serving_threads() {
        auto const all = threads.all();
        return {all.begin(), all.end()};
    }

    crowd inside;
    log_of<std::thread::id> threads;
};

TEST_F(server_concurrency, one_at_a_time) {
    server one = serve(holding());
    auto first = dial(one);
    auto second = dial(one); // connects, and waits
    auto third = dial(one);
    EXPECT_EQ(hear(first), "hello");
    EXPECT_EQ(hear(second, 20ms), "(timeout)") << "not before the first has gone";
    EXPECT_EQ(ask(first, "done"), "bye");
    EXPECT_EQ(hear(second), "hello");
    EXPECT_EQ(hear(third, 20ms), "(timeout)");
    EXPECT_EQ(ask(second, "done"), "bye");
    EXPECT_EQ(hear(third), "hello");
    EXPECT_EQ(ask(third, "done"), "bye");
    EXPECT_EQ(inside.most(), 1);
    EXPECT_EQ(serving_threads().size(), 1U);
    EXPECT_FALSE(serving_threads().contains(std::this_thread::get_id()));
}

TEST_F(server_concurrency, a_thread_for_each_connection) {
    constexpr int count = 50;
    server one = serve(holding(), {.multi_threading = true});
    std::vector<stream_usocket> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(dial(one));
        EXPECT_EQ(hear(clients.back()), "hello");
    }
    EXPECT_EQ(inside.now(), count);
    EXPECT_EQ(serving_threads().size(), std::size_t{count});
    EXPECT_EQ(one.counters().active, std::uint64_t{count});
    for (auto& client : clients)
        EXPECT_EQ(ask(client, "done"), "bye");
    EXPECT_TRUE(eventually([&] { return one.counters().served == count; }));
    EXPECT_EQ(one.counters().active, 0U);
}

TEST_F(server_concurrency, a_pool_serves_as_many_as_it_has_threads) {
    constexpr std::size_t threads_of_pool = 3;
    server one = serve(holding(), {.pool = server_pool{.threads = threads_of_pool, .queue = 100}});
    std::vector<stream_usocket> clients;
    for (int i = 0; i < 12; ++i)
        clients.push_back(dial(one));
    ASSERT_TRUE(eventually([&] { return one.counters().active == clients.size(); })) << "the queue takes the others";
    ASSERT_TRUE(eventually([&] { return inside.now() == int{threads_of_pool}; }));
    for (auto& client : clients) { // in the order they came
        EXPECT_EQ(hear(client), "hello");
        EXPECT_EQ(ask(client, "done"), "bye");
    }
    EXPECT_EQ(inside.most(), int{threads_of_pool});
    EXPECT_LE(serving_threads().size(), threads_of_pool);
    EXPECT_TRUE(eventually([&] { return one.counters().served == clients.size(); }));
}

TEST_F(server_concurrency, a_pool_wins_over_threads) {
    server one = serve(holding(), {.multi_threading = true, .pool = server_pool{.threads = 1}});
    auto first = dial(one);
    auto second = dial(one);
    EXPECT_EQ(hear(first), "hello");
    EXPECT_EQ(hear(second, 20ms), "(timeout)");
    EXPECT_EQ(ask(first, "done"), "bye");
    EXPECT_EQ(hear(second), "hello");
    EXPECT_EQ(ask(second, "done"), "bye");
    EXPECT_EQ(serving_threads().size(), 1U);
}

class server_pool_bounds : public server_concurrency, public testing::WithParamInterface<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(queue, server_pool_bounds, testing::Values(0, 1, 5));

TEST_P(server_pool_bounds, a_full_queue_pauses_accepting_until_there_is_room) {
    constexpr std::size_t threads_of_pool = 2;
    constexpr std::size_t count = 15;
    std::size_t const most = threads_of_pool + GetParam();
    std::atomic<std::uint64_t> finished{0};
    std::atomic<bool> too_many{false};
    server_options options{.pool = server_pool{.threads = threads_of_pool, .queue = GetParam()}};
    options.on_finished = [&](connection_summary const&) { ++finished; };
    server one = serve(holding(), options);
    std::vector<stream_usocket> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.push_back(dial(one));
    ASSERT_TRUE(eventually([&] { return one.counters().active == most; }));
    EXPECT_EQ(hear(clients.back(), 20ms), "(timeout)");
    EXPECT_EQ(one.counters().accepted, most) << "the others wait in the backlog";
    std::atomic<bool> done{false};
    std::thread watching([&] {
        while (!done) {
            auto const counts = one.counters();
            too_many = too_many || counts.active > most;
            std::this_thread::yield();
        }
    });
    for (auto& client : clients) {
        EXPECT_EQ(hear(client), "hello");
        EXPECT_EQ(ask(client, "done"), "bye");
    }
    EXPECT_TRUE(eventually([&] { return finished == count; }));
    done = true;
    watching.join();
    EXPECT_FALSE(too_many);
    EXPECT_EQ(inside.most(), int{threads_of_pool});
    EXPECT_EQ(one.stop().counters.served, count);
}

TEST(server_pool_load, many_clients_are_all_served_by_a_few_threads) {
    constexpr int clients_at_a_time = 8;
    constexpr int each = 50;
    server one = serve(answer_lines, {.pool = server_pool{.threads = 4, .queue = 2}});
    std::vector<std::thread> clients;
    std::atomic<int> answered{0};
    for (int i = 0; i < clients_at_a_time; ++i) {
        clients.emplace_back([&, i] {
            for (int j = 0; j < each; ++j) {
                auto client = dial(one);
                auto const text = std::to_string(i * each + j);
                answered += ask(client, text) == text;
            }
        });
    }
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(answered, clients_at_a_time * each);
    EXPECT_TRUE(eventually([&] { return one.counters().served == clients_at_a_time * each; }));
}

TEST(server_threads, each_connections_thread_is_its_own_and_ends) {
    thread_local int uses = 0;
    server one = serve([](socket_stream& stream) { stream << ++uses << '\n'; }, {.multi_threading = true});
    for (int i = 0; i < 20; ++i) {
        auto client = dial(one);
        EXPECT_EQ(hear(client), "1");
    }
}

} // namespace
} // namespace usocket::test
