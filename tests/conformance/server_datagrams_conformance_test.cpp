// SPDX-License-Identifier: MIT
//
// Datagram servers.
#include <usocket/server.hpp>

#include <array>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/pairs.hpp"
#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;
using octets = std::span<std::byte const>;

std::string text_of(octets datagram) { return {reinterpret_cast<char const*>(datagram.data()), datagram.size()}; }

std::string text_of_client(std::string name, int number) { return name += std::to_string(number); }

std::string ask_once(datagram_usocket& client, std::string_view request) {
    socket_send(client, request);
    return socket_receive(client).buffer;
}

std::string answer_of(auto handler, std::string_view request = "request") {
    server one = serve(handler);
    auto client = dial_datagrams(one.address());
    return ask_once(client, request);
}

std::optional<std::string> unless_quiet(octets request) {
    std::string text = text_of(request);
    if (text == "quiet")
        return std::nullopt;
    return text;
}

TEST(server_datagrams, replies_are_whatever_octets_are_made_of) {
    EXPECT_EQ(answer_of(default_udp_handler), "request");
    EXPECT_EQ(answer_of([](octets) { return std::string("string"); }), "string");
    EXPECT_EQ(answer_of([](octets) { return std::string_view("view"); }), "view");
    EXPECT_EQ(answer_of([](octets) { return "literal"; }), "literal");
    EXPECT_EQ(answer_of([](octets request) { return std::vector<std::byte>(request.begin(), request.end()); }),
              "request");
    EXPECT_EQ(answer_of([](octets) { return std::array<unsigned char, 2>{'a', 'b'}; }), "ab");
    EXPECT_EQ(answer_of([](octets request) { return octet_span(request); }), "request");
    EXPECT_EQ(answer_of([](octets request) { return std::optional(request); }), "request");
    EXPECT_EQ(answer_of([](octets) { return std::optional(std::vector<char>{'v'}); }), "v");
    EXPECT_EQ(answer_of(unless_quiet), "request");
}

TEST(server_datagrams, no_reply_is_none) {
    server one = serve(unless_quiet);
    auto client = dial_datagrams(one.address());
    socket_send(client, "quiet");
    EXPECT_EQ(ask_once(client, "loud"), "loud");
    log_of<std::string> heard;
    server mute = serve([&](octets request) { heard.add(text_of(request)); });
    auto other = dial_datagrams(mute.address());
    socket_send(other, "one");
    socket_send(other, "two");
    ASSERT_TRUE(eventually([&] { return heard.size() == 2; }));
    server_report const report = mute.stop();
    EXPECT_EQ(report.counters.served, 2U);
    EXPECT_EQ(report.counters.sent, 0U);
    EXPECT_EQ(report.counters.received, 6U);
    EXPECT_EQ(heard.all(), (std::vector<std::string>{"one", "two"}));
}

TEST(server_datagrams, empty_ones_are_served_and_sent) {
    std::atomic<int> empty{0};
    server one = serve([&](octets request) {
        empty += request.empty();
        return request.empty() ? std::string("was empty") : std::string();
    });
    auto client = dial_datagrams(one.address());
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(ask_once(client, ""), "was empty");
        EXPECT_EQ(empty, i);
        auto const got = (socket_send(client, "x"), socket_receive(client));
        EXPECT_EQ(got.size, 0U);
    }
    EXPECT_EQ(one.stop().counters.served, 6U);
}

TEST(server_datagrams, a_reply_may_be_longer_than_the_request) {
    std::string const large(max_datagram_packet_size, 'L');
    EXPECT_EQ(answer_of([&](octets) { return large; }, "x"), large);
    EXPECT_EQ(answer_of([](octets request) { return std::to_string(request.size()); }, large),
              std::to_string(large.size()));
    server small = serve([&](octets) { return large; }, {.max_buffer_size = 1});
    auto client = dial_datagrams(small.address());
    EXPECT_EQ(ask_once(client, "x"), large) << "whatever a request may have";
}

