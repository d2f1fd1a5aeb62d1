// SPDX-License-Identifier: MIT
#include <usocket/host.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>

#include <gtest/gtest.h>

namespace {

using usocket::host;
using usocket::ip_address;
using family = usocket::wildcard_host_tag::family;
using namespace std::string_view_literals;
using namespace std::string_literals;

// What designates a host converts to one, and nothing else does.
static_assert(std::is_convertible_v<std::nullopt_t, host>);
static_assert(std::is_convertible_v<usocket::wildcard_host_tag, host>);
static_assert(std::is_convertible_v<ip_address, host>);
static_assert(std::is_convertible_v<int, host>);
static_assert(std::is_convertible_v<unsigned, host>);
static_assert(std::is_convertible_v<long long, host>);
static_assert(std::is_convertible_v<unsigned long long, host>);
static_assert(std::is_convertible_v<std::array<std::uint8_t, 4>, host>);
static_assert(std::is_convertible_v<std::array<std::uint8_t, 16>, host>);
static_assert(std::is_convertible_v<std::uint8_t (&)[4], host>);
static_assert(std::is_convertible_v<std::uint8_t const (&)[16], host>);
static_assert(std::is_convertible_v<std::string, host>);
static_assert(std::is_convertible_v<std::string_view, host>);
static_assert(std::is_convertible_v<char const*, host>);
static_assert(std::is_convertible_v<char (&)[10], host>);
static_assert(!std::is_constructible_v<host, std::nullptr_t>);
static_assert(!std::is_constructible_v<host, bool>);
static_assert(!std::is_constructible_v<host, char>);
static_assert(!std::is_constructible_v<host, wchar_t>);
static_assert(!std::is_constructible_v<host, double>);
static_assert(!std::is_constructible_v<host, std::array<std::uint8_t, 3>>);
static_assert(!std::is_constructible_v<host, std::array<std::uint8_t, 5>>);
static_assert(!std::is_constructible_v<host, std::array<int, 4>>);
static_assert(!std::is_constructible_v<host, std::uint8_t (&)[3]>);
static_assert(!std::is_constructible_v<host, std::uint8_t*>);
static_assert(!std::is_constructible_v<host, int, int, int>);
static_assert(!std::is_constructible_v<host, double, int, int, int>);
static_assert(!std::is_constructible_v<host, bool, int, int, int>);

// As the operations take it.
host taken(host const& designator, std::uint16_t = 0) { return designator; }

void expect_address(host const& designator, std::string_view text) {
    EXPECT_TRUE(designator.is_valid());
    EXPECT_TRUE(designator.is_address());
    EXPECT_FALSE(designator.is_name());
    EXPECT_FALSE(designator.is_wildcard());
    EXPECT_EQ(designator.address(), ip_address::parse(text));
    EXPECT_EQ(designator.name(), "");
    EXPECT_EQ(designator.to_string(), text);
    EXPECT_EQ(designator.family(), designator.address().is_v6() ? family::v6 : family::v4);
}

void expect_name(host const& designator, std::string_view name) {
    EXPECT_TRUE(designator.is_valid());
    EXPECT_TRUE(designator.is_name());
    EXPECT_FALSE(designator.is_address());
    EXPECT_FALSE(designator.is_wildcard());
    EXPECT_EQ(designator.name(), name);
    EXPECT_EQ(designator.to_string(), name);
    EXPECT_EQ(designator.family(), family::any);
    EXPECT_EQ(designator.address(), ip_address());
}

void expect_invalid(host const& designator) {
    EXPECT_FALSE(designator.is_valid());
    EXPECT_FALSE(designator.is_name());
    EXPECT_FALSE(designator.is_address());
    EXPECT_FALSE(designator.is_wildcard());
    EXPECT_EQ(designator.address(), ip_address());
    EXPECT_EQ(designator.name(), "");
    EXPECT_EQ(designator.to_string(), "(invalid)");
}

void expect_wildcard(host const& designator, family expected, std::string_view text) {
    EXPECT_TRUE(designator.is_wildcard());
    EXPECT_TRUE(designator.is_valid());
    EXPECT_FALSE(designator.is_name());
    EXPECT_FALSE(designator.is_address());
    EXPECT_EQ(designator.family(), expected);
    EXPECT_EQ(designator.address(), ip_address::parse(text));
    EXPECT_EQ(designator.to_string(), text);
}

TEST(host, nothing_is_the_wildcard) {
    expect_wildcard(taken({}), family::any, "0.0.0.0");
    expect_wildcard(taken(std::nullopt), family::any, "0.0.0.0");
    expect_wildcard(taken(usocket::wildcard_host), family::any, "0.0.0.0");
    expect_wildcard(taken(usocket::wildcard_host_v4), family::v4, "0.0.0.0");
    expect_wildcard(taken(usocket::wildcard_host_v6), family::v6, "::");
}

TEST(host, an_unspecified_address_is_an_address) {
    expect_address(taken("0.0.0.0"), "0.0.0.0");
    expect_address(taken("::"), "::");
    expect_address(taken(0), "0.0.0.0");
    expect_address(taken(ip_address()), "0.0.0.0");
}

TEST(host, takes_an_integer_in_host_order) {
    expect_address(taken(0x7f000001), "127.0.0.1");
    expect_address(taken(0x7f000001U, 80), "127.0.0.1");
    expect_address(taken(0xffffffff), "255.255.255.255");
    expect_address(taken(0xffffffffLL), "255.255.255.255");
    expect_address(taken(0xffffffffULL), "255.255.255.255");
    expect_address(taken(std::uint8_t{5}), "0.0.0.5");
    expect_address(taken(short{256}), "0.0.1.0");
    expect_address(taken(std::numeric_limits<int>::max()), "127.255.255.255");
}

TEST(host, never_truncates_an_integer) {
    expect_invalid(taken(-1));
    expect_invalid(taken(std::int8_t{-1}));
    expect_invalid(taken(-1LL));
    expect_invalid(taken(0x1'0000'0000LL));
    expect_invalid(taken(0x1'7f00'0001ULL));
    expect_invalid(taken(std::numeric_limits<int>::min()));
    expect_invalid(taken(std::numeric_limits<long long>::min()));
    expect_invalid(taken(std::numeric_limits<long long>::max()));
    expect_invalid(taken(std::numeric_limits<unsigned long long>::max()));
}

TEST(host, takes_four_octets_in_braces) {
    expect_address(taken({127, 0, 0, 1}), "127.0.0.1");
    expect_address(taken({255, 255, 255, 255}, 80), "255.255.255.255");
    int a = 10;
    long b = 0;
    std::uint8_t c = 0;
    unsigned d = 1;
    expect_address(taken({a, b, c, d}), "10.0.0.1");
    expect_address(taken({c, c, c, c}), "0.0.0.0");
    expect_address(host{a, b, c, d}, "10.0.0.1");
    expect_address(host(10, 0, 0, 1), "10.0.0.1");
    d = 256;
    expect_invalid(taken({a, b, c, d}));
    a = -1;
    expect_invalid(taken({a, b, c, c}));
    expect_invalid(taken({0, 256, 0, 0}));
    expect_invalid(taken({0, 0, 0x1'0000'0000, 0}));
}

TEST(host, takes_arrays_of_octets) {
    std::array<std::uint8_t, 4> const four{10, 0, 0, 1};
    expect_address(taken(four), "10.0.0.1");
    std::uint8_t plain_four[4] = {10, 0, 0, 2};
    expect_address(taken(plain_four), "10.0.0.2");
    std::array<std::uint8_t, 16> sixteen{};
    sixteen[15] = 1;
    expect_address(taken(sixteen), "::1");
    std::uint8_t const plain_sixteen[16] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
    expect_address(taken(plain_sixteen), "fe80::2");
    expect_address(host({10, 0, 0, 1}), "10.0.0.1");
}

TEST(host, takes_an_address_with_its_scope) {
    expect_address(taken(ip_address::parse("fe80::1%3").value()), "fe80::1%3");
    expect_address(taken("fe80::1%3"), "fe80::1%3");
}

TEST(host, takes_text_as_an_address_where_it_strictly_is_one) {
    expect_address(taken("127.0.0.1"), "127.0.0.1");
    expect_address(taken("127.0.0.1"s), "127.0.0.1");
    expect_address(taken("127.0.0.1"sv), "127.0.0.1");
    EXPECT_EQ(taken("0:0:0:0:0:0:0:1").address(), ip_address::loopback_v6());
    char buffer[] = "::1";
    expect_address(taken(buffer), "::1");
    char* const pointer = buffer;
    expect_address(taken(pointer), "::1");
}

TEST(host, keeps_other_text_as_a_name) {
    std::string const overlong(300, 'x');
    for (auto const text : {"localhost"sv, "LocalHost"sv, ""sv, "no such"sv, "127.1"sv, "0x7f.1"sv, "0177.0.0.1"sv,
                            "2130706433"sv, "999.1.1.1"sv, "fe80::1%eth0"sv, "[::1]"sv, " 127.0.0.1"sv, "a\0b"sv,
                            "127.0.0.1\0"sv, std::string_view(overlong)}) {
        expect_name(taken(text), text);
        expect_name(taken(std::string(text)), text);
    }
    expect_name(taken("example.com"), "example.com");
}

TEST(host, a_null_pointer_is_invalid) {
    char const* const nothing = nullptr;
    expect_invalid(taken(nothing));
}

TEST(host, can_be_copied_and_assigned) {
    host designator = "example.com";
    host copy = designator;
    expect_name(copy, "example.com");
    copy = 0x7f000001;
    expect_address(copy, "127.0.0.1");
    copy = usocket::wildcard_host_v6;
    expect_wildcard(copy, family::v6, "::");
    copy = std::move(designator);
    expect_name(copy, "example.com");
}

TEST(host, goes_into_a_stream) {
    std::ostringstream stream;
    stream << host("a.example") << ' ' << host(0x01020304) << ' ' << host() << ' ' << host(-1);
    EXPECT_EQ(stream.str(), "a.example 1.2.3.4 0.0.0.0 (invalid)");
}

} // namespace
