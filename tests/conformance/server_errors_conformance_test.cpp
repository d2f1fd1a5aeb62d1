// SPDX-License-Identifier: MIT
//
// What goes wrong in a server: where it is told, and that the rest goes on.
#include <usocket/server.hpp>

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

class server_errors : public testing::TestWithParam<bool> {
protected:
    server_options recording(server_options options = {}) {
        options.multi_threading = GetParam();
        options.on_error = [this](server_failure const& failure) { failures.add(failure); };
        options.on_finished = [this](connection_summary const& summary) { finished.add(summary); };
        return options;
    }
    void expect_finished(std::size_t count) {
        EXPECT_TRUE(eventually([&] { return finished.size() >= count; }));
    }

    log_of<server_failure> failures;
    log_of<connection_summary> finished;
};
INSTANTIATE_TEST_SUITE_P(all, server_errors, testing::Bool(),
                         [](auto const& instance) { return instance.param ? "threads" : "one_at_a_time"; });

TEST_P(server_errors, a_handlers_error_ends_its_own_connection) {
    server one = serve(
        [](socket_stream& stream) {
            std::string line;
            while (read_line(stream, line)) {
                if (line == "raise")
                    throw std::runtime_error("what the handler said");
                if (line == "raise a number")
                    throw 42;
                stream << line << '\n';
            }
        },
        recording());
    stream_usocket bystander;
    if (GetParam()) {
        bystander = dial(one);
        EXPECT_EQ(ask(bystander, "before"), "before");
    }
    std::vector<endpoint> clients;
    for (auto const* const line : {"raise", "raise a number"}) {
        auto client = dial(one);
        clients.push_back(get_local_endpoint(client));
        client.stream() << line << '\n' << std::flush;
        EXPECT_TRUE(hangs_up(client));
        expect_finished(clients.size()); // which is told after the end is seen, by a thread for each
    }
    if (GetParam()) {
        EXPECT_EQ(ask(bystander, "after"), "after");
    }
    auto another = dial(one);
    EXPECT_EQ(ask(another, "served"), "served");
    ASSERT_EQ(failures.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(failures.all()[i].activity, "handler");
        EXPECT_EQ(failures.all()[i].remote, clients[i]);
        EXPECT_EQ(finished.all()[i].reason, finish_reason::failed);
        EXPECT_EQ(finished.all()[i].connection.remote, clients[i]);
    }
    try {
        std::rethrow_exception(failures.all()[0].error);
    } catch (std::runtime_error const& error) {
        EXPECT_STREQ(error.what(), "what the handler said");
    }
    EXPECT_THROW(std::rethrow_exception(failures.all()[1].error), int);
    EXPECT_EQ(one.counters().failed, 2U);
}

TEST_P(server_errors, so_does_a_condition_that_the_handler_lets_pass) {
    if (is_wine())
        GTEST_SKIP() << "Wine takes a reset for a clean end";
    server one = serve([](socket_stream& stream) { answer_lines(stream); }, recording());
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
    reset(std::move(client));
    expect_finished(1);
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(failures.all()[0].activity, "handler");
    EXPECT_EQ(kind_of(failures.all()[0].error), errc::connection_reset);
    EXPECT_EQ(finished.all()[0].reason, finish_reason::failed);
    EXPECT_EQ(finished.all()[0].received, 6U);
    EXPECT_EQ(finished.all()[0].sent, 6U);
}

TEST_P(server_errors, raising_an_interruption_of_ones_own_is_a_failure) {
    server one = serve(
        [](socket_stream& stream) {
            cancel_scope own;
            own.cancel();
            std::string line;
            read_line(stream, line);
        },
        recording());
    auto client = dial(one);
    EXPECT_TRUE(hangs_up(client));
    expect_finished(1);
    EXPECT_EQ(finished.all()[0].reason, finish_reason::failed);
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(kind_of(failures.all()[0].error), errc::interrupted);
}

TEST_P(server_errors, what_hooks_raise_is_told) {
    auto options = recording();
    std::atomic<bool> calm{false};
    options.on_connected = [&](connection_info const&) {
        if (!calm)
            throw std::runtime_error("in on_connected");
    };
    options.on_finished = [&](connection_summary const& summary) {
        finished.add(summary);
        if (!calm)
            throw 7;
    };
    server one = serve(answer_lines, options);
    {
        auto client = dial(one);
        socket_shutdown(client, direction::output);
        EXPECT_TRUE(hangs_up(client));
    }
    ASSERT_TRUE(eventually([&] { return failures.size() == 2; }));
    EXPECT_EQ(failures.all()[0].activity, "on_connected");
    EXPECT_THROW(std::rethrow_exception(failures.all()[0].error), std::runtime_error);
    EXPECT_EQ(failures.all()[1].activity, "on_finished");
    EXPECT_THROW(std::rethrow_exception(failures.all()[1].error), int);
    calm = true;
    auto client = dial(one);
    EXPECT_EQ(ask(client, "goes on"), "goes on");
}