TEST(server_datagrams, longer_ones_are_cut_and_counted) {
    server one = serve(default_udp_handler, {.max_buffer_size = 4});
    auto client = dial_datagrams(one.address());
    EXPECT_EQ(ask_once(client, "0123456789"), "0123");
    EXPECT_EQ(ask_once(client, "0123"), "0123") << "this one fits";
    EXPECT_EQ(ask_once(client, ""), "");
    server_counters const counts = one.stop().counters;
    EXPECT_EQ(counts.truncated, 1U);
    EXPECT_EQ(counts.served, 3U);
    EXPECT_EQ(counts.sent, 8U);
}

struct place {
    char const* name;
    wildcard_host_tag wildcard;
    ip_address address;
};
class server_datagram_addresses : public testing::TestWithParam<place> {};
INSTANTIATE_TEST_SUITE_P(all, server_datagram_addresses,
                         testing::Values(place{"v4", wildcard_host_v4, {127, 0, 0, 1}},
                                         place{"second_v4", wildcard_host_v4, {127, 0, 0, 2}},
                                         place{"v6", wildcard_host_v6, ip_address::loopback_v6()},
                                         place{"dual_v4", wildcard_host, {127, 0, 0, 1}},
                                         place{"dual_second_v4", wildcard_host, {127, 0, 0, 2}},
                                         place{"dual_third_v4", wildcard_host, {127, 0, 0, 3}},
                                         place{"dual_v6", wildcard_host, ip_address::loopback_v6()}),
                         [](auto const& instance) { return instance.param.name; });

TEST_P(server_datagram_addresses, a_reply_leaves_from_where_the_request_came_to) {
    if (is_wine())
        GTEST_SKIP() << "Wine sends from an address of its own choice";
    server one = socket_server(GetParam().wildcard, auto_port, default_udp_handler, {.in_new_thread = true});
    auto client = dial_datagrams({GetParam().address, one.port()}); // takes replies from there only
    EXPECT_EQ(ask_once(client, "one"), "one");
    EXPECT_EQ(ask_once(client, ""), "");
    EXPECT_EQ(ask_once(client, "three"), "three");
}

TEST(server_datagrams, a_handlers_error_is_its_own) {
    log_of<server_failure> failures;
    server one = serve(
        [](octets request) {
            if (text_of(request) == "bad")
                throw std::runtime_error("cannot");
            if (text_of(request) == "worse")
                throw 42;
            return request;
        },
        {.on_error = [&](server_failure const& failure) { failures.add(failure); }});
    auto client = dial_datagrams(one.address());
    socket_send(client, "bad");
    EXPECT_EQ(ask_once(client, "good"), "good");
    socket_send(client, "worse");
    EXPECT_EQ(ask_once(client, "good again"), "good again");
    ASSERT_EQ(failures.size(), 2U);
    for (auto const& failure : failures.all()) {
        EXPECT_EQ(failure.activity, "handler");
        EXPECT_EQ(failure.remote, get_local_endpoint(client));
        EXPECT_NE(failure.error, nullptr);
    }
    EXPECT_THROW(std::rethrow_exception(failures.all()[0].error), std::runtime_error);
    EXPECT_THROW(std::rethrow_exception(failures.all()[1].error), int);
    server_counters const counts = one.stop().counters;
    EXPECT_EQ(counts.accepted, 4U);
    EXPECT_EQ(counts.served, 2U);
    EXPECT_EQ(counts.failed, 2U);
    EXPECT_EQ(counts.received, 3U + 4 + 5 + 10);
    EXPECT_EQ(counts.sent, 4U + 10);
}

