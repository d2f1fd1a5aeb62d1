// SPDX-License-Identifier: MIT
#include <usocket/options.hpp>

#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/connect.hpp>
#include <usocket/listen.hpp>
#include <usocket/local.hpp>
#include <usocket/transfer.hpp>

#include "unit/socket/every_kind.hpp"

// What options do, as far as it shows on one machine.
namespace usocket {
namespace {

using namespace std::chrono_literals;

struct connection {
    stream_usocket client;
    stream_usocket server;
};

connection connect_pair() {
    auto listener = socket_listen("127.0.0.1", 0);
    auto client = socket_connect("127.0.0.1", get_local_port(listener));
    auto server = socket_accept(listener);
    return {std::move(client), std::move(server)};
}

std::string receive_text(usocket& socket) {
    auto& stream = dynamic_cast<stream_usocket&>(socket);
    std::array<std::byte, 64> buffer{};
    auto const result = socket_receive(stream, buffer);
    return platform::test::text(result.buffer);
}

TEST(option_effects, a_receive_timeout_bounds_each_receive) {
    auto [client, server] = connect_pair();
    std::array<std::byte, 8> buffer{};
    set_socket_option(client, option::receive_timeout, 1ms);
    EXPECT_THROW(static_cast<void>(socket_receive(client, buffer)), timeout_error);
    set_socket_option(client, option::receive_timeout, 0s);
    EXPECT_THROW(static_cast<void>(socket_receive(client, buffer)), timeout_error);
    set_socket_option(client, option::receive_timeout, std::nullopt);
    socket_send(server, "data");
    EXPECT_EQ(socket_receive(client, buffer).size, 4U);

    auto udp = socket_connect(protocol::datagram, {.local_host = "127.0.0.1", .local_port = 0});
    set_socket_option(udp, option::receive_timeout, 1ms);
    EXPECT_THROW(static_cast<void>(socket_receive(udp, buffer)), timeout_error);
}

TEST(option_effects, a_send_timeout_bounds_each_send) {
    auto [client, server] = connect_pair();
    set_socket_option(client, option::send_timeout, 1ms);
    std::string const block(1 << 20, 'x');
    std::size_t accepted = 0;
    try {
        for (;;)
            accepted += socket_send(client, block);
    } catch (timeout_error const& condition) {
        accepted += condition.bytes_transferred();
    }
    EXPECT_GT(accepted, 0U);
}

TEST(option_effects, the_timeouts_of_connect_options_are_these) {
    auto listener = socket_listen("127.0.0.1", 0);
    auto const client = socket_connect("127.0.0.1", get_local_port(listener), {.timeout = 5s, .write_timeout = 7s});
    EXPECT_EQ(socket_option(client, option::receive_timeout), time_limit(5s));
    EXPECT_EQ(socket_option(client, option::send_timeout), time_limit(7s));
    EXPECT_TRUE(socket_option(client, option::tcp_nodelay));
    EXPECT_TRUE(socket_option(listener, option::reuse_address));
}

TEST(option_effects, closing_with_a_linger_time_of_zero_resets) {
    auto [client, server] = connect_pair();
    set_socket_option(client, option::linger, 0s);
    socket_close(client);
    std::array<std::byte, 8> buffer{};
    EXPECT_THROW(static_cast<void>(socket_receive(server, buffer)), connection_reset_error);
}

TEST(option_effects, a_corked_socket_holds_a_part_of_a_segment_back) {
    // The system waits 200 ms at most: on a stalled machine they may pass, so more than one try.
    for (int tries = 0; tries < 10; ++tries) {
        auto [client, server] = connect_pair();
        set_socket_option(client, option::tcp_cork, true);
        socket_send(client, "held");
        auto const held = socket_option(client, option::tcp_info).octets_unsent;
        set_socket_option(client, option::tcp_cork, false);
        EXPECT_EQ(receive_text(server), "held");
        EXPECT_EQ(socket_option(client, option::tcp_info).octets_unsent, 0U);
        if (held == 4U)
            return;
    }
    FAIL() << "never held back";
}

TEST(option_effects, a_listener_that_defers_accepts_with_the_first_data) {
    auto listener = socket_listen("127.0.0.1", 0);
    set_socket_option(listener, option::tcp_defer_accept, 30s);
    auto client = socket_connect("127.0.0.1", get_local_port(listener));
    EXPECT_THROW(static_cast<void>(socket_accept(listener, {.timeout = 0s})), timeout_error);
    socket_send(client, "now");
    auto server = socket_accept(listener, {.timeout = 10s});
    EXPECT_EQ(receive_text(server), "now");
}

TEST(option_effects, accepted_sockets_take_over_what_the_listener_has) {
    auto listener = socket_listen("127.0.0.1", 0);
    set_socket_option(listener, option::tcp_keepalive, true);
    set_socket_option(listener, option::tcp_keepalive_idle, 77s);
    set_socket_option(listener, option::linger, 3s);
    auto client = socket_connect("127.0.0.1", get_local_port(listener));
    auto const server = socket_accept(listener);
    EXPECT_TRUE(socket_option(server, option::tcp_keepalive));
    EXPECT_EQ(socket_option(server, option::tcp_keepalive_idle), 77s);
    EXPECT_EQ(socket_option(server, option::linger), 3s);
}

TEST(option_effects, tcp_info_counts_what_was_moved) {
    auto [client, server] = connect_pair();
    std::string const text(1000, 'x');
    socket_send(client, text);
    std::size_t received = 0;
    std::array<std::byte, 1000> buffer{};
    while (received < text.size())
        received += socket_receive(server, buffer).size;
    socket_send(server, "ok");
    EXPECT_EQ(receive_text(client), "ok");

    auto const info = socket_option(client, option::tcp_info);
    EXPECT_EQ(info.state, tcp_state::established);
    EXPECT_EQ(info.octets_sent, 1000U);
    EXPECT_EQ(info.octets_received, 2U);
    EXPECT_EQ(info.octets_acknowledged.value_or(0) / 1000, 1U); // with the octet that stands for the connect
    EXPECT_EQ(info.octets_retransmitted.value_or(0), 0U);
    EXPECT_GT(info.round_trip_time, 0us);
    EXPECT_LT(info.round_trip_time, 10s);
    EXPECT_GE(info.retransmission_timeout, 1ms);
    EXPECT_GT(info.send_segment_size, 500U);
    EXPECT_GE(info.congestion_window, info.send_segment_size);
    EXPECT_GE(info.segments_sent.value_or(0), 2U);

    socket_shutdown(server, direction::output);
    std::array<std::byte, 1> end{};
    EXPECT_EQ(socket_receive(client, end).size, 0U);
    EXPECT_EQ(socket_option(client, option::tcp_info).state, tcp_state::close_wait);
}

TEST(option_effects, broadcasting_must_be_allowed) {
    auto receiver = test::adopt_unbound_datagram(platform::family::v4);
    ASSERT_EQ(platform::bind(receiver.native_handle(), endpoint(ip_address::any_v4(), 0)), 0);
    auto sender = socket_connect(protocol::datagram, {.local_host = "127.0.0.1", .local_port = 0});
    datagram_send_options const everybody{.host = "127.255.255.255", .port = get_local_port(receiver)};
    EXPECT_THROW(socket_send(sender, "all", everybody), operation_not_permitted_error);
    set_socket_option(sender, option::broadcast, true);
    EXPECT_EQ(socket_send(sender, "all", everybody), 3U);
    std::array<std::byte, 8> buffer{};
    EXPECT_EQ(socket_receive(receiver, buffer).size, 3U);
}

TEST(option_effects, sockets_that_reuse_a_port_share_it) {
    auto first = test::adopt_unbound_datagram(platform::family::v4);
    auto second = test::adopt_unbound_datagram(platform::family::v4);
    ASSERT_EQ(platform::bind(first.native_handle(), endpoint(ip_address::loopback_v4(), 0)), 0);
    auto const where = get_local_endpoint(first);
    EXPECT_NE(platform::bind(second.native_handle(), where), 0);
    auto third = test::adopt_unbound_datagram(platform::family::v4);
    set_socket_option(third, option::reuse_port, true);
    set_socket_option(second, option::reuse_port, true);
    ASSERT_EQ(platform::bind(third.native_handle(), endpoint(ip_address::loopback_v4(), 0)), 0);
    EXPECT_EQ(platform::bind(second.native_handle(), get_local_endpoint(third)), 0);
}

TEST(option_effects, raw_options_are_the_systems_own) {
    constexpr option::raw<int> keep_alive{1 /* SOL_SOCKET */, 9 /* SO_KEEPALIVE */};
    auto [client, server] = connect_pair();
    set_socket_option(client, keep_alive, 1);
    EXPECT_EQ(socket_option(client, keep_alive), 1);
    EXPECT_TRUE(socket_option(client, option::tcp_keepalive));
    std::error_code ec;
    set_socket_option(client, keep_alive, 0, ec);
    EXPECT_FALSE(ec);
    EXPECT_EQ(socket_option(client, keep_alive, ec), 0);

    constexpr option::raw<std::int64_t> of_another_size{1, 9};
    EXPECT_THROW(static_cast<void>(socket_option(client, of_another_size)), invalid_argument_error);
    constexpr option::raw<int> unknown{6, 9999};
    EXPECT_THROW(static_cast<void>(socket_option(client, unknown)), unsupported);
    EXPECT_THROW(set_socket_option(client, unknown, 1), unsupported);
    EXPECT_EQ(socket_option(client, unknown, ec), 0);
    EXPECT_EQ(ec, errc::unsupported);
}

// ---- multicast

/// The loopback interface, which on Linux carries no IPv6 multicast, or the one that USOCKET_TEST_MULTICAST_INTERFACE
/// names, for a run inside a network namespace.
std::string multicast_interface_name() {
    char const* const name = std::getenv("USOCKET_TEST_MULTICAST_INTERFACE");
    return name != nullptr ? name : "lo";
}

/// Receives on a port of all interfaces; the sender sends to a group on one interface.
class option_multicast : public testing::TestWithParam<platform::family> {
protected:
    void SetUp() override {
        if (is_v6() && multicast_interface_name() == "lo")
            GTEST_SKIP() << "no IPv6 multicast on the loopback interface";
        sender_.emplace(test::adopt_unbound_datagram(GetParam()));
        receiver_.emplace(test::adopt_unbound_datagram(GetParam()));
        ASSERT_EQ(platform::bind(receiver_->native_handle(),
                                 endpoint(is_v6() ? ip_address::any_v6() : ip_address::any_v4(), 0)),
                  0);
        set_socket_option(*sender_, option::multicast_interface, interface_);
        port_ = get_local_port(*receiver_);
    }

