// SPDX-License-Identifier: MIT
#include <usocket/transfer.hpp>

#include <array>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>
#include <usocket/cancel_scope.hpp>

#include "resolve/testing.hpp"
#include "support/loopback.hpp"
#include "support/pairs.hpp"
#include "support/system_traits.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

u::ip_address const v4 = u::ip_address::loopback_v4();
u::ip_address const v6 = u::ip_address::loopback_v6();

std::string text_of(u::receive_result const& result) {
    return {reinterpret_cast<char const*>(result.buffer.data()), result.buffer.size()};
}

u::datagram_usocket bound(u::host const& host = v4) {
    return u::socket_connect(u::protocol::datagram, {.local_host = host});
}

} // namespace

TEST(datagram, the_originals_four_values) {
    auto server = bound();
    auto client = u::socket_connect(v4, u::get_local_port(server), u::protocol::datagram);
    EXPECT_TRUE(client.connected());
    EXPECT_FALSE(server.connected());
    EXPECT_TRUE(u::datagram_usocket_p(client));
    EXPECT_EQ(u::socket_send(client, "hello"), 5U);
    std::array<std::byte, 10> buffer{};
    auto const [bytes, size, host, port] = u::socket_receive(server, buffer);
    EXPECT_EQ(std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size()), "hello");
    EXPECT_EQ(size, 5U);
    EXPECT_EQ(host, v4);
    EXPECT_EQ(port, u::get_local_port(client));
    EXPECT_EQ(u::socket_send(server, "world", {.host = host, .port = port}), 5U);
    EXPECT_EQ(text_of(u::socket_receive(client, buffer)), "world");
}

TEST(datagram, makes_a_buffer_of_its_own) {
    auto server = bound();
    auto client = u::socket_connect("localhost", u::get_local_port(server), u::protocol::datagram);
    u::socket_send(client, "hello");
    auto const [bytes, size, host, port] = u::socket_receive(server);
    EXPECT_EQ(bytes, "hello");
    EXPECT_EQ(size, 5U);
    EXPECT_EQ(host, v4);
    EXPECT_NE(port, 0);
}

TEST(datagram, truncation_shows) {
    auto server = bound();
    auto client = u::socket_connect(v4, u::get_local_port(server), u::protocol::datagram);
    u::socket_send(client, "0123456789");
    std::array<char, 4> buffer{};
    auto const result = u::socket_receive(server, buffer);
    EXPECT_EQ(text_of(result), "0123");
    EXPECT_EQ(result.size, 10U);
}

TEST(datagram, an_empty_one_is_data) {
    auto server = bound();
    auto client = u::socket_connect(v4, u::get_local_port(server), u::protocol::datagram);
    EXPECT_EQ(u::socket_send(client, ""), 0U);
    std::array<char, 4> buffer{};
    auto const result = u::socket_receive(server, buffer);
    EXPECT_EQ(result.size, 0U);
    EXPECT_EQ(result.port, u::get_local_port(client));
}

class datagram_sizes : public testing::TestWithParam<u::ip_address> {};
INSTANTIATE_TEST_SUITE_P(families, datagram_sizes, testing::Values(v4, v6),
                         [](auto const& instance) { return instance.param.is_v4() ? "v4" : "v6"; });

TEST_P(datagram_sizes, the_largest_passes_and_one_more_does_not) {
    auto const most = GetParam().is_v4() ? u::max_datagram_packet_size : u::max_datagram_packet_size_v6;
    auto server = bound(GetParam());
    auto client = u::socket_connect(GetParam(), u::get_local_port(server), u::protocol::datagram);
    std::string const payload(most + 1, 'x');
    EXPECT_EQ(u::socket_send(client, payload, {.length = most}), most);
    std::string room(65536, '\0');
    EXPECT_EQ(u::socket_receive(server, room).size, most);
    try {
        u::socket_send(client, payload);
        FAIL();
    } catch (u::invalid_argument_error const& condition) {
        EXPECT_EQ(condition.code(), std::errc::message_size);
        EXPECT_NE(std::string(condition.what()).find("larger than a datagram can be"), std::string::npos)
            << condition.what();
    }
}

