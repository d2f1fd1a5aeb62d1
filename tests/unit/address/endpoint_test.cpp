// SPDX-License-Identifier: MIT
#include <usocket/endpoint.hpp>

#include <algorithm>
#include <concepts>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

namespace {

using usocket::endpoint;
using usocket::ip_address;
using kind = endpoint::kind;
using namespace std::string_view_literals;
using namespace std::string_literals;

static_assert(std::regular<endpoint>);
static_assert(std::totally_ordered<endpoint>);
static_assert(std::is_nothrow_default_constructible_v<endpoint>);
static_assert(std::is_nothrow_constructible_v<endpoint, ip_address, std::uint16_t>);
static_assert(std::is_nothrow_move_constructible_v<endpoint>);

TEST(endpoint, is_nothing_by_default) {
    endpoint const nothing;
    EXPECT_EQ(nothing.type(), kind::none);
    EXPECT_FALSE(nothing.is_ip());
    EXPECT_FALSE(nothing.is_local());
    EXPECT_EQ(nothing.address(), ip_address());
    EXPECT_EQ(nothing.port(), 0);
    EXPECT_EQ(nothing.path(), "");
    EXPECT_EQ(nothing.to_string(), "");
}

TEST(endpoint, holds_an_address_and_a_port) {
    endpoint const value({127, 0, 0, 1}, 65535);
    EXPECT_EQ(value.type(), kind::ip);
    EXPECT_TRUE(value.is_ip());
    EXPECT_FALSE(value.is_local());
    EXPECT_EQ(value.address(), ip_address::loopback_v4());
    EXPECT_EQ(value.port(), 65535);
    EXPECT_EQ(value.path(), "");
    EXPECT_EQ(value.to_string(), "127.0.0.1:65535");
}

TEST(endpoint, holds_a_local_name) {
    auto const path = endpoint::local_path("/tmp/a");
    EXPECT_EQ(path.type(), kind::local_path);
    EXPECT_TRUE(path.is_local());
    EXPECT_FALSE(path.is_ip());
    EXPECT_EQ(path.path(), "/tmp/a");

    auto const name = endpoint::local_abstract("a\0b"sv);
    EXPECT_EQ(name.type(), kind::local_abstract);
    EXPECT_TRUE(name.is_local());
    EXPECT_EQ(name.path(), "a\0b"s);

    EXPECT_EQ(endpoint::local_abstract("").type(), kind::local_abstract);
    EXPECT_EQ(endpoint::local_unnamed().type(), kind::local_unnamed);
    EXPECT_TRUE(endpoint::local_unnamed().is_local());
    EXPECT_EQ(endpoint::local_path(""), endpoint::local_unnamed());

    std::string const overlong(300, 'x');
    EXPECT_EQ(endpoint::local_path(overlong).path(), overlong);
}

TEST(endpoint, text_is_read_back) {
    for (auto const& [value, text] : {
             std::pair{endpoint({1, 2, 3, 4}, 80), "1.2.3.4:80"sv},
             {endpoint({1, 2, 3, 4}, 0), "1.2.3.4:0"sv},
             {endpoint(ip_address::loopback_v6(), 80), "[::1]:80"sv},
             {endpoint(ip_address::any_v6(), 65535), "[::]:65535"sv},
             {endpoint(ip_address::parse("fe80::1%2").value(), 80), "[fe80::1%2]:80"sv},
             {endpoint(ip_address::parse("::ffff:1.2.3.4").value(), 80), "[::ffff:1.2.3.4]:80"sv},
             {endpoint::local_path("/run/x.sock"), "unix:/run/x.sock"sv},
             {endpoint::local_path("relative"), "unix:relative"sv},
             {endpoint::local_path("unix:"), "unix:unix:"sv},
             {endpoint::local_abstract("name"), "unix:@name"sv},
             {endpoint::local_abstract("@name"), "unix:@@name"sv},
             {endpoint::local_abstract(""), "unix:@"sv},
             {endpoint::local_abstract("\0a"sv), "unix:@\0a"sv},
             {endpoint::local_unnamed(), "unix:"sv},
         }) {
        EXPECT_EQ(value.to_string(), text);
        EXPECT_EQ(endpoint::parse(text), value) << text;
    }
    EXPECT_EQ(endpoint::local_path("@file").to_string(), "unix:./@file");
    EXPECT_EQ(endpoint::parse("[0:0::1]:80")->to_string(), "[::1]:80");
}

TEST(endpoint, refuses_other_text) {
    for (auto const text : {
             ""sv,
             ":"sv,
             ":80"sv,
             "80"sv,
             "1.2.3.4"sv,
             "1.2.3.4:"sv,
             "1.2.3.4:80 "sv,
             " 1.2.3.4:80"sv,
             "1.2.3.4: 80"sv,
             "1.2.3.4:-1"sv,
             "1.2.3.4:+1"sv,
             "1.2.3.4:080"sv,
             "1.2.3.4:00"sv,
             "1.2.3.4:65536"sv,
             "1.2.3.4:65616"sv,
             "1.2.3.4:4294967376"sv,
             "1.2.3.4:18446744073709551696"sv,
             "1.2.3.4:http"sv,
             "1.2.3.4:80:80"sv,
             "1.2.3.4:0x50"sv,
             "[1.2.3.4]:80"sv,
             "::1:80"sv,
             "[::1]"sv,
             "[::1]:"sv,
             "[::1]80"sv,
             "[::1:80"sv,
             "::1]:80"sv,
             "[[::1]]:80"sv,
             "[]:80"sv,
             "[:80"sv,
             "]:80"sv,
             "[::1]:80\0"sv,
             "[fe80::1%eth0]:80"sv,
             "localhost:80"sv,
             "1.2.3:80"sv,
             "UNIX:/x"sv,
             "unix"sv,
             "/tmp/x"sv,
             "@x"sv,
             "[::1%]:80"sv,
         })
        EXPECT_FALSE(endpoint::parse(text)) << '"' << text << '"';
}

TEST(endpoint, text_of_generated_endpoints_is_read_back) {
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        auto const port = static_cast<std::uint16_t>(random());
        endpoint value(ip_address::from_v4_integer(static_cast<std::uint32_t>(random())), port);
        if (i % 2 == 0) {
            ip_address::v6_octets_type octets{};
            for (auto& octet : octets)
                octet = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 0);
            value = endpoint({octets, i % 4 == 0 ? static_cast<std::uint32_t>(random()) : 0}, port);
        }
        ASSERT_EQ(endpoint::parse(value.to_string()), value) << value;
    }
}

