// SPDX-License-Identifier: MIT
#include <usocket/octets.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <usocket/conditions.hpp>

namespace {

using namespace usocket;
using namespace std::string_view_literals;
using v4_octets = ip_address::v4_octets_type;
using v6_octets = ip_address::v6_octets_type;
using testing::HasSubstr;

static_assert(!std::is_constructible_v<integer_argument, bool>);
static_assert(!std::is_constructible_v<integer_argument, char>);
static_assert(!std::is_constructible_v<integer_argument, double>);
static_assert(integer_argument(0).is_within(0));
static_assert(!integer_argument(-1).is_within(~std::uint64_t{0}));
static_assert(!integer_argument(std::int8_t{-1}).is_within(~std::uint64_t{0}));
static_assert(integer_argument(~std::uint64_t{0}).is_within(~std::uint64_t{0}));
static_assert(!integer_argument(256).is_within(255));

std::error_code const before_call = std::make_error_code(std::errc::io_error);

/// Calls `operation` in both of its forms: without and with an error_code. Both must raise the same.
template <class Operation, class... Arguments>
void expect_invalid(std::string_view name, Operation operation, Arguments const&... arguments) {
    try {
        static_cast<void>(operation(arguments...));
        ADD_FAILURE() << name << " raises nothing";
    } catch (invalid_argument_error const& error) {
        EXPECT_EQ(error.operation(), name);
        EXPECT_THAT(error.what(), HasSubstr(std::string(name)));
        std::error_code ec = before_call;
        EXPECT_EQ(operation(arguments..., ec), decltype(operation(arguments..., ec))());
        EXPECT_EQ(ec, errc::invalid_argument) << name;
        EXPECT_EQ(ec, error.code()) << name;
    }
}

template <class Expected, class Operation, class... Arguments>
void expect_result(Expected const& expected, Operation operation, Arguments const&... arguments) {
    EXPECT_EQ(operation(arguments...), expected);
    std::error_code ec = before_call;
    EXPECT_EQ(operation(arguments..., ec), expected);
    EXPECT_FALSE(ec) << ec;
}

// An overload set as one object.
#define USOCKET_OPERATION(name)                                                                                        \
    #name, [](auto&&... arguments) { return name(std::forward<decltype(arguments)>(arguments)...); }
#define USOCKET_CALL(name) [](auto&&... arguments) { return name(std::forward<decltype(arguments)>(arguments)...); }

TEST(octets, integers_become_quads) {
    expect_result("0.0.0.0"sv, USOCKET_CALL(hbo_to_dotted_quad), 0);
    expect_result("127.0.0.1"sv, USOCKET_CALL(hbo_to_dotted_quad), 0x7f000001);
    expect_result("255.255.255.255"sv, USOCKET_CALL(hbo_to_dotted_quad), 0xffffffffULL);
    expect_result(v4_octets{1, 2, 3, 4}, USOCKET_CALL(hbo_to_vector_quad), 0x01020304U);
    expect_result(v4_octets{0, 0, 0, 7}, USOCKET_CALL(hbo_to_vector_quad), std::uint8_t{7});
    for (long long const outside : {-1LL, 0x1'0000'0000LL, 0x1'7f00'0001LL, std::numeric_limits<long long>::min(),
                                    std::numeric_limits<long long>::max()}) {
        expect_invalid(USOCKET_OPERATION(hbo_to_dotted_quad), outside);
        expect_invalid(USOCKET_OPERATION(hbo_to_vector_quad), outside);
    }
    expect_invalid(USOCKET_OPERATION(hbo_to_vector_quad), std::numeric_limits<std::uint64_t>::max());
}

TEST(octets, dotted_quads_are_read_strictly) {
    expect_result(v4_octets{192, 168, 1, 1}, USOCKET_CALL(dotted_quad_to_vector_quad), "192.168.1.1"sv);
    for (auto const text : {""sv, "1.2.3"sv, "999.1.1.1"sv, "1.2.3.4.5"sv, " 1.2.3.4"sv, "1.2.3.4 "sv, "01.2.3.4"sv,
                            "::1"sv, "::ffff:1.2.3.4"sv, "a.b.c.d"sv, "1.2.3.4\0"sv})
        expect_invalid(USOCKET_OPERATION(dotted_quad_to_vector_quad), text);
    EXPECT_EQ(vector_quad_to_dotted_quad({192, 168, 1, 1}), "192.168.1.1");
    try {
        static_cast<void>(dotted_quad_to_vector_quad("999.1.1.1"));
        FAIL();
    } catch (invalid_argument_error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("999.1.1.1")); // the text at fault is named
    }
}

