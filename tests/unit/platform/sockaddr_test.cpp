// SPDX-License-Identifier: MIT
#include "platform/posix/sockaddr.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <random>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/un.h>

#include <gtest/gtest.h>

namespace usocket::platform {
namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path);

endpoint round_trip(endpoint const& value) {
    socket_address address;
    EXPECT_EQ(encode(value, address), 0) << value.to_string();
    return decode(address);
}

TEST(sockaddr, endpoints_come_back_as_they_were) {
    ip_address::v6_octets_type octets{};
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<std::uint8_t>(0x20 + i);
    std::vector<endpoint> const values = {
        endpoint(ip_address(1, 2, 3, 4), 0),
        endpoint(ip_address(255, 255, 255, 255), 65535),
        endpoint(ip_address(octets), 4660),
        endpoint(ip_address(octets, 0xffff'ffff), 1),
        endpoint(*ip_address::parse("::ffff:1.2.3.4"), 80),
        endpoint::local_unnamed(),
        endpoint::local_path("/tmp/socket"),
        endpoint::local_path("x"),
        endpoint::local_path(std::string(longest_path - 1, 'p')),
        endpoint::local_path(std::string(longest_path, 'p')),
        endpoint::local_abstract(""),
        endpoint::local_abstract("name"),
        endpoint::local_abstract(std::string_view("\0a\0b\0", 5)),
        endpoint::local_abstract(std::string(longest_path - 1, '\0')),
    };
    for (auto const& value : values)
        EXPECT_EQ(round_trip(value), value) << value.to_string();
}

TEST(sockaddr, ip_addresses_are_in_network_order_and_otherwise_zero) {
    socket_address address;
    ASSERT_EQ(encode(endpoint(*ip_address::parse("fe80::1%3"), 0x1234), address), 0);
    sockaddr_in6 expected{};
    expected.sin6_family = AF_INET6;
    expected.sin6_port = htons(0x1234);
    expected.sin6_addr.s6_addr[0] = 0xfe;
    expected.sin6_addr.s6_addr[1] = 0x80;
    expected.sin6_addr.s6_addr[15] = 1;
    expected.sin6_scope_id = 3;
    ASSERT_EQ(address.length, sizeof expected);
    EXPECT_EQ(std::memcmp(address.bytes(), &expected, sizeof expected), 0);
    EXPECT_TRUE(std::all_of(address.bytes() + sizeof expected, address.bytes() + sizeof address.storage,
                            [](std::byte octet) { return octet == std::byte{0}; }));
}

TEST(sockaddr, what_no_call_could_take_is_refused) {
    auto const refusal = [](endpoint const& value) {
        socket_address address;
        return encode(value, address);
    };
    EXPECT_EQ(refusal(endpoint()), EDESTADDRREQ);
    EXPECT_EQ(refusal(endpoint::local_path(std::string(longest_path + 1, 'p'))), ENAMETOOLONG);
    EXPECT_EQ(refusal(endpoint::local_abstract(std::string(longest_path, 'a'))), ENAMETOOLONG);
    EXPECT_EQ(refusal(endpoint::local_path(std::string_view("a\0b", 3))), EINVAL);
}

TEST(sockaddr, a_path_ends_at_its_nul_or_where_the_address_ends) {
    socket_address address;
    address.storage.ss_family = AF_UNIX;
    std::memcpy(address.bytes() + path_offset, "/a/b\0rest", 9);
    address.length = path_offset + 9;
    EXPECT_EQ(decode(address), endpoint::local_path("/a/b"));
    address.length = path_offset + 2;
    EXPECT_EQ(decode(address), endpoint::local_path("/a"));
    address.length = path_offset;
    EXPECT_EQ(decode(address), endpoint::local_unnamed());
}

TEST(sockaddr, addresses_cut_short_and_unknown_families_are_no_endpoint) {
    for (auto const& value : {endpoint(ip_address(1, 2, 3, 4), 5), endpoint(ip_address::loopback_v6(), 5)}) {
        socket_address address;
        ASSERT_EQ(encode(value, address), 0);
        for (socklen_t length = 0; length < address.length; ++length) {
            socket_address shorter = address;
            shorter.length = length;
            EXPECT_EQ(decode(shorter), endpoint()) << length;
        }
    }
    socket_address address;
    address.storage.ss_family = AF_APPLETALK;
    address.length = sizeof address.storage;
    EXPECT_EQ(decode(address), endpoint());
}

// Whatever a kernel might write: no read past the storage (the sanitizers watch), and what decodes encodes to the same.
TEST(sockaddr, any_octets_with_any_length_decode_safely) {
    std::mt19937 random(20240607);
    std::uniform_int_distribution<int> octet(0, 255);
    std::uniform_int_distribution<socklen_t> length(0, sizeof(sockaddr_storage) + 40);
    constexpr sa_family_t families[] = {AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, AF_NETLINK};
    for (int round = 0; round < 20'000; ++round) {
        socket_address address;
        std::generate(address.bytes(), address.bytes() + sizeof address.storage,
                      [&] { return static_cast<std::byte>(octet(random)); });
        address.storage.ss_family = families[static_cast<std::size_t>(round) % std::size(families)];
        address.length = length(random);
        auto const value = decode(address);
        socket_address again;
        if (value.type() != endpoint::kind::none && encode(value, again) == 0) {
            ASSERT_EQ(decode(again), value);
        }
        raw_address raw; // NOLINT(cppcoreguidelines-pro-type-member-init): written below
        new (&raw) socket_address(address);
        endpoint const before(ip_address(9, 9, 9, 9), 9);
        ip_address ip = before.address();
        std::uint16_t port = before.port();
        decode_ip_source(raw, ip, port);
        ASSERT_EQ(endpoint(ip, port), value.is_ip() ? value : before);
    }
}

TEST(sockaddr, families_and_types_have_their_numbers) {
    EXPECT_EQ(to_system(family::v4), AF_INET);
    EXPECT_EQ(to_system(family::v6), AF_INET6);
    EXPECT_EQ(to_system(family::local), AF_UNIX);
    EXPECT_EQ(to_system(socket_type::stream), SOCK_STREAM);
    EXPECT_EQ(to_system(socket_type::datagram), SOCK_DGRAM);
}

} // namespace
} // namespace usocket::platform