TEST(endpoint, is_ordered_by_kind_then_address_then_port) {
    std::vector<endpoint> const in_order{
        endpoint(),
        endpoint({1, 2, 3, 4}, 0),
        endpoint({1, 2, 3, 4}, 80),
        endpoint({1, 2, 3, 4}, 443),
        endpoint({1, 2, 3, 5}, 1),
        endpoint(ip_address::any_v6(), 0),
        endpoint(ip_address::loopback_v6(), 0),
        endpoint::local_path("a"),
        endpoint::local_path("aa"),
        endpoint::local_path("b"),
        endpoint::local_abstract(""),
        endpoint::local_abstract("a"),
        endpoint::local_unnamed(),
    };
    for (std::size_t i = 0; i < in_order.size(); ++i) {
        for (std::size_t j = 0; j < in_order.size(); ++j) {
            EXPECT_EQ(in_order[i] <=> in_order[j], i <=> j) << in_order[i] << ' ' << in_order[j];
            EXPECT_EQ(in_order[i] == in_order[j], i == j) << in_order[i] << ' ' << in_order[j];
        }
    }
}

TEST(endpoint, hashes_distinct_values_apart) {
    std::unordered_set<endpoint> values;
    std::unordered_set<std::size_t> hashes;
    for (int port = 0; port < 65536; ++port) {
        for (auto const& address : {ip_address::loopback_v4(), ip_address::loopback_v6()})
            values.insert(endpoint(address, static_cast<std::uint16_t>(port)));
    }
    values.insert({endpoint(), endpoint::local_unnamed(), endpoint::local_path("a"), endpoint::local_abstract("a")});
    EXPECT_EQ(values.size(), 2 * 65536U + 4);
    for (auto const& value : values)
        hashes.insert(std::hash<endpoint>()(value));
    EXPECT_GE(hashes.size(), sizeof(std::size_t) >= 8 ? values.size() : values.size() - 64);
}

TEST(endpoint, goes_into_a_stream) {
    std::ostringstream stream;
    stream << endpoint({1, 2, 3, 4}, 80) << ' ' << endpoint::local_path("/x") << ' ' << endpoint();
    EXPECT_EQ(stream.str(), "1.2.3.4:80 unix:/x ");
}

} // namespace

TEST(endpoint, a_port_out_of_range_is_never_truncated) {
    int const beyond = 65616;
    EXPECT_EQ(usocket::endpoint(usocket::ip_address::loopback_v4(), beyond), usocket::endpoint());
    EXPECT_EQ(usocket::endpoint(usocket::ip_address::loopback_v4(), -1), usocket::endpoint());
    EXPECT_EQ(usocket::endpoint(usocket::ip_address::loopback_v4(), 65535L).port(), 65535);
}