TEST(octets, ipv6_texts_are_read_strictly) {
    v6_octets loopback{};
    loopback[15] = 1;
    expect_result(loopback, USOCKET_CALL(ipv6_host_to_vector), "::1"sv);
    expect_result(loopback, USOCKET_CALL(ipv6_host_to_vector), "0:0:0:0:0:0:0.0.0.1"sv);
    expect_result(v6_octets{}, USOCKET_CALL(ipv6_host_to_vector), "::"sv);
    for (auto const text : {""sv, ":"sv, ":::"sv, "1:2:3:4:5:6:7"sv, "12345::1"sv, "[::1]"sv, " ::1"sv, "fe80::1%1"sv,
                            "fe80::1%0"sv, "fe80::1%eth0"sv, "1.2.3.4"sv, "::1\0"sv})
        expect_invalid(USOCKET_OPERATION(ipv6_host_to_vector), text);
    EXPECT_EQ(vector_to_ipv6_host(loopback), "::1");
    EXPECT_EQ(vector_to_ipv6_host({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}), "2001:db8:0:1::1");
}

TEST(octets, host_byte_order_is_of_any_address) {
    for (host const& designator :
         {host("127.0.0.1"), host(0x7f000001), host(127, 0, 0, 1), host(v4_octets{127, 0, 0, 1})})
        expect_result(0x7f000001U, USOCKET_CALL(host_byte_order), designator);
    for (host const& designator :
         {host("::1"), host("::ffff:1.2.3.4"), host(v6_octets{1}), host(wildcard_host), host(wildcard_host_v6), host()})
        expect_result(0U, USOCKET_CALL(host_byte_order), designator);
    for (host const& designator : {host("localhost"), host(""), host("999.1.1.1"), host(-1), host(0x1'0000'0000)})
        expect_invalid(USOCKET_OPERATION(host_byte_order), designator);
}

TEST(octets, any_host_has_a_text) {
    std::string const overlong(300, 'x');
    for (auto const& [designator, text] : {
             std::pair{host("localhost"), "localhost"sv},
             {host("No Such"), "No Such"sv},
             {host(""), ""sv},
             {host("a\0b"sv), "a\0b"sv},
             {host(overlong), std::string_view(overlong)},
             {host("127.0.0.1"), "127.0.0.1"sv},
             {host(0x7f000001), "127.0.0.1"sv},
             {host(127, 0, 0, 1), "127.0.0.1"sv},
             {host("0:0::1"), "::1"sv},
             {host("FE80::1%3"), "fe80::1%3"sv},
             {host(v6_octets{}), "::"sv},
             {host(), "0.0.0.0"sv},
             {host(wildcard_host), "0.0.0.0"sv},
             {host(wildcard_host_v4), "0.0.0.0"sv},
             {host(wildcard_host_v6), "::"sv},
         })
        expect_result(text, USOCKET_CALL(host_to_hostname), designator);
    expect_invalid(USOCKET_OPERATION(host_to_hostname), host(-1));
    expect_invalid(USOCKET_OPERATION(host_to_hostname), host(256, 0, 0, 0));
}

TEST(octets, hosts_are_equal_by_value) {
    std::vector<std::vector<host>> const classes{
        {"127.0.0.1", 0x7f000001, {127, 0, 0, 1}, v4_octets{127, 0, 0, 1}, ip_address::loopback_v4()},
        {"::1", "0:0:0:0:0:0:0:1", "::0.0.0.1", ip_address::loopback_v6(), ip_address::loopback_v6().v6_octets()},
        {"::ffff:127.0.0.1", "::FFFF:7f00:1"},
        {"0.0.0.0", 0, wildcard_host, wildcard_host_v4, std::nullopt},
        {"::", wildcard_host_v6},
        {"fe80::1"},
        {"fe80::1%1"},
        {"localhost", "LocalHost", "LOCALHOST"},
        {"localhost."},
        {"127.1"},
        {""},
        {"\xc3\xa4"},
        {"\xc3\x84"}, // only ASCII letters have cases
        {"a\0b"sv, "A\0B"sv},
        {"a\0c"sv},
        {"a"},
        {"1"},
        {1},
        {"@"},
        {"`"},
    };
    for (std::size_t i = 0; i < classes.size(); ++i) {
        for (std::size_t j = 0; j < classes.size(); ++j) {
            for (auto const& a : classes[i]) {
                for (auto const& b : classes[j]) {
                    EXPECT_EQ(ip_equal(a, b), i == j) << a << ' ' << b;
                    EXPECT_EQ(ip_not_equal(a, b), i != j) << a << ' ' << b;
                }
            }
        }
    }
    EXPECT_FALSE(ip_equal(-1, -1));
    EXPECT_TRUE(ip_not_equal(-1, -1));
    EXPECT_FALSE(ip_equal(-1, 0));
    EXPECT_FALSE(ip_equal(0x1'0000'0000, 0));
    EXPECT_FALSE(ip_equal(-1, ""));
}

