// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

using test::octets;
using test::open_bound;
using test::send_to;
using test::text;

constexpr auto none = transfer_flags::none;
constexpr auto dont_wait = transfer_flags::dont_wait;

TEST(platform_transfer, flags_combine) {
    auto const both = dont_wait | transfer_flags::peek;
    EXPECT_TRUE(has(both, dont_wait));
    EXPECT_TRUE(has(both, transfer_flags::peek));
    EXPECT_FALSE(has(dont_wait, transfer_flags::peek));
    EXPECT_FALSE(has(none, dont_wait));
}

TEST(platform_transfer, octets_arrive_in_order_across_two_buffers) {
    auto const pair = test::connected_pair();
    ASSERT_EQ(send_gathered(pair.client, octets("head"), octets("tail"), none).count, 8U);
    std::array<std::byte, 3> first{};
    std::array<std::byte, 9> second{};
    auto const result = receive_scattered(pair.server, first, second, none);
    EXPECT_EQ(result.error, 0);
    EXPECT_EQ(result.count, 8U);
    EXPECT_EQ(text(first), "hea");
    EXPECT_EQ(text(second).substr(0, 5), "dtail");
}

TEST(platform_transfer, empty_buffers_are_left_out) {
    auto const pair = test::connected_pair();
    EXPECT_EQ(send_gathered(pair.client, {}, octets("a"), none).count, 1U);
    EXPECT_EQ(send_gathered(pair.client, octets("b"), {}, none).count, 1U);
    EXPECT_EQ(send_gathered(pair.client, {}, {}, none).count, 0U);
    std::array<std::byte, 1> one{};
    EXPECT_EQ(receive_scattered(pair.server, {}, one, none).count, 1U);
    EXPECT_EQ(text(one), "a");
    EXPECT_EQ(receive_scattered(pair.server, one, {}, none).count, 1U);
    EXPECT_EQ(text(one), "b");
}

TEST(platform_transfer, dont_wait_would_block_on_a_blocking_socket) {
    auto const pair = test::connected_pair();
    std::array<std::byte, 8> buffer{};
    EXPECT_TRUE(is_would_block(receive(pair.server, buffer, dont_wait).error));
    EXPECT_TRUE(is_would_block(receive_scattered(pair.server, buffer, {}, dont_wait).error));
    std::string const block(1 << 16, 'x');
    transfer sent{};
    std::size_t total = 0;
    while ((sent = send(pair.client, octets(block), dont_wait)).error == 0)
        total += sent.count;
    EXPECT_TRUE(is_would_block(sent.error));
    EXPECT_GT(total, 0U);
    EXPECT_TRUE(is_would_block(send_gathered(pair.client, octets(block), octets(block), dont_wait).error));
}

TEST(platform_transfer, peeking_leaves_the_octets) {
    auto const pair = test::connected_pair();
    ASSERT_EQ(send(pair.client, octets("peek"), none).count, 4U);
    std::array<std::byte, 4> buffer{};
    EXPECT_EQ(receive(pair.server, buffer, transfer_flags::peek).count, 4U);
    EXPECT_EQ(text(buffer), "peek");
    buffer.fill({});
    EXPECT_EQ(receive(pair.server, buffer, none).count, 4U);
    EXPECT_EQ(text(buffer), "peek");
    EXPECT_TRUE(is_would_block(receive(pair.server, buffer, dont_wait).error));
}

class platform_datagrams : public testing::TestWithParam<family> {
protected:
    void SetUp() override {
        if (GetParam() == family::v6 && !test::has_v6_loopback())
            GTEST_SKIP() << "no IPv6 loopback address";
    }
    test::owned_handle make() {
        if (GetParam() != family::local)
            return open_bound(GetParam(), socket_type::datagram);
        return open_bound(family::local, socket_type::datagram,
                          endpoint::local_path(directory_.file(std::to_string(count_++))));
    }

private:
    test::temporary_directory directory_;
    int count_ = 0;
};
INSTANTIATE_TEST_SUITE_P(families, platform_datagrams, testing::Values(family::v4, family::v6, family::local));

