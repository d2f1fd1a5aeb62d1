// SPDX-License-Identifier: MIT
//
// Stopping a server: from anywhere, at any time, any number of times.
#include <usocket/server.hpp>
#include <usocket/stop_token.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

/// The ways of serving streams; stopping is the same in all.
struct way {
    char const* name;
    server_options options;
};
way const ways[] = {
    {"one_at_a_time", {}},
    {"threads", {.multi_threading = true}},
    {"pool", {.pool = server_pool{.threads = 2, .queue = 4}}},
    {"shards", {.multi_threading = true, .shards = ports_are_shared ? 3U : 1U}},
};

class server_stop : public testing::TestWithParam<way> {
protected:
    server_options options = GetParam().options;
    gate handling;
};
INSTANTIATE_TEST_SUITE_P(all, server_stop, testing::ValuesIn(ways),
                         [](auto const& instance) { return instance.param.name; });

void expect_refused(endpoint const& where) {
    std::error_code ec;
    static_cast<void>(socket_connect(where, {}, ec));
    EXPECT_EQ(ec, errc::connection_refused);
}

TEST_P(server_stop, before_the_first_connection) {
    server one = serve(answer_lines, options);
    server_report const report = one.stop();
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.accepted, 0U);
    EXPECT_FALSE(one.running());
    expect_refused(one.address());
}

TEST_P(server_stop, with_a_connection) {
    server one = serve(answer_lines, options);
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
    server_report const report = one.stop();
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.accepted, 1U);
    EXPECT_EQ(report.counters.cancelled, 1U);
    EXPECT_EQ(report.counters.active, 0U);
    EXPECT_EQ(hear(client), "(end)") << "the peer sees the end of the stream";
    expect_refused(one.address());
}

TEST_P(server_stop, twice_says_the_same) {
    server one = serve(answer_lines, options);
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
    EXPECT_EQ(one.stop().counters.cancelled, 1U);
    server_report const again = one.stop({.drain = patience});
    EXPECT_TRUE(again.complete);
    EXPECT_EQ(again.counters.cancelled, 1U);
    EXPECT_EQ(one.wait().counters.cancelled, 1U);
    EXPECT_EQ(one.counters().cancelled, 1U);
}

TEST_P(server_stop, from_several_threads_at_once) {
    for (int round = 0; round < 20; ++round) {
        server one = serve(answer_lines, options);
        auto client = dial(one);
        EXPECT_EQ(ask(client, "hello"), "hello");
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                server_report const report = i == 3 ? one.wait() : one.stop();
                EXPECT_TRUE(report.complete);
                EXPECT_EQ(report.counters.cancelled, 1U);
                EXPECT_FALSE(one.running());
            });
        }
        for (auto& thread : threads)
            thread.join();
    }
}

TEST_P(server_stop, from_a_handler_without_waiting) {
    gate know;
    server one;
    one = serve(
        [&](socket_stream& stream) {
            know.pass();
            EXPECT_FALSE(one.stop({.drain = patience}).complete) << "this handler has not ended";
            EXPECT_FALSE(one.running());
            EXPECT_FALSE(one.wait().complete) << "it cannot wait for itself";
            stream << "stopped\n";
        },
        options);
    auto client = dial(one);
    know.open();
    EXPECT_EQ(hear(client), "stopped");
    server_report const report = one.wait();
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.served, 1U);
    EXPECT_EQ(report.counters.drained, 1U);
}

TEST_P(server_stop, by_stop_server_in_a_handler) {
    log_of<errc> how;
    server one = serve(
        [&](socket_stream& stream) {
            EXPECT_TRUE(stop_server({.drain = 0s})); // this one is cancelled as well
            std::error_code ec;
            std::string line;
            read_line(stream, line, ec);
            how.add(classify(ec));
        },
        options);
    auto client = dial(one);
    server_report const report = one.wait();
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.cancelled, 1U);
    EXPECT_EQ(how.all(), std::vector{errc::interrupted});
    EXPECT_FALSE(one.running());
}

TEST_P(server_stop, by_stop_server_which_gives_its_handler_time_to_end) {
    server one = serve(
        [](socket_stream& stream) {
            EXPECT_TRUE(stop_server());
            stream << "stopping\n";
        },
        options);
    auto client = dial(one);
    EXPECT_EQ(hear(client), "stopping");
    EXPECT_EQ(one.wait().counters.drained, 1U);
}

TEST_P(server_stop, from_each_hook) {
    for (int which = 0; which < 3; ++which) {
        auto hooked = options;
        if (which == 0)
            hooked.on_connected = [](connection_info const&) { EXPECT_TRUE(stop_server()); };
        if (which == 1)
            hooked.on_finished = [](connection_summary const&) { EXPECT_TRUE(stop_server({.drain = patience})); };
        if (which == 2)
            hooked.on_error = [](server_failure const&) { EXPECT_TRUE(stop_server()); };
        server one = serve([](socket_stream&) { throw std::runtime_error("on_error is called"); }, hooked);
        auto client = dial(one);
        server_report const report = one.wait();
        EXPECT_TRUE(report.complete);
        EXPECT_EQ(report.counters.accepted, 1U);
        EXPECT_EQ(accounted(report.counters), 1U);
    }
}

TEST_P(server_stop, by_the_destructor) {
    auto one = std::make_unique<server>(serve(
        [&](socket_stream& stream) {
            handling.open();
            answer_lines(stream);
        },
        options));
    endpoint const where = one->address();
    auto client = dial(*one);
    ASSERT_TRUE(handling.pass());
    one.reset();
    EXPECT_EQ(hear(client), "(end)");
    expect_refused(where);
}

