// SPDX-License-Identifier: MIT
//
// A server that has run out of descriptors. It is a process of its own, so that its clients have enough of them.
#include <usocket/server.hpp>

#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/descriptor_limit.hpp"
#include "support/process_state.hpp"
#include "support/sanitizers.hpp"
#include "support/server_client.hpp"
#include "support/server_process.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr rlim_t descriptors = 64;

// What the other process does.
TEST(server_in_a_process, DISABLED_serves) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = descriptors;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    std::atomic<int> errors{0};
    std::atomic<int> others{0};
    server_options options;
    options.on_error = [&](server_failure const& failure) {
        (failure.activity == "accept" && kind_of(failure.error) == errc::no_buffers ? errors : others)++;
    };
    server one;
    std::unique_ptr<descriptors_taken> taken;
    obey_commands([&](std::string const& command) {
        std::ostringstream answer;
        if (command == "start") {
            options.multi_threading = true;
            one = serve(answer_lines, options);
            answer << one.port();
        } else if (command == "take descriptors") {
            taken = std::make_unique<descriptors_taken>(int{descriptors});
        } else if (command == "give descriptors") {
            taken.reset();
        } else if (command == "stop") {
            answer << one.stop().complete;
        } else {
            server_counters const counts = one.counters();
            answer << counts.accepted << ' ' << counts.refused << ' ' << counts.active << ' ' << counts.served << ' '
                   << counts.failed << ' ' << counts.accept_failures << ' ' << errors << ' ' << others << ' '
                   << processor_time().count();
        }
        return answer.str();
    });
}

class server_exhaustion : public testing::Test {
protected:
    void SetUp() override {
        if (is_address_sanitized())
            GTEST_SKIP() << "NOT TESTED: the undefined-behaviour sanitizer, which comes with the address sanitizer, "
                            "needs descriptors of its own and is mistaken without them";
    }
    struct state {
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;
        std::uint64_t active = 0;
        std::uint64_t served = 0;
        std::uint64_t failed = 0;
        std::uint64_t accept_failures = 0;
        int errors = 0;
        int other_errors = 0;
        std::int64_t processor_microseconds = 0;
    };
    state look() {
        state now;
        std::istringstream(process.tell("look")) >> now.accepted >> now.refused >> now.active >> now.served >>
            now.failed >> now.accept_failures >> now.errors >> now.other_errors >> now.processor_microseconds;
        return now;
    }
    void start() {
        unsigned port = 0;
        std::istringstream(process.tell("start")) >> port;
        ASSERT_NE(port, 0U);
        where = endpoint(ip_address::loopback_v4(), port);
    }
    /// How long it takes until a client is served.
    [[nodiscard]] std::chrono::milliseconds time_until_served() const {
        auto const begin = steady_clock::now();
        EXPECT_TRUE(eventually([&] {
            std::error_code ec;
            auto client = dial(where, {.read_timeout = 100ms});
            socket_send(client, "hello\n", ec);
            return hear(client) == "hello";
        }));
        return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
    }
    /// While nothing happens that a server would have to do anything about, a spinning one uses its processor's time.
    void expect_no_spinning() {
        auto const begin = steady_clock::now();
        state const before = look();
        std::this_thread::sleep_for(600ms); // what is measured is that time
        state const after = look();
        auto const used = std::chrono::microseconds(after.processor_microseconds - before.processor_microseconds);
        auto const passed = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin);
        std::cout << "used " << used.count() << " us of the processor in " << passed.count() << " us\n";
        EXPECT_LT(used, passed / 5);
    }

    server_process process{"server_in_a_process.DISABLED_serves"};
    endpoint where;
};

TEST_F(server_exhaustion, serves_those_it_can_and_refuses_the_others) {
    ASSERT_NO_FATAL_FAILURE(start());
    std::vector<stream_usocket> served;
    int refused = 0;
    while (refused < 8) {
        auto client = dial(where);
        std::error_code ec;
        socket_send(client, "hello\n", ec);
        if (hear(client) == "hello") // waits until the server has decided
            served.push_back(std::move(client));
        else
            ++refused;
        ASSERT_LT(served.size(), descriptors);
    }
    EXPECT_GT(served.size(), descriptors / 4);
    state const now = look();
    EXPECT_EQ(now.active, served.size());
    EXPECT_GE(now.refused, 8U);
    EXPECT_GE(now.accept_failures, 1U);
    EXPECT_GE(now.errors, 1);
    EXPECT_EQ(now.other_errors, 0);
    EXPECT_EQ(now.accepted, now.active + now.refused);
    for (auto& client : served)
        EXPECT_EQ(ask(client, "not disturbed"), "not disturbed");
    served.resize(served.size() / 2);
    auto const time = time_until_served();
    std::cout << "served again after " << time.count() << " ms\n";
    EXPECT_LT(time, 10s);
    EXPECT_EQ(process.tell("stop"), "1");
    EXPECT_TRUE(process.end());
}