TEST(datagram, a_name_means_its_ipv4_address_where_it_has_one) {
    u::resolver_function const resolver = [](std::string_view) {
        std::array<u::ip_address, 2> const both{v6, v4};
        return u::sequence<u::ip_address>(std::span<u::ip_address const>(both));
    };
    auto socket = u::socket_connect("two.families", 9, u::protocol::datagram, {.resolver = resolver});
    EXPECT_EQ(u::get_peer_address(socket), v4);
    auto six = u::socket_connect("two.families", 9, u::protocol::datagram, {.ipv6_only = true, .resolver = resolver});
    EXPECT_EQ(u::get_peer_address(six), v6);
}

TEST(datagram, goes_where_each_send_says) {
    auto first = bound();
    auto second = bound();
    auto sender = u::socket_connect(u::protocol::datagram);
    u::socket_send(sender, "1", {.host = "127.0.0.1", .port = u::get_local_port(first)});
    auto const where = u::get_local_endpoint(second);
    u::socket_send(sender, "2", {.destination = &where});
    u::socket_send(sender, "3", {.host = "localhost", .port = u::get_local_port(first)});
    EXPECT_EQ(u::socket_receive(first).buffer, "1");
    EXPECT_EQ(u::socket_receive(second).buffer, "2");
    EXPECT_EQ(u::socket_receive(first).buffer, "3");
}

TEST(datagram, a_send_needs_a_whole_destination) {
    auto sender = u::socket_connect(u::protocol::datagram);
    EXPECT_THROW(u::socket_send(sender, "x"), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(sender, "x", {.host = "127.0.0.1"}), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(sender, "x", {.port = 9}), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(sender, "x", {.host = "127.0.0.1", .port = 65536}), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(sender, "x", {.host = -1, .port = 9}), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(sender, "x", {.host = "127.1", .port = 9}), u::ns_host_not_found_error);
}

TEST(datagram, one_socket_serves_both_families) {
    auto server = u::socket_connect(u::protocol::datagram);
    auto const port = u::get_local_port(server);
    for (auto const& address : {v4, v6}) {
        auto client = u::socket_connect(address, port, u::protocol::datagram);
        u::socket_send(client, "x");
        auto const got = u::socket_receive(server);
        EXPECT_EQ(got.host, address) << "an IPv4 sender is shown as one";
        u::socket_send(server, "back", {.host = got.host, .port = got.port});
        EXPECT_EQ(u::socket_receive(client).buffer, "back");
    }
}

TEST(datagram, an_endpoint_alone_means_what_it_does_among_the_options) {
    auto receiver = bound();
    auto receiver_v6 = u::socket_connect(u::protocol::datagram, {.local_host = v6});
    auto const here = u::get_local_endpoint(receiver);
    auto const here_v6 = u::get_local_endpoint(receiver_v6);
    auto dual = u::socket_connect(u::protocol::datagram);
    auto only_v4 = u::socket_connect(u::protocol::datagram, {.local_host = v4});
    auto limited = u::socket_connect(u::protocol::datagram, {.write_timeout = 10s});
    std::string const too_large(u::max_datagram_packet_size_v6 + 1, 'x');
    std::string_view const contents[]{"some", "", too_large};
    for (auto* const sender : {&dual, &only_v4, &limited}) {
        for (auto const& to : {here, here_v6, u::endpoint(), u::endpoint::local_path("nowhere")}) {
            for (auto const content : contents) {
                std::error_code among;
                std::error_code alone;
                auto const count = u::socket_send(*sender, content, {.destination = &to}, among);
                EXPECT_EQ(u::socket_send_to(*sender, content, to, alone), count) << to;
                EXPECT_EQ(alone, among) << to;
                if (among)
                    EXPECT_THROW(u::socket_send_to(*sender, content, to), std::system_error) << to;
                else
                    EXPECT_EQ(u::socket_send_to(*sender, content, to), content.size()) << to;
                for (int i = 0; !among && i < 3; ++i)
                    EXPECT_EQ(u::socket_receive(to == here ? receiver : receiver_v6).buffer, content) << to;
            }
        }
    }
}