TEST(server_datagrams, a_reply_that_cannot_be_sent_is_an_error) {
    log_of<server_failure> failures;
    server one = serve([](octets request) { return std::string(text_of(request) == "much" ? 70'000 : 1, 'r'); },
                       {.on_error = [&](server_failure const& failure) { failures.add(failure); }});
    auto client = dial_datagrams(one.address());
    socket_send(client, "much");
    EXPECT_EQ(ask_once(client, "little"), "r");
    ASSERT_TRUE(eventually([&] { return failures.size() == 1; })); // both may have gone out together
    EXPECT_EQ(failures.all()[0].activity, "send");
    EXPECT_EQ(failures.all()[0].remote, get_local_endpoint(client));
    EXPECT_EQ(kind_of(failures.all()[0].error), errc::invalid_argument);
    EXPECT_EQ(one.stop().counters.sent, 1U);
}

class server_datagram_replies : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(collected, server_datagram_replies, testing::Bool());

TEST_P(server_datagram_replies, each_of_many_gets_its_own) {
    server one =
        serve([](octets request) { return std::string("re: ") += text_of(request); }, {.collect_replies = GetParam()});
    auto client = dial_datagrams(one.address());
    auto other = dial_datagrams(one.address());
    for (int round = 0; round < 20; ++round) {
        for (auto* const each : {&client, &other}) {
            std::vector<std::string> texts;
            for (int i = 0; i < 40; ++i)
                texts.push_back(text_of_client(each == &client ? "a" : "b", round * 40 + i));
            std::vector<outgoing_datagram> all;
            for (auto const& text : texts)
                all.push_back({.data = text});
            ASSERT_EQ(socket_send_batch(*each, all).sent(), 40U);
        }
        for (auto* const each : {&client, &other}) {
            for (int i = 0; i < 40; ++i)
                ASSERT_EQ(socket_receive(*each).buffer,
                          text_of_client(each == &client ? "re: a" : "re: b", round * 40 + i));
        }
    }
    auto const counts = one.stop().counters;
    EXPECT_EQ(counts.served, 20U * 80);
    EXPECT_EQ(counts.failed, 0U);
}

/// They fit in no storage, together or alone.
TEST(server_datagrams, collected_replies_may_be_many_and_large) {
    std::string const large(60'000, 'r');
    server one = serve([&](octets request) { return text_of(request) == "large" ? large : std::string("small"); },
                       {.collect_replies = true});
    auto client = dial_datagrams(one.address());
    set_socket_option(client, option::receive_buffer_size, std::size_t{1} << 20);
    for (int round = 0; round < 10; ++round) {
        std::vector<outgoing_datagram> all{{.data = "large"}, {.data = "small"}, {.data = "large"}, {.data = "large"}};
        for (auto left = std::span(all); !left.empty();)
            left = left.subspan(socket_send_batch(client, left).taken);
        for (auto const* const expected : {"large", "small", "large", "large"})
            EXPECT_EQ(socket_receive(client).buffer, std::string_view(expected) == "large" ? large : "small");
    }
}

TEST(server_datagrams, no_reply_waits_for_another_handler) {
    std::promise<void> open;
    auto const gate = open.get_future().share();
    std::promise<void> end;
    auto const second_gate = end.get_future().share();
    server one = serve(
        [=](octets request) {
            if (text_of(request) == "first")
                gate.wait();
            if (text_of(request) == "third")
                second_gate.wait();
            return request;
        },
        {});
    auto client = dial_datagrams(one.address());
    socket_send(client, "first");
    ASSERT_TRUE(eventually([&] { return one.counters().accepted == 1; }));
    socket_send(client, "second");
    socket_send(client, "third");
    open.set_value(); // now both are there, and are received together
    EXPECT_EQ(socket_receive(client).buffer, "first");
    EXPECT_EQ(socket_receive(client).buffer, "second");
    end.set_value();
    EXPECT_EQ(socket_receive(client).buffer, "third");
}

TEST(server_datagrams, clients_that_have_gone_do_no_harm) {
    log_of<server_failure> failures;
    server one =
        serve(default_udp_handler, {.on_error = [&](server_failure const& failure) { failures.add(failure); }});
    for (int i = 0; i < 200; ++i) {
        auto client = dial_datagrams(one.address());
        socket_send(client, "no time for an answer");
    }
    auto client = dial_datagrams(one.address());
    EXPECT_EQ(ask_once(client, "but I"), "but I");
    EXPECT_EQ(failures.size(), 0U);
}

TEST(server_datagrams, the_timeout_only_begins_the_wait_anew) {
    server one = serve(default_udp_handler, {.timeout = 1ms});
    auto client = dial_datagrams(one.address());
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(wait_for_input(client, {.timeout = 3ms}).remaining) << "waits pass meanwhile";
        EXPECT_EQ(ask_once(client, "x"), "x");
    }
    EXPECT_EQ(one.stop().counters.accept_failures, 0U);
}

TEST(server_datagrams, the_blocking_call_is_stopped_by_a_handler) {
    for (int round = 0; round < 20; ++round) {
        auto helper = socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4()});
        endpoint const where(ip_address::loopback_v4(), get_local_port(helper));
        socket_close(helper);
        std::thread client([&] {
            auto socket = socket_connect(where, protocol::datagram, {.read_timeout = 10ms});
            std::string answer;
            EXPECT_TRUE(eventually([&] { // it may not be there yet
                std::error_code ec;
                socket_send(socket, "stop", ec);
                do { // a refusal is reported before the answer that came ahead of it
                    answer = socket_receive(socket, {}, ec).buffer;
                } while (ec == errc::connection_refused);
                return answer == "stopping";
            }));
        });
        server done = socket_server(where.address(), where.port(), [](octets) {
            stop_server();
            return std::string("stopping");
        });
        client.join();
        EXPECT_FALSE(done.running());
        EXPECT_TRUE(done.wait().complete);
    }
}

