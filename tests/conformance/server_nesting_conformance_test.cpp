// SPDX-License-Identifier: MIT
//
// Servers in handlers of servers, and what else lies between the simple cases.
#include <usocket/server.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

TEST(server_nesting, the_outer_server_is_stopped_in_a_handler_of_the_inner_one) {
    server outer;
    gate outer_is_there;
    std::atomic<bool> stopped{false};
    outer = socket_server(ip_address::loopback_v4(), auto_port,
                          [&](socket_stream&) {
                              outer_is_there.pass();
                              endpoint const where(ip_address::loopback_v4(), loopback::closed_port());
                              std::thread client([&] {
                                  auto one = dial_when_there(where);
                                  EXPECT_EQ(hear(one), "stopped");
                              });
                              socket_server(where.address(), where.port(), [&](socket_stream& stream) {
                                  EXPECT_FALSE(outer.stop({.drain = patience}).complete) << "it cannot wait for itself";
                                  stopped = true;
                                  stream << "stopped\n";
                                  stop_server();
                              });
                              client.join();
                          },
                          {.in_new_thread = true});
    outer_is_there.open();
    auto client = dial(outer);
    EXPECT_TRUE(outer.wait().complete);
    EXPECT_TRUE(stopped);
}

TEST(server_nesting, connections_that_a_stop_finds_in_the_queue_of_a_pool_are_not_begun) {
    gate finish;
    std::atomic<int> handlers{0};
    std::atomic<int> hooks{0};
    server_options options{.in_new_thread = true, .pool = server_pool{.threads = 1, .queue = 64}};
    options.on_connected = [&](connection_info const&) { ++hooks; };
    options.on_finished = [&](connection_summary const&) { ++hooks; };
    server one = socket_server(
        ip_address::loopback_v4(), auto_port,
        [&](socket_stream&) {
            ++handlers;
            finish.pass(); // blind to cancellation
        },
        options);
    std::vector<stream_usocket> clients;
    for (int i = 0; i < 20; ++i)
        clients.push_back(dial(one));
    EXPECT_TRUE(eventually([&] { return one.counters().active == 20; }));
    EXPECT_TRUE(eventually([&] { return handlers == 1; }));
    std::thread stopping([&] { one.stop({.drain = 0s}); });
    EXPECT_TRUE(hangs_up(clients.front()));
    finish.open();
    stopping.join();
    EXPECT_EQ(handlers, 1);
    EXPECT_EQ(hooks, 2);
    EXPECT_EQ(one.counters().cancelled, 20U);
}

TEST(server_nesting, a_long_send_is_not_idle) {
    std::string const much(48U << 20U, 'x');
    server one =
        socket_server(ip_address::loopback_v4(), auto_port, [&](stream_usocket& socket) { socket_send(socket, much); },
                      {.in_new_thread = true, .limits = {.idle_timeout = 400ms}});
    auto client = dial(one);
    std::vector<char> room(256U << 10U);
    std::size_t taken = 0;
    auto const begin = std::chrono::steady_clock::now();
    while (taken < much.size()) { // for longer than the idle timeout, a little at a time
        if (std::chrono::steady_clock::now() - begin < 1200ms)
            wait_for_input(std::span<usocket* const>(), {.timeout = 5ms});
        auto const got = socket_receive(client, room).size;
        if (got == 0)
            break;
        taken += got;
    }
    EXPECT_EQ(taken, much.size());
    EXPECT_TRUE(eventually([&] { return one.counters().served == 1; })) << one.counters().cancelled;
}

TEST(server_nesting, a_reply_that_no_datagram_can_carry_is_a_failure) {
    log_of<std::string> activities;
    server_options options{.in_new_thread = true};
    options.on_error = [&](server_failure const& failure) { activities.add(std::string(failure.activity)); };
    server one = socket_server(
        ip_address::loopback_v4(), auto_port, [](std::span<std::byte const>) { return std::string(70'000, 'x'); },
        options);
    auto client = dial_datagrams(one.address());
    socket_send(client, "x");
    EXPECT_TRUE(eventually([&] { return one.counters().failed == 1; }));
    EXPECT_TRUE(eventually([&] { return activities.size() == 1; }));
    EXPECT_EQ(activities.all().front(), "send");
    EXPECT_EQ(one.counters().served, 0U);
}

TEST(server_nesting, failures_tell_what_they_are) {
    log_of<server_failure> failures;
    server_options options{.in_new_thread = true};
    options.on_error = [&](server_failure const& failure) { failures.add(failure); };
    server one = socket_server(
        ip_address::loopback_v4(), auto_port,
        [](socket_stream& stream) {
            std::string line;
            read_line(stream, line);
            if (line == "other")
                throw 7;
            throw connection_reset_error({.code = std::make_error_code(std::errc::connection_reset)});
        },
        options);
    for (auto const* const line : {"condition\n", "other\n"}) {
        auto client = dial(one);
        socket_send(client, line);
        EXPECT_TRUE(hangs_up(client));
        EXPECT_TRUE(eventually([&] { return failures.size() == (line[0] == 'c' ? 1U : 2U); }));
        auto const last = failures.all().back();
        auto const begin = "handler for " + last.remote.to_string() + ": ";
        EXPECT_EQ(to_string(last).substr(0, begin.size()), begin);
        EXPECT_EQ(last.code == errc::connection_reset, line[0] == 'c');
        EXPECT_EQ(to_string(last) == begin + "unknown", line[0] == 'o');
    }
}

TEST(server_nesting, a_datagram_timeout_of_zero_is_refused) {
    EXPECT_THROW(socket_server(ip_address::loopback_v4(), auto_port, default_udp_handler,
                               {.in_new_thread = true, .timeout = 0s}),
                 invalid_argument_error);
}

TEST(server_nesting, what_the_callers_configurator_raises_comes_through) {
    struct own_error {};
    std::error_code ec;
    server_options const options{.in_new_thread = true, .configure = [](usocket&) { throw own_error(); }};
    EXPECT_THROW(socket_server(ip_address::loopback_v4(), auto_port, echo_tcp_handler, options), own_error);
    EXPECT_THROW(socket_server(ip_address::loopback_v4(), auto_port, echo_tcp_handler, options, ec), own_error);
}

TEST(server_nesting, a_stopped_server_holds_nothing_of_its_callers) {
    auto const held = std::make_shared<int>(0);
    server_options options{.in_new_thread = true};
    options.on_finished = [held](connection_summary const&) {};
    server one = socket_server(ip_address::loopback_v4(), auto_port, [held](socket_stream&) {}, options);
    options = {};
    EXPECT_GT(held.use_count(), 1);
    one.stop();
    EXPECT_EQ(held.use_count(), 1);
}

} // namespace
} // namespace usocket::test
