// SPDX-License-Identifier: MIT
#include <usocket/option_value.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/options.hpp>

#include "unit/socket/every_kind.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::every_kind;
using test::member;

constexpr char const tcp[] = "tcp";
constexpr char const tcp_listener[] = "tcp listener";
constexpr char const udp[] = "udp";
constexpr char const ip[] = "ip";
constexpr char const any[] = "any";

template <class Option, class Value>
void expect_out_of_range(std::string_view kind, Option option, std::vector<Value> const& values) {
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        if (!member(name, kind))
            continue;
        SCOPED_TRACE(name);
        auto const before = socket_option(*socket, option);
        for (auto const& value : values) {
            EXPECT_THROW(set_socket_option(*socket, option, value), invalid_argument_error);
            std::error_code ec;
            set_socket_option(*socket, option, value, ec);
            EXPECT_EQ(ec, errc::invalid_argument);
        }
        EXPECT_EQ(socket_option(*socket, option), before);
    }
}

TEST(options, numbers_out_of_range_are_refused_and_never_truncated) {
    using wide = std::int64_t;
    expect_out_of_range(ip, option::hop_limit, std::vector<wide>{0, 256, -1, wide{1} << 32, INT64_MIN});
    expect_out_of_range(ip, option::traffic_class, std::vector<wide>{-1, 256, (wide{1} << 32) + 1});
    expect_out_of_range(ip, option::mark, std::vector<wide>{-1, wide{1} << 32});
    expect_out_of_range(udp, option::multicast_hop_limit, std::vector<wide>{-1, 256});
    expect_out_of_range(udp, option::multicast_interface, std::vector<wide>{-1, wide{1} << 32, wide{1} << 31});
    expect_out_of_range(tcp, option::tcp_keepalive_count, std::vector<wide>{0, 128, -1});
    expect_out_of_range(tcp_listener, option::tcp_fast_open, std::vector<wide>{-1, wide{1} << 31});
    expect_out_of_range(any, option::receive_buffer_size,
                        std::vector<std::uint64_t>{0, std::uint64_t{1} << 31, UINT64_MAX});
    expect_out_of_range(any, option::send_buffer_size, std::vector<wide>{0, -1, (wide{1} << 32) + 4096});
}

TEST(options, times_out_of_range_are_refused) {
    expect_out_of_range(tcp, option::tcp_keepalive_idle, std::vector{0s, -1s, 32768s, seconds::max(), seconds::min()});
    expect_out_of_range(tcp, option::tcp_keepalive_interval, std::vector{std::chrono::hours::max()});
    expect_out_of_range(tcp, option::tcp_user_timeout, std::vector{-1ms, 2147483648ms, milliseconds::max()});
    expect_out_of_range(tcp, option::linger, std::vector{-1s, 65536s, seconds::min(), seconds::max()});
    expect_out_of_range(tcp, option::linger, std::vector{std::chrono::duration<double>(std::nan(""))});
    expect_out_of_range(tcp_listener, option::tcp_defer_accept, std::vector{-1s, 2147483648s});
}

TEST(options, part_of_a_unit_is_rounded_up) {
    every_kind sockets;
    for (auto const& [name, socket] : sockets.all()) {
        if (!member(name, tcp))
            continue;
        set_socket_option(*socket, option::tcp_keepalive_idle, 1500ms);
        EXPECT_EQ(socket_option(*socket, option::tcp_keepalive_idle), 2s);
        set_socket_option(*socket, option::linger, 1ns);
        EXPECT_EQ(socket_option(*socket, option::linger), 1s);
        set_socket_option(*socket, option::tcp_user_timeout, std::chrono::duration<double, std::milli>(0.25));
        EXPECT_EQ(socket_option(*socket, option::tcp_user_timeout), 1ms);
        set_socket_option(*socket, option::tcp_keepalive_idle, std::chrono::hours(1));
        EXPECT_EQ(socket_option(*socket, option::tcp_keepalive_idle), 3600s);
    }
}

// A flag takes no number or pointer, a number no bool or character: what would be silently converted does not compile.
template <class Option, class Value>
concept takes = requires(usocket& socket, Option option, Value value) { set_socket_option(socket, option, value); };

static_assert(takes<decltype(option::tcp_nodelay), bool>);
static_assert(!takes<decltype(option::tcp_nodelay), int>);
static_assert(!takes<decltype(option::tcp_nodelay), char const*>);
static_assert(takes<decltype(option::hop_limit), long long>);
static_assert(!takes<decltype(option::hop_limit), bool>);
static_assert(!takes<decltype(option::hop_limit), double>);
static_assert(!takes<decltype(option::hop_limit), char>);
static_assert(takes<decltype(option::tcp_keepalive_idle), std::chrono::minutes>);
static_assert(!takes<decltype(option::tcp_keepalive_idle), int>);
static_assert(takes<decltype(option::linger), std::nullopt_t>);
static_assert(takes<decltype(option::receive_timeout), std::chrono::microseconds>);
static_assert(!takes<decltype(option::tcp_info), tcp_info>);
static_assert(!takes<decltype(option::path_mtu), int>);

} // namespace
} // namespace usocket
