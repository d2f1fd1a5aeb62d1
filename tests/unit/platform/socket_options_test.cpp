// SPDX-License-Identifier: MIT
#include "platform/socket_options.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

// What is visible of options on the wire; that every option can be set and read is tested with the public interface.
#pragma GCC diagnostic ignored "-Wsign-compare" // musl's CMSG_NXTHDR compares sizes of both signs

namespace usocket::platform {
namespace {

using test::octets;
using test::open;
using test::open_bound;
using test::owned_handle;
using test::send_to;

/// Numbers that came with a datagram, by level and type; -1 where there was none.
class ancillary_data {
public:
    explicit ancillary_data(handle socket) {
        std::array<char, 64> payload{};
        alignas(cmsghdr) std::array<char, 512> control{};
        iovec vector{payload.data(), payload.size()};
        msghdr message{};
        message.msg_iov = &vector;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        EXPECT_GT(::recvmsg(socket, &message, 0), 0);
        for (cmsghdr* entry = CMSG_FIRSTHDR(&message); entry != nullptr; entry = CMSG_NXTHDR(&message, entry)) {
            if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_TTL)
                ttl = number(entry);
            else if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_TOS)
                tos = *CMSG_DATA(entry);
            else if (entry->cmsg_level == IPPROTO_IPV6 && entry->cmsg_type == IPV6_HOPLIMIT)
                hops = number(entry);
            else if (entry->cmsg_level == IPPROTO_IPV6 && entry->cmsg_type == IPV6_TCLASS)
                traffic_class = number(entry);
            else if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_PKTINFO)
                has_v4_packet_info = true;
            else if (entry->cmsg_level == IPPROTO_IPV6 && entry->cmsg_type == IPV6_PKTINFO)
                has_v6_packet_info = true;
            else if (entry->cmsg_level == SOL_SOCKET && entry->cmsg_type == SO_TIMESTAMPNS)
                has_timestamp = true;
        }
    }

    int ttl = -1;
    int tos = -1;
    int hops = -1;
    int traffic_class = -1;
    bool has_v4_packet_info = false;
    bool has_v6_packet_info = false;
    bool has_timestamp = false;

private:
    static int number(cmsghdr* entry) {
        int value = -1;
        std::memcpy(&value, CMSG_DATA(entry), sizeof value);
        return value;
    }
};

void ask_for_ancillary_data(handle socket, family which) {
    int const on = 1;
    ASSERT_EQ(::setsockopt(socket, IPPROTO_IP, IP_RECVTTL, &on, sizeof on), 0);
    ASSERT_EQ(::setsockopt(socket, IPPROTO_IP, IP_RECVTOS, &on, sizeof on), 0);
    if (which == family::v6) {
        ASSERT_EQ(::setsockopt(socket, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on), 0);
        ASSERT_EQ(::setsockopt(socket, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on), 0);
    }
}

/// A v6 socket that takes IPv4 too, on all interfaces.
owned_handle open_dual() {
    auto result = open(family::v6, socket_type::datagram);
    EXPECT_EQ(set_v6_only(result, false), 0);
    EXPECT_EQ(bind(result, endpoint(ip_address::any_v6(), 0)), 0);
    return result;
}

endpoint mapped(endpoint const& v4) { return {ip_address(v4.address().v6_octets()), v4.port()}; }

TEST(platform_options, hop_limit_and_traffic_class_are_in_the_packets_of_each_family) {
    if (!test::has_v6_loopback())
        GTEST_SKIP() << "no IPv6 loopback address";
    auto const v4 = open_bound(family::v4, socket_type::datagram);
    auto const v6 = open_bound(family::v6, socket_type::datagram);
    ask_for_ancillary_data(v4, family::v4);
    ask_for_ancillary_data(v6, family::v6);

    auto const sender_v4 = open(family::v4, socket_type::datagram);
    ASSERT_EQ(set_option(sender_v4, family::v4, option_id::hop_limit, 17), 0);
    ASSERT_EQ(set_option(sender_v4, family::v4, option_id::traffic_class, 0x28), 0);
    ASSERT_EQ(send_to(sender_v4, octets("x"), test::local_of(v4), transfer_flags::none).error, 0);
    ancillary_data const from_v4(v4);
    EXPECT_EQ(from_v4.ttl, 17);
    EXPECT_EQ(from_v4.tos, 0x28);

    auto const dual = open_dual();
    ASSERT_EQ(set_option(dual, family::v6, option_id::hop_limit, 23), 0);
    ASSERT_EQ(set_option(dual, family::v6, option_id::traffic_class, 0x48), 0);
    ASSERT_EQ(send_to(dual, octets("x"), mapped(test::local_of(v4)), transfer_flags::none).error, 0);
    ancillary_data const mapped_from_dual(v4);
    EXPECT_EQ(mapped_from_dual.ttl, 23) << "IPv4 packets of a dual-stack socket";
    EXPECT_EQ(mapped_from_dual.tos, 0x48);
    ASSERT_EQ(send_to(dual, octets("x"), test::local_of(v6), transfer_flags::none).error, 0);
    ancillary_data const from_dual(v6);
    EXPECT_EQ(from_dual.hops, 23);
    EXPECT_EQ(from_dual.traffic_class, 0x48);
}

