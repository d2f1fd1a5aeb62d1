// SPDX-License-Identifier: MIT
#include <usocket/options.hpp>

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/warnings.hpp>

#include "unit/socket/every_kind.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::every_kind;
using test::member;
using testing::HasSubstr;

// Which kinds have an option, in the words of every_kind.
constexpr char const tcp[] = "tcp";
constexpr char const tcp_connection[] = "tcp connection";
constexpr char const tcp_listener[] = "tcp listener";
constexpr char const udp[] = "udp";
constexpr char const ip[] = "ip";
constexpr char const datagram[] = "datagram";
constexpr char const connected_or_datagram[] = "reader";
constexpr char const any[] = "any";

template <class Option>
void expect_unsupported(usocket& socket, Option option) {
    std::error_code ec;
    if constexpr (Option::is_readable) {
        EXPECT_THROW(static_cast<void>(socket_option(socket, option)), unsupported);
        EXPECT_EQ(socket_option(socket, option, ec), typename Option::value_type());
        EXPECT_EQ(ec, errc::unsupported);
    }
    if constexpr (Option::is_writable) {
        EXPECT_THROW(set_socket_option(socket, option, typename Option::value_type()), unsupported);
        ec.clear();
        set_socket_option(socket, option, typename Option::value_type(), ec);
        EXPECT_EQ(ec, errc::unsupported);
    }
    EXPECT_FALSE(supports(socket, option));
}

/// On every kind of socket: sets each value and reads back what `as_read` makes of it, or expects `unsupported`.
template <class Option>
void expect_on(std::string_view kinds, Option option, std::vector<typename Option::value_type> const& values,
               std::function<bool(typename Option::value_type, typename Option::value_type)> const& is_read_as =
                   std::equal_to<>()) {
    EXPECT_TRUE(supports(option));
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        SCOPED_TRACE(name);
        if (!member(name, kinds)) {
            expect_unsupported(*socket, option);
            continue;
        }
        EXPECT_TRUE(supports(*socket, option));
        for (auto&& each : values) { // vector<bool> has none to refer to
            typename Option::value_type const value = each;
            ASSERT_NO_THROW(set_socket_option(*socket, option, value));
            EXPECT_TRUE(is_read_as(value, socket_option(*socket, option)));
            std::error_code ec = make_error_code(std::errc::io_error);
            set_socket_option(*socket, option, value, ec);
            EXPECT_FALSE(ec);
            ec = make_error_code(std::errc::io_error);
            EXPECT_TRUE(is_read_as(value, socket_option(*socket, option, ec)));
            EXPECT_FALSE(ec);
        }
    }
}

// ---- every option on every kind

TEST(options, timeouts) {
    std::vector<time_limit> const values{5s, 1ns, 0s, std::nullopt};
    expect_on(connected_or_datagram, option::receive_timeout, values);
    expect_on(connected_or_datagram, option::send_timeout, values);
}

TEST(options, buffer_sizes) {
    auto const is_enough = [](std::size_t asked, std::size_t got) { return got >= asked && got <= 4 * asked; };
    expect_on(any, option::receive_buffer_size, {65536, 8192}, is_enough);
    expect_on(any, option::send_buffer_size, {65536, 8192}, is_enough);
}

TEST(options, flags) {
    expect_on(datagram, option::timestamps, {true, false});
    expect_on(ip, option::reuse_address, {true, false});
    expect_on(ip, option::reuse_port, {true, false});
    expect_on(ip, option::dont_fragment, {true, false});
    expect_on(tcp, option::tcp_nodelay, {true, false});
    expect_on(tcp, option::tcp_no_delay, {true, false});
    expect_on(tcp, option::tcp_keepalive, {true, false});
    expect_on(tcp_connection, option::tcp_cork, {true, false});
    expect_on(tcp, option::tcp_quick_ack, {true, false});
    expect_on(udp, option::broadcast, {true, false});
    expect_on(udp, option::packet_info, {true, false});
    expect_on(udp, option::multicast_loop, {false, true});
}

TEST(options, numbers) {
    expect_on(ip, option::traffic_class, {0x28, 0});
    expect_on(ip, option::hop_limit, {1, 255, 64});
    expect_on(udp, option::multicast_hop_limit, {0, 1, 255});
    expect_on(udp, option::multicast_interface, {interface_number("lo"), 0});
    expect_on(tcp, option::tcp_keepalive_count, {1, 127, 9});
    expect_on(tcp_listener, option::tcp_fast_open, {16, 0});
}