TEST_P(platform_datagrams, the_source_and_the_whole_size_are_told) {
    auto const sender = make();
    auto const receiver = make();
    auto const to = test::local_of(receiver);
    ASSERT_EQ(send_to(sender, octets("0123456789"), to, none).count, 10U);
    std::array<std::byte, 4> buffer{};
    endpoint source;
    auto peeked = receive_from(receiver, buffer, source, transfer_flags::peek);
    EXPECT_EQ(peeked.count, 10U);
    auto const result = receive_from(receiver, buffer, source, none);
    EXPECT_EQ(result.error, 0);
    EXPECT_EQ(result.count, 10U);
    EXPECT_EQ(text(buffer), "0123");
    EXPECT_EQ(source, test::local_of(sender));
    EXPECT_TRUE(is_would_block(receive_from(receiver, buffer, source, dont_wait).error)) << "the rest is gone";
}

TEST_P(platform_datagrams, an_empty_datagram_is_data) {
    auto const sender = make();
    auto const receiver = make();
    ASSERT_EQ(send_to(sender, {}, test::local_of(receiver), none).error, 0);
    endpoint source;
    auto const result = receive_from(receiver, {}, source, none);
    EXPECT_EQ(result.error, 0);
    EXPECT_EQ(result.count, 0U);
    EXPECT_EQ(source, test::local_of(sender));
}

TEST_P(platform_datagrams, a_connected_socket_sends_without_a_destination) {
    auto const sender = make();
    auto const receiver = make();
    EXPECT_NE(send(sender, octets("x"), none).error, 0);
    ASSERT_EQ(connect(sender, test::local_of(receiver)), 0);
    EXPECT_EQ(send(sender, octets("x"), none).count, 1U);
    EXPECT_EQ(send_gathered(sender, octets("one "), octets("datagram"), none).count, 12U);
    std::array<std::byte, 20> buffer{};
    EXPECT_EQ(receive(receiver, buffer, none).count, 1U);
    EXPECT_EQ(receive(receiver, buffer, none).count, 12U);
}

TEST(platform_transfer, an_unnamed_local_sender_is_unnamed) {
    test::temporary_directory const directory;
    auto const where = endpoint::local_path(directory.file("socket"));
    auto const receiver = open_bound(family::local, socket_type::datagram, where);
    auto const sender = test::open(family::local, socket_type::datagram);
    ASSERT_EQ(send_to(sender, octets("x"), where, none).count, 1U);
    std::array<std::byte, 4> buffer{};
    endpoint source(ip_address(1, 2, 3, 4), 5);
    EXPECT_EQ(receive_from(receiver, buffer, source, none).count, 1U);
    EXPECT_EQ(source, endpoint::local_unnamed());
}

TEST(platform_transfer, the_largest_payloads_pass_and_one_more_octet_does_not) {
    struct {
        family which;
        std::size_t largest;
    } const limits[] = {{family::v4, 65507}, {family::v6, 65527}};
    for (auto const& limit : limits) {
        if (limit.which == family::v6 && !test::has_v6_loopback())
            continue;
        auto const sender = open_bound(limit.which, socket_type::datagram);
        auto const receiver = open_bound(limit.which, socket_type::datagram);
        std::string payload(limit.largest, 'd');
        EXPECT_EQ(send_to(sender, octets(payload), test::local_of(receiver), none).count, limit.largest);
        std::array<std::byte, 1> buffer{};
        endpoint source;
        EXPECT_EQ(receive_from(receiver, buffer, source, none).count, limit.largest);
        payload += 'd';
        EXPECT_EQ(classify(send_to(sender, octets(payload), test::local_of(receiver), none).error),
                  errc::invalid_argument);
    }
}

TEST(platform_transfer, no_destination_is_an_invalid_argument) {
    auto const sender = open_bound(family::v4, socket_type::datagram);
    EXPECT_EQ(classify(send_to(sender, octets("x"), endpoint(), none).error), errc::invalid_argument);
    EXPECT_EQ(classify(send(sender, octets("x"), none).error), errc::invalid_argument);
}

TEST(platform_transfer, a_reset_is_told_as_one) {
    auto pair = test::connected_pair();
    ASSERT_EQ(send(pair.client, octets("never read"), none).count, 10U);
    poll_entry entry{.socket = pair.server, .want_read = true};
    std::size_t ready = 0;
    ASSERT_EQ(poll({&entry, 1}, std::nullopt, ready), 0);
    pair.server.reset(); // closing with input unread resets
    std::array<std::byte, 4> buffer{};
    auto const result = receive(pair.client, buffer, none);
    EXPECT_EQ(classify(result.error), errc::connection_reset);
    EXPECT_TRUE(is_connection_lost(result.error));
}

} // namespace
} // namespace usocket::platform