TEST(datagram, a_refusal_is_told_at_a_later_call) {
    if (!u::test::tells_refused_datagrams)
        GTEST_SKIP() << "nobody is told of a refused datagram here";
    std::uint16_t port = 0;
    {
        auto gone = bound();
        port = u::get_local_port(gone);
    }
    auto client = u::socket_connect(v4, port, u::protocol::datagram);
    u::socket_send(client, "x");
    EXPECT_THROW(static_cast<void>(u::socket_receive(client, {.timeout = 1h})), u::connection_refused_error);
    u::socket_send(client, "x"); // told once
}

TEST(datagram, calls_that_ask_for_nothing_special_fail_as_others_do) {
    std::uint16_t port = 0;
    {
        auto gone = bound();
        port = u::get_local_port(gone);
    }
    auto client = u::socket_connect(v4, port, u::protocol::datagram);
    u::endpoint const there(v4, port);
    std::array<char, 8> buffer{};
    std::error_code ec;
    if (u::test::tells_refused_datagrams) {
        u::socket_send(client, "x");
        EXPECT_THROW(static_cast<void>(u::socket_receive(client, buffer)), u::connection_refused_error);
        u::socket_send(client, "x");
        EXPECT_EQ(u::socket_receive(client, buffer, {}, ec).size, 0);
        EXPECT_EQ(ec, u::errc::connection_refused);
        u::socket_send(client, "x");
        EXPECT_THROW(u::socket_send(client, "x", {.destination = &there}), u::connection_refused_error);
        u::socket_send(client, "x");
        EXPECT_EQ(u::socket_send(client, "x", {.destination = &there}, ec), 0);
        EXPECT_EQ(ec, u::errc::connection_refused);
        u::socket_send(client, "x");
        EXPECT_EQ(u::socket_send_to(client, "x", there, ec), 0);
        EXPECT_EQ(ec, u::errc::connection_refused);
        u::socket_send(client, "x");
        EXPECT_THROW(u::socket_send(client, "x"), u::connection_refused_error);
        u::socket_send(client, "x");
        EXPECT_EQ(u::socket_send(client, "x", ec), 0);
        EXPECT_EQ(ec, u::errc::connection_refused);
    }
    {
        u::cancel_scope const scope{0ns};
        EXPECT_THROW(static_cast<void>(u::socket_receive(client, buffer)), u::deadline_timeout_error);
        EXPECT_THROW(u::socket_send(client, "x", {.destination = &there}), u::deadline_timeout_error);
        EXPECT_THROW(u::socket_send_to(client, "x", there), u::deadline_timeout_error);
        EXPECT_THROW(u::socket_send(client, "x"), u::deadline_timeout_error);
    }
    auto silent = u::socket_connect(v4, port, u::protocol::datagram);
    u::socket_shutdown(silent, u::direction::output);
    EXPECT_THROW(u::socket_send(silent, "x"), u::shutdown_error);
    EXPECT_THROW(u::socket_send_to(silent, "x", there), u::shutdown_error);
    u::socket_close(client);
    static_cast<void>(u::socket_receive(client, buffer, {}, ec));
    EXPECT_EQ(ec, u::errc::invalid_socket);
    EXPECT_THROW(u::socket_send(client, "x", {.destination = &there}), u::invalid_socket_error);
    EXPECT_THROW(u::socket_send_to(client, "x", there), u::invalid_socket_error);
    EXPECT_THROW(u::socket_send(client, "x"), u::invalid_socket_error);
}

TEST(datagram, receiving_is_bounded) {
    auto socket = bound();
    EXPECT_THROW(static_cast<void>(u::socket_receive(socket, {.timeout = 1ms})), u::timeout_error);
    auto impatient = u::socket_connect(u::protocol::datagram, {.timeout = 1ms, .local_host = v4});
    EXPECT_THROW(static_cast<void>(u::socket_receive(impatient)), u::timeout_error);
    u::cancel_scope const scope{1ms};
    EXPECT_THROW(static_cast<void>(u::socket_receive(socket)), u::deadline_timeout_error);
}

