// SPDX-License-Identifier: MIT
#include "platform/datagram.hpp"
#include "platform/platform.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "platform/socket_options.hpp"
#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

using test::octets;
using test::open;
using test::open_bound;
using test::owned_handle;
using test::send_to;

constexpr auto none = transfer_flags::none;
constexpr auto dont_wait = transfer_flags::dont_wait;

ip_address const second_v4(127, 0, 0, 2);

ip_address mapped(ip_address const& v4) { return v4.v6_octets(); }

/// A socket on all addresses, of both families for v6, that notes where its datagrams are sent to.
owned_handle open_server(family which, bool packet_info = true) {
    auto server = open(which, socket_type::datagram);
    if (which == family::v6) {
        EXPECT_EQ(set_v6_only(server, false), 0);
    }
    EXPECT_EQ(bind(server, endpoint(which == family::v6 ? ip_address::any_v6() : ip_address::any_v4(), 0)), 0);
    if (packet_info) {
        EXPECT_EQ(set_option(server, which, option_id::packet_info, 1), 0);
    }
    return server;
}

struct received {
    transfer result{};
    std::string data{};
    endpoint source{};
    std::optional<ip_address> destination{};
};

received receive(handle socket, std::size_t room, transfer_flags flags = none) {
    received got;
    got.data.resize(room);
    datagram_notes notes;
    got.result = receive_with_notes(socket, {}, std::as_writable_bytes(std::span(got.data)), got.source, notes, flags);
    got.destination = notes.destination;
    got.data.resize(std::min(room, got.result.count));
    return got;
}

/// Sends one datagram on a socket of the source's family; the count is its size.
transfer send_from(handle socket, std::span<std::byte const> data, ip_address const& source,
                   endpoint const* destination, transfer_flags flags) {
    endpoint const from(source, 0);
    outgoing_piece const piece{data.data(), data.size()};
    outgoing_message const message{
        .pieces = &piece, .piece_count = 1, .destination = destination, .source = &from, .segment = 0};
    auto sent = send_messages(socket, source.is_v6() ? family::v6 : family::v4, {&message, 1}, flags);
    if (sent.error == 0)
        sent.count = data.size();
    return sent;
}

class platform_packet_info : public testing::TestWithParam<family> {
protected:
    void SetUp() override {
        if (GetParam() == family::v6 && !test::has_v6_loopback())
            GTEST_SKIP() << "no IPv6 loopback address";
    }
    /// An address of the family that the system would not choose by itself, where there is one.
    ip_address there_ = GetParam() == family::v6 ? ip_address::loopback_v6() : second_v4;
};
INSTANTIATE_TEST_SUITE_P(families, platform_packet_info, testing::Values(family::v4, family::v6));

TEST_P(platform_packet_info, a_datagram_tells_who_sent_it_and_where_to) {
    auto const server = open_server(GetParam());
    auto const client = open_bound(GetParam(), socket_type::datagram);
    endpoint const to(there_, test::local_of(server).port());
    ASSERT_EQ(send_to(client, octets("0123456789"), to, none).error, 0);
    for (auto const flags : {transfer_flags::peek, dont_wait}) {
        auto const got = receive(server, 4, flags);
        EXPECT_EQ(got.result.error, 0);
        EXPECT_EQ(got.result.count, 10U) << "the datagram's own size";
        EXPECT_EQ(got.data, "0123");
        EXPECT_EQ(got.source, test::local_of(client));
        EXPECT_EQ(got.destination, there_);
    }
    EXPECT_TRUE(is_would_block(receive(server, 4, dont_wait).result.error));
}

TEST_P(platform_packet_info, an_empty_datagram_tells_it_too) {
    auto const server = open_server(GetParam());
    auto const client = open_bound(GetParam(), socket_type::datagram);
    ASSERT_EQ(send_to(client, {}, endpoint(there_, test::local_of(server).port()), none).error, 0);
    auto const got = receive(server, 0);
    EXPECT_EQ(got.result.error, 0);
    EXPECT_EQ(got.result.count, 0U);
    EXPECT_EQ(got.source, test::local_of(client));
    EXPECT_EQ(got.destination, there_);
}