TEST(server_datagrams, a_blocked_handler_is_cancelled) {
    gate handling;
    auto [near, far] = connected_pair();
    log_of<errc> how;
    server one = serve([&, &mine = near](octets) {
        handling.open();
        std::array<char, 1> room{};
        std::error_code ec;
        static_cast<void>(socket_receive(mine, room, ec));
        how.add(classify(ec));
        if (ec)
            raise_condition({.code = ec});
    });
    auto client = dial_datagrams(one.address());
    socket_send(client, "x");
    ASSERT_TRUE(handling.pass());
    server_report const report = one.stop();
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.cancelled, 1U);
    EXPECT_EQ(report.counters.failed, 0U);
    EXPECT_EQ(how.all(), std::vector{errc::interrupted});
}

TEST(server_datagrams, a_handler_may_finish_within_the_drain_time) {
    gate handling;
    gate finish;
    server one = serve([&](octets) {
        handling.open();
        finish.pass();
        return std::string("finished");
    });
    auto client = dial_datagrams(one.address());
    socket_send(client, "x");
    ASSERT_TRUE(handling.pass());
    std::thread stopping([&] {
        server_report const report = one.stop({.drain = patience});
        EXPECT_EQ(report.counters.drained, 1U);
        EXPECT_EQ(report.counters.served, 1U);
    });
    EXPECT_TRUE(eventually([&] { return !one.running(); }));
    finish.open();
    EXPECT_EQ(socket_receive(client).buffer, "finished");
    stopping.join();
}

TEST(server_datagrams, local_ones_are_served_too) {
    if (!has_local_datagrams)
        GTEST_SKIP() << "there are no local datagram sockets here";
    std::string const base = "usocket-server-datagrams-" + std::to_string(loopback::closed_port());
    log_of<server_failure> failures;
    log_of<endpoint> clients;
    server one = socket_server(
        {endpoint::local_abstract(base)},
        [&](octets request) {
            clients.add(remote_endpoint());
            EXPECT_FALSE(remote_host());
            return text_of(request) + '!';
        },
        {.in_new_thread = true, .on_error = [&](server_failure const& failure) { failures.add(failure); }});
    auto client = socket_connect(one.address(), protocol::datagram,
                                 {.read_timeout = patience, .local = endpoint::local_abstract(base + "-client")});
    EXPECT_EQ(ask_once(client, "hello"), "hello!");
    auto unnamed = dial_datagrams(one.address());
    socket_send(unnamed, "no way back");
    ASSERT_TRUE(eventually([&] { return failures.size() == 1; }));
    EXPECT_EQ(failures.all()[0].activity, "send");
    EXPECT_EQ(ask_once(client, "again"), "again!");
    EXPECT_EQ(clients.all()[0], get_local_endpoint(client));
}

} // namespace
} // namespace usocket::test