TEST_F(server_exhaustion, does_not_spin) {
    ASSERT_NO_FATAL_FAILURE(start());
    std::vector<stream_usocket> clients;
    for (rlim_t i = 0; i < 4 * descriptors; ++i)
        clients.push_back(dial(where));
    EXPECT_TRUE(eventually([&] { return look().accept_failures > 0; }));
    expect_no_spinning();
    clients.clear();
    auto const time = time_until_served();
    std::cout << "served again after " << time.count() << " ms\n";
    EXPECT_LT(time, 10s);
    EXPECT_TRUE(eventually([&] { return look().active <= 1; }));
    expect_no_spinning();
    EXPECT_TRUE(process.end());
}

TEST_F(server_exhaustion, survives_a_storm) {
    ASSERT_NO_FATAL_FAILURE(start());
    std::atomic<bool> done{false};
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i) {
        callers.emplace_back([&] {
            std::vector<stream_usocket> clients;
            std::array<char, 10> room{};
            while (!done) {
                std::error_code ec;
                auto client = socket_connect(where, {.timeout = 100ms}, ec);
                socket_send(client, "hello\n", ec);
                if (!ec)
                    read_some(client.stream(), room, ec); // no faster than the server
                clients.push_back(std::move(client));
                if (clients.size() > 60)
                    clients.clear();
            }
        });
    }
    EXPECT_TRUE(eventually([&] { return look().refused >= 5; })) << process.tell("look");
    done = true;
    for (auto& caller : callers)
        caller.join();
    auto const time = time_until_served();
    std::cout << "served again after " << time.count() << " ms\n";
    EXPECT_LT(time, 10s);
    EXPECT_EQ(process.tell("stop"), "1");
    EXPECT_TRUE(process.end());
}

TEST_F(server_exhaustion, with_no_descriptor_left_clients_are_refused_by_the_reserve) {
    ASSERT_NO_FATAL_FAILURE(start());
    for (std::uint64_t round = 1; round <= 2; ++round) {
        static_cast<void>(time_until_served());
        EXPECT_TRUE(eventually([&] { return look().active == 0; }));
        static_cast<void>(process.tell("take descriptors"));
        auto last = dial(where); // an accept under way may have its descriptor already
        static_cast<void>(ask(last, "hello"));
        std::uint64_t const refused_before = look().refused;
        for (std::uint64_t i = 1; i <= 3; ++i) {
            auto client = dial(where);
            EXPECT_TRUE(hangs_up(client));
            EXPECT_TRUE(eventually([&] { return look().refused >= refused_before + i; }));
        }
        state const now = look();
        EXPECT_GE(now.accept_failures, round);
        EXPECT_GE(now.errors, 1);
        expect_no_spinning();
        static_cast<void>(process.tell("give descriptors"));
        auto const time = time_until_served();
        std::cout << "served again after " << time.count() << " ms\n";
        EXPECT_LT(time, 10s);
    }
    EXPECT_EQ(process.tell("stop"), "1");
    EXPECT_TRUE(process.end());
}

TEST_F(server_exhaustion, a_stop_ends_it) {
    ASSERT_NO_FATAL_FAILURE(start());
    static_cast<void>(process.tell("take descriptors"));
    std::vector<stream_usocket> clients;
    for (int i = 0; i < 20; ++i)
        clients.push_back(dial(where));
    EXPECT_TRUE(eventually([&] { return look().accept_failures > 0; }));
    EXPECT_EQ(process.tell("stop"), "1");
    for (auto& client : clients)
        EXPECT_TRUE(hangs_up(client));
    EXPECT_TRUE(process.end());
}

} // namespace
} // namespace usocket::test