TEST(options, times) {
    expect_on(tcp, option::tcp_keepalive_idle, {1s, 32767s, 60s});
    expect_on(tcp, option::tcp_keepalive_interval, {1s, 32767s, 60s});
    expect_on(tcp, option::tcp_user_timeout, {1ms, milliseconds(2147483647), 0ms});
    expect_on(tcp, option::linger, {0s, 65535s, std::nullopt});
    expect_on(tcp_listener, option::tcp_defer_accept, {1s, 30s, 0s},
              [](seconds asked, seconds got) { return got >= asked && got <= 3 * asked; });
}

TEST(options, texts) {
    expect_on(tcp, option::tcp_congestion_control, {"reno"});
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        SCOPED_TRACE(name);
        if (!member(name, ip)) {
            expect_unsupported(*socket, option::bind_to_device);
            continue;
        }
        EXPECT_EQ(socket_option(*socket, option::bind_to_device), "");
        std::error_code ec;
        set_socket_option(*socket, option::bind_to_device, "lo", ec);
        if (ec != errc::operation_not_permitted) {
            EXPECT_FALSE(ec) << ec.message();
            EXPECT_EQ(socket_option(*socket, option::bind_to_device), "lo");
        }
        EXPECT_THROW(set_socket_option(*socket, option::bind_to_device, "0123456789abcdef"), invalid_argument_error);
    }
}

TEST(options, mark_needs_a_privilege) {
    EXPECT_TRUE(supports(option::mark));
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        SCOPED_TRACE(name);
        if (!member(name, ip)) {
            expect_unsupported(*socket, option::mark);
            continue;
        }
        EXPECT_EQ(socket_option(*socket, option::mark), 0U);
        std::error_code ec;
        set_socket_option(*socket, option::mark, 0xffff'fffeU, ec);
        if (ec) {
            EXPECT_EQ(ec, errc::operation_not_permitted);
            EXPECT_THROW(set_socket_option(*socket, option::mark, 1), operation_not_permitted_error);
        } else {
            EXPECT_EQ(socket_option(*socket, option::mark), 0xffff'fffeU);
        }
    }
}

TEST(options, what_is_told_only) {
    EXPECT_TRUE(supports(option::tcp_info));
    EXPECT_TRUE(supports(option::path_mtu));
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        SCOPED_TRACE(name);
        if (member(name, tcp)) {
            EXPECT_EQ(socket_option(*socket, option::tcp_info).state,
                      member(name, tcp_listener) ? tcp_state::listen : tcp_state::established);
        } else {
            expect_unsupported(*socket, option::tcp_info);
        }
        if (member(name, tcp_connection)) {
            EXPECT_GE(socket_option(*socket, option::path_mtu), 1280);
        } else if (member(name, ip)) {
            EXPECT_THROW(static_cast<void>(socket_option(*socket, option::path_mtu)), invalid_socket_error);
        } else {
            expect_unsupported(*socket, option::path_mtu);
        }
    }
}

TEST(options, ipv6_only_is_of_ipv6_sockets) {
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        SCOPED_TRACE(name);
        if (!member(name, "v6")) {
            expect_unsupported(*socket, option::ipv6_only);
            continue;
        }
        EXPECT_TRUE(supports(*socket, option::ipv6_only));
        static_cast<void>(socket_option(*socket, option::ipv6_only));
        if (!member(name, udp)) { // these are bound
            EXPECT_THROW(set_socket_option(*socket, option::ipv6_only, true), invalid_argument_error);
        }
    }
    auto fresh = test::adopt_unbound_datagram(platform::family::v6);
    for (bool const value : {true, false}) {
        set_socket_option(fresh, option::ipv6_only, value);
        EXPECT_EQ(socket_option(fresh, option::ipv6_only), value);
    }
}