TEST(datagram, peek_and_source) {
    if (!u::test::has_local_datagrams)
        GTEST_SKIP() << "there are no local datagram sockets here";
    auto [left, right] = u::test::connected_datagram_pair();
    u::socket_send(left, "one");
    u::socket_send(left, "two");
    EXPECT_EQ(u::socket_receive(right, {.peek = true}).buffer, "one");
    u::endpoint source;
    EXPECT_EQ(u::socket_receive(right, {.source = &source}).buffer, "one");
    EXPECT_TRUE(source.is_local());
    EXPECT_EQ(u::socket_receive(right).buffer, "two");
}

TEST(datagram, local_names_can_be_replied_to) {
    if (!u::test::has_local_datagrams)
        GTEST_SKIP() << "there are no local datagram sockets here";
    auto const here = u::endpoint::local_abstract("usocket-here-" + std::to_string(loopback::closed_port()));
    auto const there = u::endpoint::local_abstract("usocket-there-" + std::to_string(loopback::closed_port()));
    auto server = u::socket_connect(u::protocol::datagram, {.local = here});
    auto client = u::socket_connect(here, u::protocol::datagram, {.local = there});
    u::socket_send(client, "ping");
    u::endpoint source;
    EXPECT_EQ(u::socket_receive(server, {.source = &source}).buffer, "ping");
    EXPECT_EQ(source, there);
    u::socket_send(server, "pong", {.destination = &source});
    EXPECT_EQ(u::socket_receive(client).buffer, "pong");
}

TEST(datagram, a_length_beyond_the_buffer_is_refused) {
    auto socket = bound();
    std::array<char, 4> buffer{};
    EXPECT_THROW(static_cast<void>(u::socket_receive(socket, buffer, {.length = 5})), u::invalid_argument_error);
}

TEST(datagram, waiting_for_a_full_destination_does_not_spin) {
    if (!u::test::has_local_datagrams)
        GTEST_SKIP() << "there are no local datagram sockets here";
    auto const name = u::endpoint::local_abstract("usocket-full-" + std::to_string(::getpid()));
    auto const receiver = u::socket_connect(u::protocol::datagram, {.local = name});
    auto sender =
        u::socket_connect(u::protocol::datagram, {.local = u::endpoint::local_abstract(name.path() + "-sender")});
    std::error_code ec;
    while (!ec)
        u::socket_send(sender, "x", {.destination = &name, .timeout = 0s}, ec);
    std::clock_t const before = std::clock();
    u::socket_send(sender, "x", {.destination = &name, .timeout = 300ms}, ec);
    EXPECT_EQ(ec, u::errc::timeout);
    EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 1000 * 60) << "of the processor's time";
}

TEST(datagram, an_ipv4_socket_takes_the_ipv4_address_of_a_name) {
    static usocket::detail::resolver_calls const calls{
        .resolve_name = [](std::string const&, std::optional<usocket::platform::family>,
                           std::vector<u::ip_address>& out) -> usocket::platform::resolver_status {
            out = {v6, v4};
            return {};
        }};
    auto receiver = bound();
    auto sender = bound();
    usocket::detail::set_resolver_for_testing(&calls);
    std::error_code ec;
    u::socket_send(sender, "x", {.host = "both.test", .port = u::get_local_port(receiver)}, ec);
    usocket::detail::set_resolver_for_testing(nullptr);
    EXPECT_FALSE(ec) << ec.message();
    EXPECT_EQ(u::socket_receive(receiver, {.timeout = 10s}).buffer, "x");
}

TEST(datagram, a_length_that_no_string_can_have_is_reported) {
    auto socket = bound();
    std::error_code ec;
    static_cast<void>(u::socket_receive(socket, {.length = SIZE_MAX}, ec));
    EXPECT_EQ(ec, u::errc::out_of_memory);
}