TEST_P(server_stop, by_the_destructor_in_a_handler) {
    struct shared_by_both { // what the handler uses may outlive this test
        gate know;
        gate done;
        server one;
    };
    auto const both = std::make_shared<shared_by_both>();
    both->one = serve(
        [both](socket_stream&) {
            both->know.pass();
            {
                server const gone = std::move(both->one);
            }
            both->done.open();
        },
        options);
    auto client = dial(both->one);
    endpoint const where = both->one.address();
    both->know.open();
    EXPECT_TRUE(both->done.pass()) << "does not wait for itself";
    EXPECT_TRUE(hangs_up(client));
    EXPECT_TRUE(eventually([&] {
        std::error_code ec;
        static_cast<void>(socket_connect(where, {}, ec));
        return ec == errc::connection_refused;
    })) << "the rest ends on its own";
}

TEST_P(server_stop, after_a_move) {
    server first = serve(answer_lines, options);
    auto const port = first.port();
    server second = std::move(first);
    EXPECT_TRUE(second.running());
    EXPECT_EQ(second.port(), port);
    EXPECT_FALSE(first.running()); // NOLINT(bugprone-use-after-move): as good as none
    EXPECT_TRUE(first.stop().complete);
    auto client = dial(second);
    EXPECT_EQ(ask(client, "hello"), "hello");
    server third = serve(answer_lines, options);
    endpoint const old = third.address();
    third = std::move(second); // stops what it was before
    expect_refused(old);
    EXPECT_EQ(ask(client, "again"), "again");
    EXPECT_EQ(third.stop().counters.cancelled, 1U);
}

TEST_P(server_stop, frees_the_port_at_once) {
    server one = serve(answer_lines, options);
    endpoint const where = one.address();
    for (int i = 0; i < 10; ++i) {
        auto client = dial(one);
        EXPECT_EQ(ask(client, "hello"), "hello");
        one.stop();
        std::error_code ec;
        auto again = options;
        again.in_new_thread = true;
        one = socket_server(where.address(), where.port(), answer_lines, again, ec);
        ASSERT_FALSE(ec) << ec.message();
        EXPECT_EQ(one.address(), where);
    }
}

TEST_P(server_stop, by_a_token) {
    std::stop_source source;
    server one = serve(answer_lines, options);
    one.stop_on(source.get_token());
    std::stop_source unused;
    one.stop_on(unused.get_token()); // each of several may
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
    EXPECT_TRUE(one.running());
    source.request_stop();
    EXPECT_FALSE(one.running());
    EXPECT_EQ(one.wait().counters.cancelled, 1U);
    unused.request_stop(); // nothing more happens
    EXPECT_TRUE(one.wait().complete);
}

TEST_P(server_stop, by_a_token_that_was_stopped_before) {
    std::stop_source source;
    source.request_stop();
    server one = serve(answer_lines, options);
    one.stop_on(source.get_token());
    EXPECT_FALSE(one.running());
    EXPECT_TRUE(one.wait().complete);
    one.stop_on(source.get_token()); // a stopped server has no use for it
    server none;
    none.stop_on(source.get_token());
}

TEST_P(server_stop, a_token_drains_as_the_options_say_and_outlives_the_server) {
    std::stop_source source;
    gate finish;
    auto draining = options;
    draining.drain = patience;
    server one = serve(
        [&](socket_stream& stream) {
            handling.open();
            finish.pass();
            stream << "finished\n";
        },
        draining);
    one.stop_on(source.get_token());
    auto client = dial(one);
    ASSERT_TRUE(handling.pass());
    source.request_stop(); // returns, though the handler goes on
    EXPECT_FALSE(one.running());
    finish.open();
    EXPECT_EQ(hear(client), "finished");
    EXPECT_EQ(one.wait().counters.drained, 1U);
    std::stop_source later;
    {
        server other = serve(answer_lines, options);
        other.stop_on(later.get_token());
    }
    later.request_stop();
}

TEST_P(server_stop, waiting_is_bounded_by_cancel_scopes_that_leave_it_running) {
    server one = serve(answer_lines, options);
    {
        cancel_scope const scope{10ms};
        EXPECT_THROW((void)one.wait(), deadline_timeout_error);
    }
    {
        cancel_scope scope;
        std::thread cancelling([&] { scope.cancel(); });
        std::error_code ec;
        one.wait(ec);
        EXPECT_EQ(ec, errc::interrupted);
        cancelling.join();
    }
    auto client = dial(one);
    EXPECT_EQ(ask(client, "running"), "running");
    std::thread stopping([&] { one.stop(); });
    std::error_code ec;
    EXPECT_TRUE(one.wait(ec).complete);
    EXPECT_FALSE(ec);
    stopping.join();
}

TEST(server_none, is_as_one_that_has_stopped) {
    server none;
    EXPECT_FALSE(none.running());
    EXPECT_EQ(none.port(), 0);
    EXPECT_EQ(none.address(), endpoint());
    EXPECT_TRUE(none.addresses().empty());
    EXPECT_TRUE(none.stop().complete);
    EXPECT_TRUE(none.wait().complete);
    EXPECT_EQ(none.counters().accepted, 0U);
    none = server();
    std::error_code ec;
    EXPECT_TRUE(none.wait(ec).complete);
    EXPECT_FALSE(ec);
}

} // namespace
} // namespace usocket::test
