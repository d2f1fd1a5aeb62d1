// SPDX-License-Identifier: MIT
//
// The time between the stop and its end: handlers that finish in it, and those that do not.
#include <usocket/server.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

class server_drain : public testing::Test {
protected:
    /// Handlers that go on until they may finish.
    auto until_finish() {
        return [this](socket_stream& stream) {
            ++handling;
            finish.pass();
            stream << "finished\n";
        };
    }
    /// Handlers that go on until they are interrupted.
    auto until_interrupted() {
        return [this](socket_stream& stream) {
            ++handling;
            std::string line;
            std::error_code ec;
            while (!ec)
                read_line(stream, line, ec);
            how.add(classify(ec));
            if (ec)
                raise_condition({.code = ec});
        };
    }
    void dial_until_handled(server const& one, int count = 1) {
        for (int i = 0; i < count; ++i)
            clients.push_back(dial(one));
        EXPECT_TRUE(eventually([&] { return handling == count; }));
    }

    std::atomic<int> handling{0};
    gate finish;
    log_of<errc> how;
    std::vector<stream_usocket> clients;
};

TEST_F(server_drain, lets_handlers_finish) {
    server one = serve(until_finish(), {.multi_threading = true});
    dial_until_handled(one, 5);
    std::thread stopping([&] {
        server_report const report = one.stop({.drain = patience});
        EXPECT_TRUE(report.complete);
        EXPECT_EQ(report.counters.served, 5U);
        EXPECT_EQ(report.counters.drained, 5U);
        EXPECT_EQ(report.counters.cancelled, 0U);
    });
    EXPECT_TRUE(eventually([&] { return !one.running(); }));
    EXPECT_TRUE(eventually([&] {
        std::error_code ec;
        static_cast<void>(socket_connect(one.address(), {}, ec));
        return ec == errc::connection_refused;
    })) << "no connection is accepted any more";
    finish.open();
    stopping.join();
    for (auto& client : clients)
        EXPECT_EQ(hear(client), "finished");
}

TEST_F(server_drain, only_those_that_finish_while_stopping_count) {
    server one = serve(answer_lines, {.multi_threading = true});
    {
        auto before = dial(one);
        EXPECT_EQ(ask(before, "x"), "x");
    }
    EXPECT_TRUE(eventually([&] { return one.counters().served == 1; }));
    auto during = dial(one);
    EXPECT_EQ(ask(during, "y"), "y");
    std::thread stopping([&] { one.stop({.drain = patience}); });
    EXPECT_TRUE(eventually([&] { return !one.running(); }));
    EXPECT_EQ(ask(during, "still answered"), "still answered");
    socket_close(during);
    stopping.join();
    server_counters const counts = one.counters();
    EXPECT_EQ(counts.served, 2U);
    EXPECT_EQ(counts.drained, 1U);
}

TEST_F(server_drain, cancels_those_that_do_not) {
    server one = serve(until_interrupted(), {.multi_threading = true});
    dial_until_handled(one, 3);
    auto const begin = std::chrono::steady_clock::now();
    server_report const report = one.stop({.drain = 50ms});
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.cancelled, 3U);
    EXPECT_EQ(report.counters.failed, 0U) << "what a cancelled handler raises is not its failure";
    EXPECT_EQ(how.all(), std::vector(3, errc::interrupted));
}

TEST_F(server_drain, those_that_return_after_the_cancellation_are_cancelled) {
    log_of<connection_summary> finished;
    server one = serve(
        [&](socket_stream& stream) {
            ++handling;
            std::string line;
            std::error_code ec;
            read_line(stream, line, ec);
        },
        {.on_finished = [&](connection_summary const& summary) { finished.add(summary); }});
    dial_until_handled(one);
    server_report const report = one.stop();
    EXPECT_EQ(report.counters.cancelled, 1U);
    EXPECT_EQ(report.counters.served, 0U);
    EXPECT_EQ(report.counters.drained, 0U);
    ASSERT_EQ(finished.size(), 1U);
    EXPECT_EQ(finished.all()[0].reason, finish_reason::cancelled);
}

TEST_F(server_drain, is_as_the_options_say_where_the_stop_does_not) {
    {
        server one = serve(until_finish(), {.multi_threading = true, .drain = patience});
        dial_until_handled(one);
        std::thread finishing([&] {
            EXPECT_TRUE(eventually([&] { return !one.running(); }));
            finish.open();
        });
        EXPECT_EQ(one.stop().counters.drained, 1U);
        finishing.join();
    }
    handling = 0;
    server one = serve(until_interrupted(), {.multi_threading = true, .drain = {}});
    dial_until_handled(one);
    EXPECT_EQ(one.stop({.drain = 0s}).counters.cancelled, 1U) << "this stop says itself";
}

