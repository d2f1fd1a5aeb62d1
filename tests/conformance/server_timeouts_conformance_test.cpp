// SPDX-License-Identifier: MIT
//
// The times that a server's connections are given.
#include <usocket/server.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/pairs.hpp"
#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

class server_timeouts : public testing::Test {
protected:
    [[nodiscard]] server serve_recording(auto handler, server_limits const& limits, server_options options = {}) {
        options.multi_threading = !options.pool;
        options.limits = limits;
        options.on_finished = [this](connection_summary const& summary) { finished.add(summary); };
        options.on_error = [this](server_failure const& failure) { failures.add(failure); };
        return serve(handler, options);
    }
    /// Reads lines, and tells how that ended.
    auto telling() {
        return [this](socket_stream& stream) {
            try {
                answer_lines(stream);
                how.add("end");
            } catch (deadline_timeout_error const&) {
                how.add("deadline_timeout_error");
                throw;
            } catch (timeout_error const&) {
                how.add("timeout_error");
                throw;
            }
        };
    }
    [[nodiscard]] connection_summary the_finished() {
        EXPECT_TRUE(eventually([&] { return finished.size() == 1; }));
        return finished.size() == 1 ? finished.all()[0] : connection_summary();
    }

    log_of<connection_summary> finished;
    log_of<server_failure> failures;
    log_of<std::string> how;
};

TEST_F(server_timeouts, a_read_that_takes_too_long_raises) {
    server one = serve_recording(telling(), {.read_timeout = 20ms});
    auto client = dial(one);
    EXPECT_TRUE(hangs_up(client));
    EXPECT_EQ(the_finished().reason, finish_reason::failed);
    EXPECT_EQ(how.all(), std::vector<std::string>{"timeout_error"});
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(kind_of(failures.all()[0].error), errc::timeout);
}

TEST_F(server_timeouts, the_handler_decides_after_a_timeout) {
    server one = serve_recording(
        [](socket_stream& stream) {
            std::string line;
            std::error_code ec;
            while (read_line(stream, line, ec) || ec == errc::timeout)
                stream << (ec ? "are you there?" : line) << '\n';
        },
        {.read_timeout = 20ms});
    auto client = dial(one);
    EXPECT_EQ(hear(client), "are you there?");
    EXPECT_EQ(hear(client), "are you there?");
    client.stream() << "yes\n" << std::flush;
    EXPECT_TRUE(eventually([&] { return hear(client) == "yes"; }));
    socket_shutdown(client, direction::output);
    EXPECT_TRUE(hangs_up(client));
    EXPECT_EQ(the_finished().reason, finish_reason::returned);
}

TEST_F(server_timeouts, a_write_that_takes_too_long_raises) {
    server one = serve_recording(
        [this](stream_usocket& socket) {
            std::string const much(100 << 20, 'x');
            try {
                socket_send(socket, much);
            } catch (timeout_error const& error) {
                how.add(error.kind() == errc::timeout ? "timeout_error" : "another");
                throw;
            }
        },
        {.read_timeout = 1h, .write_timeout = 20ms});
    auto client = dial(one);
    EXPECT_EQ(the_finished().reason, finish_reason::failed) << "the client reads nothing";
    EXPECT_EQ(how.all(), std::vector<std::string>{"timeout_error"});
    EXPECT_GE(read_all(client).size(), finished.all()[0].sent);
}

TEST_F(server_timeouts, an_idle_connection_ends) {
    constexpr auto limit = 100ms;
    server one = serve_recording(telling(), {.idle_timeout = limit});
    auto const begin = steady_clock::now();
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
    EXPECT_TRUE(hangs_up(client));
    EXPECT_GE(steady_clock::now() - begin, limit);
    connection_summary const summary = the_finished();
    EXPECT_EQ(summary.reason, finish_reason::idle);
    EXPECT_GE(summary.duration, limit);
    EXPECT_EQ(summary.received, 6U);
    EXPECT_EQ(how.all(), std::vector<std::string>{"deadline_timeout_error"});
    server_counters const counts = one.stop().counters;
    EXPECT_EQ(counts.cancelled, 1U);
    EXPECT_EQ(counts.failed, 0U);
}

/// Being active takes a machine that gives a turn often enough. One that does not gets a longer limit to be active
/// within: `attempt(limit)` is made again until it returns true.
template <class Attempt>
void with_a_limit_for_this_machine(Attempt&& attempt) {
    for (auto limit = 800ms; limit < 30s; limit *= 2) {
        if (attempt(limit))
            return;
    }
    FAIL() << "this machine gives no turn in half a minute";
}

TEST_F(server_timeouts, an_active_connection_is_not_idle) {
    with_a_limit_for_this_machine([&](std::chrono::milliseconds limit) {
        finished.clear();
        server one = serve_recording(telling(), {.idle_timeout = limit});
        auto idle = dial(one);
        auto active = dial(one);
        auto const begin = steady_clock::now();
        auto last = begin;
        auto longest = 0ns;
        int answers = 0;
        while (steady_clock::now() - begin < 3 * limit) {
            answers += ask(active, "busy") == "busy";
            auto const now = steady_clock::now();
            longest = std::max<std::chrono::nanoseconds>(longest, now - last);
            last = now;
            std::this_thread::sleep_for(1ms); // leaves the machine to others
        }
        if (longest >= limit / 2)
            return false;
        EXPECT_EQ(ask(active, "still here"), "still here") << "after " << answers << " answers";
        EXPECT_EQ(hear(idle), "(end)");
        EXPECT_EQ(the_finished().connection.remote, get_local_endpoint(idle));
        return true;
    });
}

