// SPDX-License-Identifier: MIT
#include <usocket/ip_address.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <iomanip>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

namespace {

using usocket::ip_address;
using namespace std::string_view_literals;

constexpr ip_address parsed(std::string_view text) { return ip_address::parse(text).value(); }

constexpr bool writes(std::string_view input, std::string_view output) {
    ip_address::text_buffer buffer{};
    return parsed(input).to_chars(buffer) == output;
}

static_assert(std::regular<ip_address>);
static_assert(std::totally_ordered<ip_address>);
static_assert(std::three_way_comparable<ip_address, std::strong_ordering>);
static_assert(std::is_trivially_copyable_v<ip_address>);
static_assert(sizeof(ip_address) <= 24);

// Everything but to_string() works in constant expressions.
static_assert(ip_address() == ip_address::any_v4());
static_assert(ip_address{127, 0, 0, 1} == ip_address::loopback_v4());
static_assert(ip_address(ip_address::v4_octets_type{1, 2, 3, 4}).to_v4_integer() == 0x01020304);
static_assert(ip_address::from_v4_integer(0xfffefdfc) == ip_address{255, 254, 253, 252});
static_assert(parsed("::1") == ip_address::loopback_v6());
static_assert(parsed("::") == ip_address::any_v6());
static_assert(parsed("::1").to_v4_integer() == 0);
static_assert(parsed("::ffff:1.2.3.4").to_v4_integer() == 0);
static_assert(parsed("fe80::1%7").scope() == 7);
static_assert(parsed("fe80::1%0") == parsed("fe80::1"));
static_assert(parsed("fe80::1%4294967295").scope() == 0xffff'ffff);
static_assert(parsed("fe80::1").with_scope(3) == parsed("fe80::1%3"));
static_assert(parsed("1.2.3.4").with_scope(3) == parsed("1.2.3.4"));
static_assert(parsed("1.2.3.4").octets().size() == 4 && parsed("::").octets().size() == 16);
static_assert(parsed("::ffff:1.2.3.4").unmapped() == parsed("1.2.3.4"));
static_assert(parsed("::ffff:1.2.3.4%5").unmapped() == parsed("1.2.3.4"));
static_assert(parsed("::fffe:1.2.3.4").unmapped() == parsed("::fffe:1.2.3.4"));
static_assert(parsed("1.2.3.4").v6_octets() == parsed("::ffff:1.2.3.4").v6_octets());
static_assert(parsed("1.2.3.4") != parsed("::ffff:1.2.3.4"));
static_assert(writes("255.255.255.255", "255.255.255.255"));

// RFC 5952, sections 4 and 5.
static_assert(writes("2001:0DB8::0001", "2001:db8::1"));
static_assert(writes("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"));
static_assert(writes("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"));
static_assert(writes("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"));
static_assert(writes("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"));
static_assert(writes("0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"));
static_assert(writes("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"));
static_assert(writes("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"));
static_assert(writes("::ffff:7f00:1", "::ffff:127.0.0.1"));
static_assert(writes("::127.0.0.1", "::7f00:1"));
static_assert(writes("1000:200:30:4:a000:b00:c0:d", "1000:200:30:4:a000:b00:c0:d"));
static_assert(writes("FFFF:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295",
                     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295"));

TEST(ip_address, refuses_what_is_not_strictly_an_address) {
    for (auto const text : {
             ""sv,
             " "sv,
             "."sv,
             ":"sv,
             ":::"sv,
             "1"sv,
             "1.2.3"sv,
             "1.2.3.4.5"sv,
             "1.2.3."sv,
             ".1.2.3"sv,
             "1..2.3"sv,
             "256.1.1.1"sv,
             "1.1.1.256"sv,
             "01.2.3.4"sv,
             "00.0.0.0"sv,
             "1.2.3.04"sv,
             "1.2.3.4 "sv,
             " 1.2.3.4"sv,
             "1.2.3.4\n"sv,
             "+1.2.3.4"sv,
             "-1.2.3.4"sv,
             "0x7f.0.0.1"sv,
             "127.1"sv,
             "2130706433"sv,
             "1.2.3.4%1"sv,
             "1.2.3.4:80"sv,
             "4294967296.0.0.1"sv,
             "99999999999999999999.0.0.1"sv,
             "1.2.3.4\0"sv,
             "1.2.3\0.4"sv,
             "1:2:3:4:5:6:7"sv,
             "1:2:3:4:5:6:7:8:9"sv,
             "1:2:3:4:5:6:7:8::"sv,
             "::1:2:3:4:5:6:7:8"sv,
             "1::2::3"sv,
             "1:2:3:4::5:6:7:8"sv,
             "12345::1"sv,
             "::fffff"sv,
             "g::1"sv,
             "::1 "sv,
             " ::1"sv,
             "::1:"sv,
             ":1::"sv,
             "1:"sv,
             ":1"sv,
             "[::1]"sv,
             "-1::1"sv,
             "+1::1"sv,
             "::1.2.3"sv,
             "::1.2.3.4.5"sv,
             "::1.2.3.4:5"sv,
             "::01.2.3.4"sv,
             "::256.2.3.4"sv,
             "1:2:3:4:5:6:7:1.2.3.4"sv,
             "1:2:3:4:5:1.2.3.4"sv,
             "::.1.2.3"sv,
             "::1::"sv,
             "::%"sv,
             "fe80::1%"sv,
             "fe80::1%eth0"sv,
             "fe80::1%01"sv,
             "fe80::1%+1"sv,
             "fe80::1%-1"sv,
             "fe80::1% 1"sv,
             "fe80::1%1 "sv,
             "fe80::1%4294967296"sv,
             "fe80::1%99999999999999999999"sv,
             "fe80::1%1%1"sv,
             "%1"sv,
             "::1\0"sv,
             "::\0"sv,
             "localhost"sv,
             "fe80::1%1\0"sv,
             "1.2.3.\xb4"sv,
             "\xff::1"sv,
         })
        EXPECT_FALSE(ip_address::parse(text)) << '"' << text << '"';
}

TEST(ip_address, takes_every_form_of_an_address) {
    EXPECT_EQ(parsed("0:0:0:0:0:0:0:1"), ip_address::loopback_v6());
    EXPECT_EQ(parsed("0000:0000:0000:0000:0000:0000:0000:0001"), ip_address::loopback_v6());
    EXPECT_EQ(parsed("::0:1"), ip_address::loopback_v6());
    EXPECT_EQ(parsed("0::1"), ip_address::loopback_v6());
    EXPECT_EQ(parsed("::0.0.0.1"), ip_address::loopback_v6());
    EXPECT_EQ(parsed("0:0:0:0:0:0:0.0.0.1"), ip_address::loopback_v6());
    EXPECT_EQ(parsed("1:2:3:4:5:6:7::"), parsed("1:2:3:4:5:6:7:0"));
    EXPECT_EQ(parsed("::2:3:4:5:6:7:8"), parsed("0:2:3:4:5:6:7:8"));
    EXPECT_EQ(parsed("abcd:EF01::"), parsed("ABCD:ef01:0:0:0:0:0:0"));
    EXPECT_EQ(parsed("::ffff:1.2.3.4%9").scope(), 9U);
    EXPECT_EQ(parsed("64:ff9b::192.0.2.33"), parsed("64:ff9b::c000:221"));
}

TEST(ip_address, reads_no_further_than_the_text) {
    EXPECT_EQ(ip_address::parse("1.2.3.45"sv.substr(0, 7)), (ip_address{1, 2, 3, 4}));
    EXPECT_EQ(ip_address::parse("::1f"sv.substr(0, 3)), ip_address::loopback_v6());
    EXPECT_FALSE(ip_address::parse("1.2.3.4"sv.substr(0, 6)));
}

TEST(ip_address, gives_its_octets_in_network_order) {
    auto const v4 = parsed("192.168.1.2");
    EXPECT_TRUE(std::ranges::equal(v4.octets(), std::array{192, 168, 1, 2}));
    EXPECT_EQ(v4.v4_octets(), (ip_address::v4_octets_type{192, 168, 1, 2}));
    auto const v6 = parsed("102:304:506:708:90a:b0c:d0e:f10");
    for (std::size_t i = 0; i < 16; ++i)
        EXPECT_EQ(v6.octets()[i], i + 1);
    EXPECT_EQ(v6.v4_octets(), (ip_address::v4_octets_type{13, 14, 15, 16}));
    EXPECT_EQ(ip_address(v6.v6_octets()), v6);
}

struct question {
    std::string_view text;
    bool unspecified, loopback, multicast, link_local, is_private;
};

TEST(ip_address, answers_what_kind_of_address_it_is) {
    for (auto const& expected : {
             question{"0.0.0.0", true, false, false, false, false},
             {"0.0.0.1", false, false, false, false, false},
             {"127.0.0.1", false, true, false, false, false},
             {"127.255.255.255", false, true, false, false, false},
             {"126.255.255.255", false, false, false, false, false},
             {"128.0.0.0", false, false, false, false, false},
             {"224.0.0.1", false, false, true, false, false},
             {"239.255.255.255", false, false, true, false, false},
             {"240.0.0.0", false, false, false, false, false},
             {"223.255.255.255", false, false, false, false, false},
             {"169.254.0.0", false, false, false, true, false},
             {"169.254.255.255", false, false, false, true, false},
             {"169.255.0.0", false, false, false, false, false},
             {"10.0.0.0", false, false, false, false, true},
             {"10.255.255.255", false, false, false, false, true},
             {"11.0.0.0", false, false, false, false, false},
             {"172.15.255.255", false, false, false, false, false},
             {"172.16.0.0", false, false, false, false, true},
             {"172.31.255.255", false, false, false, false, true},
             {"172.32.0.0", false, false, false, false, false},
             {"192.168.0.0", false, false, false, false, true},
             {"192.169.0.0", false, false, false, false, false},
             {"::", true, false, false, false, false},
             {"::1", false, true, false, false, false},
             {"::1%3", false, true, false, false, false},
             {"::2", false, false, false, false, false},
             {"ff02::1", false, false, true, false, false},
             {"fe80::1%2", false, false, false, true, false},
             {"febf::", false, false, false, true, false},
             {"fec0::", false, false, false, false, false},
             {"fc00::", false, false, false, false, true},
             {"fdff::", false, false, false, false, true},
             {"fe00::", false, false, false, false, false},
             {"2001:db8::1", false, false, false, false, false},
             {"::127.0.0.1", false, false, false, false, false},
             {"::ffff:0.0.0.0", true, false, false, false, false},
             {"::ffff:127.0.0.1", false, true, false, false, false},
             {"::ffff:224.0.0.1", false, false, true, false, false},
             {"::ffff:169.254.1.1", false, false, false, true, false},
             {"::ffff:10.1.1.1", false, false, false, false, true},
             {"::ffff:8.8.8.8", false, false, false, false, false},
         }) {
        auto const address = parsed(expected.text);
        EXPECT_EQ(address.is_unspecified(), expected.unspecified) << address;
        EXPECT_EQ(address.is_loopback(), expected.loopback) << address;
        EXPECT_EQ(address.is_multicast(), expected.multicast) << address;
        EXPECT_EQ(address.is_link_local(), expected.link_local) << address;
        EXPECT_EQ(address.is_private(), expected.is_private) << address;
        EXPECT_NE(address.is_v4(), address.is_v6()) << address;
        EXPECT_EQ(address.is_v4_mapped(), expected.text.starts_with("::ffff:")) << address;
    }
}

TEST(ip_address, is_ordered_by_family_then_octets_then_scope) {
    std::vector<ip_address> in_order;
    for (auto const text :
         {"0.0.0.0", "0.0.0.1", "1.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "::ffff:0.0.0.1",
          "1::", "ff::%1", "fe80::1", "fe80::1%1", "fe80::1%256", "fe80::2", "ff02::1"})
        in_order.push_back(parsed(text));
    auto shuffled = in_order;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(1));
    std::sort(shuffled.begin(), shuffled.end());
    EXPECT_EQ(shuffled, in_order);
    for (std::size_t i = 0; i < in_order.size(); ++i) {
        for (std::size_t j = 0; j < in_order.size(); ++j) {
            EXPECT_EQ(in_order[i] <=> in_order[j], i <=> j);
            EXPECT_EQ(in_order[i] == in_order[j], i == j);
        }
    }
}

TEST(ip_address, hashes_distinct_values_apart) {
    std::unordered_set<ip_address> values{ip_address::any_v6(), parsed("::ffff:10.0.0.1")};
    for (std::uint32_t i = 0; i < 65536; ++i) {
        values.insert(ip_address::from_v4_integer(0x0a000000 + i));
        values.insert(ip_address::from_v4_integer(i << 16 | 0x8000));
        values.insert(parsed("fe80::1").with_scope(i));
    }
    std::unordered_set<std::size_t> hashes;
    for (auto const& value : values) {
        auto const copy = value;
        EXPECT_EQ(std::hash<ip_address>()(value), std::hash<ip_address>()(copy));
        hashes.insert(std::hash<ip_address>()(value));
    }
    // A good hash of 64 bits has no collision among so few values; one of 32 bits has a few.
    EXPECT_GE(hashes.size(), sizeof(std::size_t) >= 8 ? values.size() : values.size() - 64);
}

TEST(ip_address, goes_into_a_stream_with_its_width) {
    std::ostringstream stream;
    stream << parsed("1.2.3.4") << '|' << std::setw(8) << parsed("::1") << '|' << std::left << std::setw(10)
           << parsed("fe80::1%2") << '|';
    EXPECT_EQ(stream.str(), "1.2.3.4|     ::1|fe80::1%2 |");
}

} // namespace