    [[nodiscard]] bool is_v6() const { return GetParam() == platform::family::v6; }
    [[nodiscard]] multicast_group group() const { return {.group = group_, .interface_index = interface_}; }

    /// Who the receiver heard of what is sent to the group; a datagram sent to itself afterwards tells that nothing
    /// will come.
    [[nodiscard]] std::optional<ip_address> heard() {
        socket_send(*sender_, "group", {.host = group_.with_scope(interface_), .port = port_});
        socket_send(*sender_, "end", {.host = platform::test::loopback(GetParam()), .port = port_});
        std::optional<ip_address> source;
        std::array<std::byte, 16> buffer{};
        for (;;) {
            auto const result = socket_receive(*receiver_, buffer);
            auto const text = platform::test::text(result.buffer);
            if (text == "end")
                return source;
            if (text == "group")
                source = result.host;
        }
    }

    std::uint32_t interface_ = interface_number(multicast_interface_name());
    ip_address group_ = is_v6() ? *ip_address::parse("ff12::4321") : ip_address(239, 4, 3, 21);
    std::optional<datagram_usocket> sender_;
    std::optional<datagram_usocket> receiver_;
    std::uint16_t port_ = 0;
};
INSTANTIATE_TEST_SUITE_P(families, option_multicast, testing::Values(platform::family::v4, platform::family::v6));

TEST_P(option_multicast, members_hear_until_they_leave) {
    EXPECT_FALSE(heard());
    set_socket_option(*receiver_, option::join_multicast_group, group());
    EXPECT_TRUE(heard());
    set_socket_option(*receiver_, option::leave_multicast_group, group());
    EXPECT_FALSE(heard());
}

/// IPv4 addresses have no scope.
class option_multicast_scope : public option_multicast {};
INSTANTIATE_TEST_SUITE_P(v6, option_multicast_scope, testing::Values(platform::family::v6));

TEST_P(option_multicast_scope, the_scope_of_a_group_is_its_interface) {
    set_socket_option(*receiver_, option::join_multicast_group, {.group = group_.with_scope(interface_)});
    EXPECT_TRUE(heard());
}

TEST_P(option_multicast, a_source_that_is_not_asked_for_is_not_heard) {
    set_socket_option(*receiver_, option::join_multicast_group, group());
    auto const source = heard();
    ASSERT_TRUE(source);
    set_socket_option(*receiver_, option::leave_multicast_group, group());

    auto wanted = group();
    wanted.source = *source;
    auto other = group();
    other.source = is_v6() ? *ip_address::parse("fd00::77") : ip_address(127, 0, 0, 77);
    set_socket_option(*receiver_, option::join_multicast_group, other);
    EXPECT_FALSE(heard());
    set_socket_option(*receiver_, option::join_multicast_group, wanted);
    EXPECT_TRUE(heard());
    set_socket_option(*receiver_, option::leave_multicast_group, wanted);
    EXPECT_FALSE(heard());
}

TEST_P(option_multicast, without_loop_members_on_this_machine_hear_nothing) {
    if (multicast_interface_name() == "lo")
        GTEST_SKIP() << "what goes out on the loopback interface comes back in any case";
    set_socket_option(*receiver_, option::join_multicast_group, group());
    set_socket_option(*sender_, option::multicast_loop, false);
    EXPECT_FALSE(heard());
    set_socket_option(*sender_, option::multicast_loop, true);
    EXPECT_TRUE(heard());
}

TEST(option_multicast_dual, a_dual_stack_socket_joins_ipv4_groups) {
    if (!platform::test::has_v6_loopback())
        GTEST_SKIP() << "no IPv6 loopback address";
    auto receiver = test::adopt_unbound_datagram(platform::family::v6);
    set_socket_option(receiver, option::ipv6_only, false);
    ASSERT_EQ(platform::bind(receiver.native_handle(), endpoint(ip_address::any_v6(), 0)), 0);
    multicast_group const group{.group = {239, 4, 3, 22}, .interface_index = interface_number("lo")};
    set_socket_option(receiver, option::join_multicast_group, group);
    auto sender = test::adopt_unbound_datagram(platform::family::v4);
    set_socket_option(sender, option::multicast_interface, interface_number("lo"));
    socket_send(sender, "group", {.host = group.group, .port = get_local_port(receiver)});
    std::array<std::byte, 16> buffer{};
    set_socket_option(receiver, option::receive_timeout, 10s);
    EXPECT_EQ(socket_receive(receiver, buffer).size, 5U);
}

TEST(option_multicast_dual, an_interface_that_is_not_there_is_refused) {
    auto v4 = test::adopt_unbound_datagram(platform::family::v4);
    EXPECT_THROW(set_socket_option(v4, option::multicast_interface, 0x7fff'fff0), address_not_available_error);
    auto v6 = test::adopt_unbound_datagram(platform::family::v6);
    EXPECT_THROW(set_socket_option(v6, option::multicast_interface, 0x7fff'fff0), address_not_available_error);
    EXPECT_EQ(interface_number("no-such-if"), 0U);
    EXPECT_NE(interface_number("lo"), 0U);
}

} // namespace
} // namespace usocket