TEST(platform_options, packet_info_and_timestamps_come_with_datagrams_of_each_family) {
    if (!test::has_v6_loopback())
        GTEST_SKIP() << "no IPv6 loopback address";
    auto const dual = open_dual();
    auto const port = test::local_of(dual).port();
    auto const sender_v4 = open(family::v4, socket_type::datagram);
    auto const sender_v6 = open(family::v6, socket_type::datagram);
    for (bool const on : {true, false}) {
        ASSERT_EQ(set_option(dual, family::v6, option_id::packet_info, on ? 1 : 0), 0);
        ASSERT_EQ(set_option(dual, family::v6, option_id::timestamps, on ? 1 : 0), 0);
        ASSERT_EQ(send_to(sender_v4, octets("x"), endpoint(ip_address::loopback_v4(), port), {}).error, 0);
        ancillary_data const v4(dual);
        EXPECT_EQ(v4.has_v4_packet_info || v4.has_v6_packet_info, on);
        EXPECT_EQ(v4.has_timestamp, on);
        ASSERT_EQ(send_to(sender_v6, octets("x"), endpoint(ip_address::loopback_v6(), port), {}).error, 0);
        ancillary_data const v6(dual);
        EXPECT_EQ(v6.has_v6_packet_info, on);
        EXPECT_EQ(v6.has_timestamp, on);
    }
}

TEST(platform_options, what_an_int_cannot_hold_is_an_invalid_argument) {
    auto const socket = open(family::v4, socket_type::stream);
    for (auto const value : {std::numeric_limits<std::int64_t>::max(), std::int64_t{1} << 31, std::int64_t{1} << 32,
                             std::numeric_limits<std::int64_t>::min()}) {
        for (auto const id : {option_id::receive_buffer_size, option_id::hop_limit, option_id::linger})
            EXPECT_EQ(classify(set_option(socket, family::v4, id, value)), errc::invalid_argument) << value;
    }
    auto const datagram = open(family::v4, socket_type::datagram);
    EXPECT_EQ(classify(set_option(datagram, family::v4, option_id::multicast_interface, std::int64_t{1} << 32)),
              errc::invalid_argument);
    EXPECT_EQ(classify(set_option(datagram, family::v4, option_id::mark, std::int64_t{1} << 32)),
              errc::invalid_argument);
}

TEST(platform_options, what_is_of_another_shape_does_not_exist_as_a_number_or_text) {
    auto const socket = open(family::v4, socket_type::stream);
    std::int64_t number = 0;
    EXPECT_TRUE(is_no_such_option(get_option(socket, family::v4, option_id::tcp_congestion_control, number)));
    EXPECT_TRUE(is_no_such_option(set_option(socket, family::v4, option_id::receive_timeout, 1)));
    std::string text;
    EXPECT_TRUE(is_no_such_option(get_text_option(socket, option_id::tcp_nodelay, text)));
    EXPECT_TRUE(is_no_such_option(set_text_option(socket, option_id::tcp_nodelay, "1")));
    EXPECT_FALSE(option_exists(option_id::receive_timeout));
    EXPECT_TRUE(option_exists(option_id::tcp_nodelay));
    EXPECT_TRUE(option_exists(option_id::join_multicast_group));
}

TEST(platform_options, names_are_never_cut) {
    auto const socket = open(family::v4, socket_type::stream);
    // The system itself would take the first 15 characters.
    EXPECT_EQ(set_text_option(socket, option_id::tcp_congestion_control, "0123456789abcdef"), EINVAL);
    EXPECT_EQ(set_text_option(socket, option_id::tcp_congestion_control, std::string_view("reno\0x", 6)), EINVAL);
    EXPECT_EQ(set_text_option(socket, option_id::bind_to_device, "0123456789abcdef"), EINVAL);
    EXPECT_TRUE(is_no_such_option(set_text_option(socket, option_id::tcp_congestion_control, "no-such")));
}

TEST(platform_options, raw_options_report_their_size) {
    auto const socket = open(family::v4, socket_type::stream);
    std::array<std::byte, 16> value{};
    std::size_t size = 0;
    ASSERT_EQ(get_raw_option(socket, SOL_SOCKET, SO_TYPE, value, size), 0);
    EXPECT_EQ(size, sizeof(int));
    int type = 0;
    std::memcpy(&type, value.data(), sizeof type);
    EXPECT_EQ(type, SOCK_STREAM);
    EXPECT_TRUE(is_no_such_option(get_raw_option(socket, IPPROTO_TCP, 9999, value, size)));
    EXPECT_EQ(set_raw_option(socket, SOL_SOCKET, SO_KEEPALIVE, {}), EINVAL);
}

} // namespace
} // namespace usocket::platform