TEST_P(platform_packet_info, without_the_option_the_destination_is_not_told) {
    auto const server = open_server(GetParam(), false);
    auto const client = open_bound(GetParam(), socket_type::datagram);
    ASSERT_EQ(send_to(client, octets("x"), endpoint(there_, test::local_of(server).port()), none).error, 0);
    auto const got = receive(server, 4);
    EXPECT_EQ(got.data, "x");
    EXPECT_EQ(got.source, test::local_of(client));
    EXPECT_EQ(got.destination, std::nullopt);
}

TEST_P(platform_packet_info, other_notes_leave_room_for_it) {
    auto const server = open_server(GetParam());
    ASSERT_EQ(set_option(server, GetParam(), option_id::timestamps, 1), 0);
    int const on = 1;
    for (int const name : {IP_RECVTTL, IP_RECVTOS, IP_RECVOPTS, IP_RETOPTS, IP_RECVORIGDSTADDR})
        ASSERT_EQ(::setsockopt(server, IPPROTO_IP, name, &on, sizeof on), 0);
    auto const client = open_bound(GetParam(), socket_type::datagram);
    ASSERT_EQ(send_to(client, octets("x"), endpoint(there_, test::local_of(server).port()), none).error, 0);
    EXPECT_EQ(receive(server, 4).destination, there_);
}

TEST_P(platform_packet_info, an_answer_goes_out_from_there) {
    auto const server = open_server(GetParam());
    auto const client = open_bound(GetParam(), socket_type::datagram);
    endpoint const to(there_, test::local_of(server).port());
    auto const back = test::local_of(client);
    EXPECT_EQ(send_from(server, octets("12345"), there_, &back, none).count, 5U);
    std::array<std::byte, 8> buffer{};
    endpoint source;
    EXPECT_EQ(receive_from(client, buffer, source, none).count, 5U);
    EXPECT_EQ(source, to);
    EXPECT_EQ(send_from(server, {}, there_, &back, dont_wait).error, 0);
    EXPECT_EQ(receive_from(client, buffer, source, none).count, 0U);
    EXPECT_EQ(source, to);
}

TEST_P(platform_packet_info, a_connected_socket_needs_no_destination) {
    auto const sender = open_server(GetParam());
    auto const receiver = open_bound(GetParam(), socket_type::datagram);
    EXPECT_EQ(classify(send_from(sender, octets("x"), there_, nullptr, none).error), errc::invalid_argument);
    ASSERT_EQ(connect(sender, test::local_of(receiver)), 0);
    EXPECT_EQ(send_from(sender, octets("x"), there_, nullptr, none).count, 1U);
    std::array<std::byte, 4> buffer{};
    endpoint source;
    EXPECT_EQ(receive_from(receiver, buffer, source, none).count, 1U);
    EXPECT_EQ(source.address(), there_);
}