TEST(options, multicast_groups_are_of_udp_sockets) {
    multicast_group const v4{.group = {239, 1, 2, 3}, .interface_index = interface_number("lo")};
    multicast_group const v6{.group = *ip_address::parse("ff12::1234"), .interface_index = interface_number("lo")};
    EXPECT_TRUE(supports(option::join_multicast_group));
    EXPECT_TRUE(supports(option::leave_multicast_group));
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        SCOPED_TRACE(name);
        if (!member(name, udp)) {
            expect_unsupported(*socket, option::join_multicast_group);
            expect_unsupported(*socket, option::leave_multicast_group);
            continue;
        }
        auto const& group = member(name, "v6") ? v6 : v4;
        EXPECT_THROW(set_socket_option(*socket, option::leave_multicast_group, group), address_not_available_error);
        set_socket_option(*socket, option::join_multicast_group, group);
        EXPECT_THROW(set_socket_option(*socket, option::join_multicast_group, group), address_in_use_error);
        set_socket_option(*socket, option::leave_multicast_group, group);

        for (auto const& wrong : {multicast_group{.group = {10, 0, 0, 1}},
                                  multicast_group{.group = v4.group, .source = ip_address::loopback_v6()},
                                  multicast_group{.group = v4.group, .source = ip_address(239, 0, 0, 1)}})
            EXPECT_THROW(set_socket_option(*socket, option::join_multicast_group, wrong), invalid_argument_error);
        EXPECT_THROW(set_socket_option(*socket, option::join_multicast_group,
                                       {.group = group.group, .interface_index = 0x7fff'fff0}),
                     address_not_available_error);
        if (!member(name, "v6")) {
            EXPECT_THROW(set_socket_option(*socket, option::join_multicast_group, v6), invalid_argument_error);
        }
    }
}

// ---- failures

TEST(options, unsupported_names_the_option_and_what_has_it) {
    every_kind sockets;
    auto& socket = sockets.named("udp v4");
    try {
        set_socket_option(socket, option::tcp_nodelay, true);
        FAIL();
    } catch (unsupported const& condition) {
        EXPECT_EQ(condition.feature(), "option tcp_nodelay");
        EXPECT_EQ(condition.context(), "set_socket_option");
        EXPECT_EQ(condition.minimum(), "a TCP socket");
    }
    try {
        set_socket_option(sockets.named("tcp connection v4"), option::tcp_congestion_control, "no-such");
        FAIL();
    } catch (unsupported const& condition) {
        EXPECT_EQ(condition.feature(), "option tcp_congestion_control \"no-such\"");
    }
}

TEST(options, messages_say_which_option_on_which_socket_and_why) {
    every_kind sockets;
    auto& socket = sockets.named("udp v4");
    try {
        set_socket_option(socket, option::hop_limit, 256);
        FAIL();
    } catch (invalid_argument_error const& condition) {
        EXPECT_EQ(condition.operation(), "set_socket_option");
        EXPECT_EQ(condition.native_handle(), socket.native_handle());
        EXPECT_THAT(condition.what(), HasSubstr("set_socket_option"));
        EXPECT_THAT(condition.what(), HasSubstr("hop_limit must be 1 to 255"));
    }
    try {
        set_socket_option(socket, option::bind_to_device, "no-such-if");
        FAIL();
    } catch (address_not_available_error const& condition) {
        EXPECT_THAT(condition.what(), HasSubstr("option bind_to_device \"no-such-if\""));
    }
    try {
        static_cast<void>(socket_option(socket, option::path_mtu));
        FAIL();
    } catch (invalid_socket_error const& condition) {
        EXPECT_EQ(condition.operation(), "socket_option");
        EXPECT_THAT(condition.what(), HasSubstr("option path_mtu"));
    }
}

TEST(options, unsupported_can_be_a_warning) {
    every_kind sockets;
    auto& socket = sockets.named("udp v4");
    std::vector<std::string> warnings;
    auto const previous =
        set_warning_handler([&warnings](socket_warning const& warning) { warnings.emplace_back(warning.feature()); });
    ignore_unsupported_warnings([&] {
        set_socket_option(socket, option::tcp_nodelay, true);
        EXPECT_EQ(socket_option(socket, option::linger), std::nullopt);
    });
    set_warning_handler(previous);
    EXPECT_EQ(warnings, (std::vector<std::string>{"option tcp_nodelay", "option linger"}));
}

TEST(options, a_closed_socket_is_an_invalid_socket) {
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        SCOPED_TRACE(name);
        socket_close(*socket);
        EXPECT_THROW(static_cast<void>(socket_option(*socket, option::send_buffer_size)), invalid_socket_error);
        EXPECT_THROW(set_socket_option(*socket, option::send_buffer_size, 4096), invalid_socket_error);
        EXPECT_THROW(set_socket_option(*socket, option::receive_timeout, 1s), invalid_socket_error);
        EXPECT_THROW(static_cast<void>(socket_option(*socket, option::receive_timeout)), invalid_socket_error);
        EXPECT_THROW(static_cast<void>(socket_option(*socket, option::raw<int>{1, 1})), invalid_socket_error);
        std::error_code ec;
        EXPECT_EQ(socket_option(*socket, option::send_buffer_size, ec), 0U);
        EXPECT_EQ(ec, errc::invalid_socket);
        EXPECT_FALSE(supports(*socket, option::send_buffer_size));
        EXPECT_FALSE(supports(*socket, option::receive_timeout));
    }
    datagram_usocket const never_opened;
    EXPECT_FALSE(supports(never_opened, option::broadcast));
    EXPECT_THROW(static_cast<void>(socket_option(never_opened, option::broadcast)), invalid_socket_error);
}

} // namespace
} // namespace usocket