TEST(octets, buffers_of_any_octets_are_taken) {
    std::array<std::uint8_t, 2> array{};
    port_to_octet_buffer(80, array);
    EXPECT_EQ(array, (std::array<std::uint8_t, 2>{0, 80}));
    std::vector<std::byte> vector(2);
    port_to_octet_buffer(8080, vector);
    EXPECT_EQ(port_from_octet_buffer(vector), 8080);
    unsigned char plain[2] = {};
    port_to_octet_buffer(443, std::span(plain));
    EXPECT_EQ(port_from_octet_buffer(plain), 443);
    std::string text(2, '\0');
    port_to_octet_buffer(0x4142, text);
    EXPECT_EQ(text, "AB");
    EXPECT_EQ(port_from_octet_buffer("AB"), 0x4142);
    EXPECT_EQ(ip_from_octet_buffer(std::array<std::byte const, 4>{std::byte{127}, {}, {}, std::byte{1}}), 0x7f000001U);
}

TEST(octets, integers_are_written_big_endian) {
    std::array<std::uint8_t, 10> buffer{};
    buffer.fill(0xaa);
    auto const returned = integer_to_octet_buffer(0x01020304, buffer, 4, 3);
    EXPECT_EQ(buffer, (std::array<std::uint8_t, 10>{0xaa, 0xaa, 0xaa, 1, 2, 3, 4, 0xaa, 0xaa, 0xaa}));
    EXPECT_EQ(returned.size(), buffer.size());
    EXPECT_EQ(static_cast<void*>(returned.data()), buffer.data());
    EXPECT_EQ(octet_buffer_to_integer(buffer, 4, 3), 0x01020304U);
    EXPECT_EQ(octet_buffer_to_integer(integer_to_octet_buffer(5, buffer, 10), 10), 5U);
    EXPECT_EQ(octet_buffer_to_integer(integer_to_octet_buffer(0, buffer, 0), 0), 0U);
    EXPECT_EQ(octet_buffer_to_integer(buffer, 0, 10), 0U);
    EXPECT_EQ(octet_buffer_to_integer({}, 0), 0U);
    std::error_code ec = before_call;
    EXPECT_EQ(integer_to_octet_buffer(1, buffer, 2, ec).size(), buffer.size());
    EXPECT_FALSE(ec);
    EXPECT_EQ(octet_buffer_to_integer(buffer, 2, ec), 1U);
    EXPECT_FALSE(ec);
}

TEST(octets, integers_of_every_width_are_read_back) {
    std::mt19937_64 random(8);
    for (int i = 0; i < 20'000; ++i) {
        auto const octets = static_cast<std::size_t>(1 + random() % 16);
        auto const start = static_cast<std::size_t>(random() % 5);
        auto const bits = std::min<std::size_t>(octets, 8) * 8;
        auto const integer = static_cast<std::uint64_t>(random()) >> (64 - bits);
        std::vector<std::byte> buffer(start + octets + static_cast<std::size_t>(random() % 3), std::byte{0xaa});
        integer_to_octet_buffer(integer, buffer, octets, start);
        ASSERT_EQ(octet_buffer_to_integer(buffer, octets, start), integer);
        for (std::size_t j = 0; j < octets; ++j) {
            auto const shift = (octets - 1 - j) * 8;
            ASSERT_EQ(buffer[start + j], shift < 64 ? static_cast<std::byte>(integer >> shift) : std::byte{0});
        }
        for (std::size_t j = 0; j < buffer.size(); ++j) {
            if (j < start || j >= start + octets) {
                ASSERT_EQ(buffer[j], std::byte{0xaa});
            }
        }
    }
}

/// Expects the call to be refused in its three forms, and the buffer to stay as it was.
template <class Call>
void expect_refused(std::string_view name, Call call) {
    std::array<std::uint8_t, 4> buffer{9, 9, 9, 9};
    auto const untouched = buffer;
    try {
        call(buffer);
        ADD_FAILURE() << name << " raises nothing";
    } catch (invalid_argument_error const& error) {
        EXPECT_EQ(error.operation(), name);
    }
    EXPECT_EQ(buffer, untouched);
    std::error_code ec = before_call;
    call(buffer, ec);
    EXPECT_EQ(ec, errc::invalid_argument) << name;
    EXPECT_EQ(buffer, untouched);
}