TEST_P(platform_packet_info, what_cannot_be_sent_is_told) {
    auto const sender = open_bound(GetParam(), socket_type::datagram);
    auto const receiver = open_bound(GetParam(), socket_type::datagram);
    auto const to = test::local_of(receiver);
    std::string const too_large(70'000, 'x');
    EXPECT_EQ(send_from(sender, octets(too_large), there_, &to, none).error, EMSGSIZE);
    endpoint const nowhere;
    EXPECT_EQ(classify(send_from(sender, octets("x"), there_, &nowhere, none).error), errc::invalid_argument);
    auto const foreign = GetParam() == family::v6 ? ip_address::parse("2001:db8::1") : ip_address::parse("203.0.113.1");
    EXPECT_NE(send_from(sender, octets("x"), *foreign, &to, none).error, 0);
    endpoint source;
    std::array<std::byte, 4> buffer{};
    EXPECT_TRUE(is_would_block(receive_from(receiver, buffer, source, dont_wait).error));
}

TEST(platform_packet_info_dual_stack, ipv4_datagrams_come_and_go_as_mapped) {
    if (!test::has_v6_loopback())
        GTEST_SKIP() << "no IPv6 loopback address";
    auto const server = open_server(family::v6);
    auto const client = open_bound(family::v4, socket_type::datagram);
    auto const port = test::local_of(server).port();
    ASSERT_EQ(send_to(client, octets("x"), endpoint(second_v4, port), none).error, 0);
    auto const got = receive(server, 4);
    EXPECT_EQ(got.source, endpoint(mapped(ip_address::loopback_v4()), test::local_of(client).port()));
    ASSERT_TRUE(got.destination);
    EXPECT_EQ(got.destination->unmapped(), second_v4);
    EXPECT_EQ(send_from(server, octets("y"), mapped(second_v4), &got.source, none).count, 1U);
    std::array<std::byte, 4> buffer{};
    endpoint source;
    EXPECT_EQ(receive_from(client, buffer, source, none).count, 1U);
    EXPECT_EQ(source, endpoint(second_v4, port));
}

/// With the IPv6 half of the option alone, as other programs may set it, the note is a mapped one.
TEST(platform_packet_info_dual_stack, a_mapped_note_is_enough) {
    if (!test::has_v6_loopback())
        GTEST_SKIP() << "no IPv6 loopback address";
    auto const server = open_server(family::v6, false);
    int const on = 1;
    ASSERT_EQ(::setsockopt(server, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on), 0);
    auto const client = open_bound(family::v4, socket_type::datagram);
    ASSERT_EQ(send_to(client, octets("x"), endpoint(second_v4, test::local_of(server).port()), none).error, 0);
    EXPECT_EQ(receive(server, 4).destination, mapped(second_v4));
}

/// An IPv6 link-local address of this machine, with its interface.
std::optional<ip_address> find_link_local() {
    // Column by column: the address, the interface, the length of the prefix, the scope (20 is the link), flags, name.
    std::ifstream table("/proc/net/if_inet6");
    std::string address;
    std::string interface;
    std::string prefix;
    std::string scope;
    for (std::string rest; table >> address >> interface >> prefix >> scope && std::getline(table, rest);) {
        if (scope != "20")
            continue;
        ip_address::v6_octets_type wide{};
        for (std::size_t i = 0; i < wide.size(); ++i)
            wide[i] = static_cast<std::uint8_t>(std::stoul(address.substr(2 * i, 2), nullptr, 16));
        return ip_address(wide, static_cast<std::uint32_t>(std::stoul(interface, nullptr, 16)));
    }
    return std::nullopt;
}

TEST(platform_packet_info_link_local, has_its_interface_as_scope) {
    auto const here = find_link_local();
    if (!here)
        GTEST_SKIP() << "no IPv6 link-local address";
    auto const server = open_server(family::v6);
    auto const client = open(family::v6, socket_type::datagram);
    ASSERT_EQ(bind(client, endpoint(*here, 0)), 0);
    endpoint const to(*here, test::local_of(server).port());
    ASSERT_EQ(send_to(client, octets("x"), to, none).error, 0);
    auto const got = receive(server, 4);
    EXPECT_EQ(got.destination, here);
    EXPECT_EQ(send_from(server, octets("y"), *here, &got.source, none).count, 1U);
    std::array<std::byte, 4> buffer{};
    endpoint source;
    EXPECT_EQ(receive_from(client, buffer, source, none).count, 1U);
    EXPECT_EQ(source.address(), *here);
    endpoint const unscoped(got.source.address().with_scope(0), got.source.port());
    EXPECT_EQ(send_from(server, octets("z"), *here, &unscoped, none).count, 1U) << "the interface is the source's";
    EXPECT_EQ(receive_from(client, buffer, source, none).count, 1U);
}

} // namespace
} // namespace usocket::platform