TEST_F(server_timeouts, sending_alone_is_activity_too) {
    with_a_limit_for_this_machine([&](std::chrono::milliseconds limit) {
        finished.clear();
        std::atomic<std::int64_t> longest{0};
        server one = serve_recording(
            [&longest, limit](stream_usocket& socket) {
                auto const begin = steady_clock::now();
                for (auto last = begin; last - begin < 3 * limit;) {
                    socket_send(socket, "tick");
                    std::this_thread::sleep_for(5ms);
                    auto const now = steady_clock::now();
                    longest = std::max<std::int64_t>(longest, (now - last).count());
                    last = now;
                }
            },
            {.idle_timeout = limit});
        auto client = dial(one);
        std::string const all = read_all(client);
        if (longest >= std::chrono::nanoseconds(limit / 2).count())
            return false;
        EXPECT_EQ(the_finished().reason, finish_reason::returned);
        EXPECT_EQ(all.size(), finished.all()[0].sent);
        return true;
    });
}

TEST_F(server_timeouts, a_deadline_ends_even_a_busy_connection) {
    for (bool const busy : {false, true}) {
        log_of<connection_summary> ended;
        constexpr auto limit = 150ms;
        log_of<bool> is_deadline;
        server_options options{.multi_threading = true, .limits = {.connection_deadline = limit}};
        options.on_finished = [&](connection_summary const& summary) { ended.add(summary); };
        server one = serve(telling(), options);
        auto client = dial(one);
        while (busy && ask(client, "busy") == "busy") {
        }
        EXPECT_TRUE(hangs_up(client));
        ASSERT_TRUE(eventually([&] { return ended.size() == 1; }));
        EXPECT_EQ(ended.all()[0].reason, finish_reason::deadline);
        EXPECT_GE(ended.all()[0].duration, limit);
        EXPECT_EQ(one.counters().cancelled, 1U);
    }
    EXPECT_EQ(how.all(), std::vector<std::string>(2, "deadline_timeout_error"));
}

TEST_F(server_timeouts, deadlines_reach_calls_on_other_sockets) {
    for (auto const& limits : {server_limits{.idle_timeout = 50ms}, server_limits{.connection_deadline = 50ms}}) {
        log_of<errc> kinds;
        server one = serve(
            [&](stream_usocket&) {
                auto pair = connected_pair();
                std::array<char, 1> room{};
                std::error_code ec;
                static_cast<void>(socket_receive(pair.first, room, ec));
                kinds.add(classify(ec));
            },
            {.multi_threading = true, .limits = limits});
        auto client = dial(one);
        EXPECT_TRUE(hangs_up(client));
        EXPECT_TRUE(eventually([&] { return one.counters().cancelled == 1; }));
        EXPECT_EQ(kinds.all(), std::vector{errc::deadline_timeout});
    }
}

TEST_F(server_timeouts, the_deadline_counts_from_being_accepted) {
    // The second waits for the only thread of the pool until its own deadline has passed.
    server one =
        serve_recording(telling(), {.connection_deadline = 200ms}, {.pool = server_pool{.threads = 1, .queue = 10}});
    auto first = dial(one);
    EXPECT_EQ(ask(first, "hello"), "hello");
    auto second = dial(one);
    ASSERT_TRUE(eventually([&] { return one.counters().active == 2; }));
    EXPECT_TRUE(hangs_up(first));
    EXPECT_TRUE(hangs_up(second));
    EXPECT_TRUE(eventually([&] { return one.counters().cancelled == 2; }));
    one.stop();
    EXPECT_GE(finished.size(), 1U) << "the second may not have come to its handler";
    for (auto const& summary : finished.all()) {
        EXPECT_EQ(summary.reason, finish_reason::deadline);
        EXPECT_GE(summary.duration, 200ms);
    }
}

TEST_F(server_timeouts, many_connections_each_have_their_own) {
    constexpr std::size_t count = 40;
    server one = serve_recording(telling(), {.idle_timeout = 100ms, .connection_deadline = 1h});
    std::vector<stream_usocket> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.push_back(dial(one));
    for (auto& client : clients)
        EXPECT_TRUE(hangs_up(client));
    EXPECT_TRUE(eventually([&] { return finished.size() == count; }));
    for (auto const& summary : finished.all())
        EXPECT_EQ(summary.reason, finish_reason::idle);
    EXPECT_EQ(one.counters().cancelled, count);
}

TEST_F(server_timeouts, limits_far_away_change_nothing) {
    server one = serve_recording(telling(), {.read_timeout = 1h,
                                             .write_timeout = 1h,
                                             .idle_timeout = 1h,
                                             .connection_deadline = std::chrono::hours::max()});
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
    socket_close(client);
    EXPECT_EQ(the_finished().reason, finish_reason::returned);
}

} // namespace
} // namespace usocket::test