TEST_P(server_errors, what_on_error_raises_is_dropped) {
    auto options = recording();
    options.on_error = [this](server_failure const& failure) {
        failures.add(failure);
        throw std::runtime_error("in on_error");
    };
    options.on_connected = [](connection_info const&) { throw 1; };
    server one = serve([](socket_stream&) { throw 2; }, options);
    for (std::size_t i = 1; i <= 3; ++i) {
        auto client = dial(one);
        EXPECT_TRUE(hangs_up(client));
        expect_finished(i);
    }
    EXPECT_TRUE(one.running());
    EXPECT_GE(failures.size(), 3U);
}

TEST_P(server_errors, are_counted_without_a_hook) {
    server one =
        serve([](socket_stream&) { throw std::runtime_error("nobody listens"); }, {.multi_threading = GetParam()});
    for (int i = 0; i < 3; ++i) {
        auto client = dial(one);
        EXPECT_TRUE(hangs_up(client));
    }
    ASSERT_TRUE(eventually([&] { return one.counters().failed == 3; }));
    server_report const report = one.stop();
    EXPECT_EQ(report.counters.failed, 3U);
    EXPECT_EQ(report.counters.served, 0U);
}

TEST(server_start, options_out_of_range_are_refused) {
    auto const refused = [](server_options const& options) {
        EXPECT_THROW((void)serve(answer_lines, options), invalid_argument_error);
        std::error_code ec;
        server const none = socket_server(ip_address::loopback_v4(), auto_port, answer_lines, options, ec);
        EXPECT_FALSE(none.running());
        return ec == errc::invalid_argument;
    };
    EXPECT_TRUE(refused({.pool = server_pool{.threads = 0}}));
    EXPECT_TRUE(refused({.shards = 0}));
    EXPECT_TRUE(refused({.limits = {.max_connections = 0}}));
    EXPECT_TRUE(refused({.limits = {.max_connections_per_client = 0}}));
    EXPECT_TRUE(refused({.limits = {.accepts_per_second = 0}}));
    EXPECT_TRUE(refused({.backlog = -1}));
    EXPECT_THROW((void)serve(default_udp_handler, {.max_buffer_size = 0}), invalid_argument_error);
}

TEST(server_start, addresses_that_cannot_be_had_are_refused) {
    server holding = serve(answer_lines);
    std::error_code ec;
    auto const start = [&](host const& where, port const& number) {
        server const one = socket_server(where, number, answer_lines, {.in_new_thread = true}, ec);
        EXPECT_EQ(one.running(), !ec);
    };
    start(ip_address::loopback_v4(), holding.port());
    EXPECT_EQ(ec, errc::address_in_use);
    start(ip_address(192, 0, 2, 1), auto_port);
    EXPECT_EQ(ec, errc::address_not_available);
    start(ip_address::loopback_v4(), 65536);
    EXPECT_EQ(ec, errc::invalid_argument);
    start("127.1", auto_port);
    EXPECT_EQ(ec, errc::ns_host_not_found);
    start(ip_address::loopback_v4(), auto_port);
    EXPECT_FALSE(ec);
    EXPECT_THROW((void)socket_server(ip_address::loopback_v4(), holding.port(), answer_lines), address_in_use_error);
    auto packets = serve(default_udp_handler);
    EXPECT_THROW((void)socket_server(ip_address::loopback_v4(), packets.port(), default_udp_handler),
                 address_in_use_error);
}

TEST(server_start, the_configurator_sets_options_and_its_error_ends_the_start) {
    std::atomic<int> sockets{0};
    server_options options{.configure = [&](auto& socket) {
        ++sockets;
        set_socket_option(socket, option::receive_buffer_size, 10'000);
    }};
    server const streams = serve(answer_lines, options);
    EXPECT_EQ(sockets, 1);
    server const packets = serve(default_udp_handler, options);
    EXPECT_EQ(sockets, 2);
    options.configure = [](auto&) { throw std::runtime_error("not like this"); };
    EXPECT_THROW((void)serve(answer_lines, options), std::runtime_error);
}

TEST(server_start, one_address_that_fails_leaves_none_behind) {
    server holding = serve(answer_lines);
    endpoint const free(ip_address::loopback_v4(), loopback::closed_port());
    std::error_code ec;
    std::array const both{free, holding.address()};
    server const none = socket_server(both, answer_lines, {.in_new_thread = true}, ec);
    EXPECT_EQ(ec, errc::address_in_use);
    EXPECT_FALSE(none.running());
    static_cast<void>(socket_connect(free, {}, ec));
    EXPECT_EQ(ec, errc::connection_refused);
}

TEST(server_start, reasons_have_names) {
    EXPECT_EQ(to_string(finish_reason::returned), "returned");
    EXPECT_EQ(to_string(finish_reason::failed), "failed");
    EXPECT_EQ(to_string(finish_reason::cancelled), "cancelled");
    EXPECT_EQ(to_string(finish_reason::idle), "idle");
    EXPECT_EQ(to_string(finish_reason::deadline), "deadline");
}

} // namespace
} // namespace usocket::test