TEST(octets, integers_that_do_not_fit_are_refused) {
    auto const refuse = [](auto integer, std::size_t octets, std::size_t start) {
        expect_refused("integer_to_octet_buffer", [=](auto& buffer, auto&... ec) {
            static_cast<void>(integer_to_octet_buffer(integer, buffer, octets, start, ec...));
        });
    };
    constexpr auto huge = std::numeric_limits<std::size_t>::max();
    refuse(256, 1, 0);
    refuse(-1, 4, 0);
    refuse(std::numeric_limits<long long>::min(), 4, 0);
    refuse(0x1'0000'0000, 4, 0);
    refuse(1, 0, 0);
    refuse(1, 4, 1);
    refuse(1, 1, 4);
    refuse(1, 5, 0);
    refuse(0, 0, 5);
    refuse(1, huge, 0);
    refuse(1, huge, 1);
    refuse(1, 1, huge);
    refuse(1, 2, huge - 1);
    refuse(1, huge, huge);
    EXPECT_THROW(static_cast<void>(octet_buffer_to_integer(std::array<std::uint8_t, 9>{1}, 9)), invalid_argument_error);
    EXPECT_EQ(octet_buffer_to_integer(std::array<std::uint8_t, 9>{0, 1}, 9), std::uint64_t{1} << 56);
}

TEST(octets, reading_outside_a_buffer_is_refused) {
    std::array<std::uint8_t, 3> const buffer{1, 2, 3};
    constexpr auto huge = std::numeric_limits<std::size_t>::max();
    for (auto const& [octets, start] : {std::pair<std::size_t, std::size_t>{4, 0},
                                        {3, 1},
                                        {1, 3},
                                        {0, 4},
                                        {huge, 0},
                                        {huge, 2},
                                        {1, huge},
                                        {2, huge - 1},
                                        {huge, huge}})
        expect_invalid(USOCKET_OPERATION(octet_buffer_to_integer), buffer, octets, start);
    for (std::size_t const start : {std::size_t{2}, std::size_t{3}, huge, huge - 1})
        expect_invalid(USOCKET_OPERATION(port_from_octet_buffer), buffer, start);
    for (std::size_t const start : {std::size_t{0}, std::size_t{3}, huge, huge - 3})
        expect_invalid(USOCKET_OPERATION(ip_from_octet_buffer), buffer, start);
    expect_invalid(USOCKET_OPERATION(ip_from_octet_buffer), octet_span());
    EXPECT_EQ(port_from_octet_buffer(buffer, 1), 0x0203);
}

TEST(octets, ports_are_checked) {
    for (auto const port : {-1, 65536, 70000, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()})
        expect_refused("port_to_octet_buffer", [=](auto& buffer, auto&... ec) {
            static_cast<void>(port_to_octet_buffer(port, buffer, ec...));
        });
    expect_refused("port_to_octet_buffer",
                   [](auto& buffer, auto&... ec) { static_cast<void>(port_to_octet_buffer(80, buffer, 3, ec...)); });
    std::array<std::uint8_t, 4> buffer{};
    for (unsigned port = 0; port < 65536; ++port) {
        port_to_octet_buffer(port, buffer, 2);
        ASSERT_EQ(port_from_octet_buffer(buffer, 2), port);
    }
}

TEST(octets, only_ipv4_addresses_are_written) {
    for (host const& designator : {host("::1"), host("::ffff:1.2.3.4"), host(wildcard_host_v6), host("localhost"),
                                   host(""), host(-1), host(0x1'0000'0000)})
        expect_refused("ip_to_octet_buffer", [&](auto& buffer, auto&... ec) {
            static_cast<void>(ip_to_octet_buffer(designator, buffer, ec...));
        });
    expect_refused("ip_to_octet_buffer", [](auto& buffer, auto&... ec) {
        static_cast<void>(ip_to_octet_buffer({127, 0, 0, 1}, buffer, 1, ec...));
    });
    std::array<std::uint8_t, 6> buffer{7, 7, 7, 7, 7, 7};
    ip_to_octet_buffer("10.1.2.3", buffer, 2);
    EXPECT_EQ(buffer, (std::array<std::uint8_t, 6>{7, 7, 10, 1, 2, 3}));
    EXPECT_EQ(ip_from_octet_buffer(buffer, 2), 0x0a010203U);
    ip_to_octet_buffer(wildcard_host, buffer);
    EXPECT_EQ(ip_from_octet_buffer(buffer), 0U);
    std::error_code ec = before_call;
    ip_to_octet_buffer(0xffffffff, buffer, ec);
    EXPECT_FALSE(ec);
    EXPECT_EQ(ip_from_octet_buffer(buffer, ec), 0xffffffffU);
    EXPECT_FALSE(ec);
}

} // namespace