TEST_F(server_drain, without_a_limit_waits_as_long_as_they_take) {
    server one = serve(until_finish(), {.multi_threading = true});
    dial_until_handled(one);
    std::thread finishing([&] {
        EXPECT_TRUE(eventually([&] { return !one.running(); }));
        finish.open();
    });
    EXPECT_EQ(one.stop({.drain = time_limit()}).counters.drained, 1U);
    finishing.join();
}

TEST_F(server_drain, a_further_stop_shortens_it) {
    for (bool const endless : {false, true}) {
        handling = 0;
        server one = serve(until_interrupted(), {.multi_threading = true});
        dial_until_handled(one);
        std::thread stopping([&] {
            server_report const report = one.stop({.drain = endless ? time_limit() : time_limit(1h)});
            EXPECT_EQ(report.counters.cancelled, 1U);
        });
        EXPECT_TRUE(eventually([&] { return !one.running(); }));
        EXPECT_EQ(one.counters().cancelled, 0U);
        EXPECT_EQ(one.stop({.drain = 10ms}).counters.cancelled, 1U);
        stopping.join();
    }
}

TEST_F(server_drain, a_further_stop_never_prolongs_it) {
    server one = serve(until_interrupted(), {.multi_threading = true});
    dial_until_handled(one);
    std::thread stopping([&] { EXPECT_TRUE(one.stop({.drain = 200ms}).complete); });
    EXPECT_TRUE(eventually([&] { return !one.running(); }));
    EXPECT_EQ(one.stop({.drain = time_limit()}).counters.cancelled, 1U) << "came back when the first was over";
    stopping.join();
}

TEST_F(server_drain, serves_those_that_wait_for_a_thread_of_the_pool) {
    server one = serve(until_finish(), {.pool = server_pool{.threads = 1, .queue = 10}});
    dial_until_handled(one);
    for (int i = 0; i < 5; ++i)
        clients.push_back(dial(one));
    ASSERT_TRUE(eventually([&] { return one.counters().active == 6; }));
    std::thread stopping([&] {
        server_report const report = one.stop({.drain = patience});
        EXPECT_EQ(report.counters.served, 6U);
        EXPECT_EQ(report.counters.drained, 6U);
    });
    EXPECT_TRUE(eventually([&] { return !one.running(); }));
    finish.open();
    stopping.join();
    for (auto& client : clients)
        EXPECT_EQ(hear(client), "finished");
}

TEST_F(server_drain, ends_for_those_that_wait_for_a_thread_of_the_pool) {
    server one = serve(until_interrupted(), {.pool = server_pool{.threads = 1, .queue = 10}});
    dial_until_handled(one);
    for (int i = 0; i < 5; ++i)
        clients.push_back(dial(one));
    ASSERT_TRUE(eventually([&] { return one.counters().active == 6; }));
    server_report const report = one.stop({.drain = 20ms});
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.cancelled, 6U);
    EXPECT_EQ(report.counters.active, 0U);
    for (auto& client : clients)
        EXPECT_TRUE(hangs_up(client));
    for (errc const one_way : how.all())
        EXPECT_EQ(one_way, errc::interrupted);
}

TEST_F(server_drain, refuses_those_in_the_backlog) {
    server one = serve(until_finish());
    dial_until_handled(one);
    for (int i = 0; i < 20; ++i)
        clients.push_back(dial(one)); // the system has accepted them, the server has not
    std::thread stopping([&] {
        server_report const report = one.stop({.drain = patience});
        EXPECT_EQ(accounted(report.counters), report.counters.accepted);
        EXPECT_EQ(report.counters.drained, report.counters.served);
    });
    EXPECT_NE(hear(clients.back(), patience / 4), "(timeout)") << "while the first is still served";
    EXPECT_FALSE(finish.is_open());
    finish.open();
    EXPECT_EQ(hear(clients.front()), "finished");
    for (auto& client : clients)
        EXPECT_TRUE(hangs_up(client));
    stopping.join();
}

TEST_F(server_drain, a_handler_blind_to_cancellation_is_waited_for) {
    server one = serve(until_finish(), {.multi_threading = true});
    dial_until_handled(one);
    std::atomic<bool> stopped{false};
    std::thread stopping([&] {
        server_report const report = one.stop();
        stopped = true;
        EXPECT_TRUE(report.complete);
        EXPECT_EQ(report.counters.cancelled, 1U);
    });
    EXPECT_TRUE(hangs_up(clients.front())) << "the peer sees the end at once";
    EXPECT_FALSE(stopped);
    finish.open();
    stopping.join();
}

} // namespace
} // namespace usocket::test
