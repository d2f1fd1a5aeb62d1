// SPDX-License-Identifier: MIT
#include <usocket/octet_span.hpp>

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace u = usocket;

namespace {
std::size_t size_of(u::octet_span span) { return span.size(); }
std::size_t room_of(u::mutable_octet_span span) { return span.size(); }
} // namespace

TEST(octet_span, text_ends_before_its_first_nul) {
    char const array[8] = "ab";
    char const unterminated[3] = {'a', 'b', 'c'};
    char const* const pointer = "hello";
    char* const null = nullptr;
    EXPECT_EQ(size_of("hello"), 5U);
    EXPECT_EQ(size_of("ab\0cd"), 2U);
    EXPECT_EQ(size_of(""), 0U);
    EXPECT_EQ(size_of(array), 2U);
    EXPECT_EQ(size_of(unterminated), 3U) << "never read beyond the array";
    EXPECT_EQ(size_of(pointer), 5U);
    EXPECT_EQ(size_of(null), 0U);
}

TEST(octet_span, a_buffer_counts_whole) {
    char buffer[8] = "a\0b";
    EXPECT_EQ(size_of(buffer), 8U);
}

TEST(octet_span, strings_keep_their_nuls) {
    EXPECT_EQ(size_of(std::string("a\0b", 3)), 3U);
    EXPECT_EQ(size_of(std::string_view("a\0b", 3)), 3U);
}

TEST(octet_span, takes_contiguous_octets_of_any_kind) {
    EXPECT_EQ(size_of(std::array<std::byte, 4>{}), 4U);
    EXPECT_EQ(size_of(std::vector<unsigned char>(7)), 7U);
    std::byte raw[3]{};
    EXPECT_EQ(size_of(raw), 3U);
    EXPECT_EQ(size_of(std::span<std::byte const>(raw)), 3U);
    EXPECT_EQ(size_of({raw, 2}), 2U);
    static_assert(!std::is_constructible_v<u::octet_span, std::vector<int> const&>);
    static_assert(!std::is_constructible_v<u::octet_span, int>);
}

TEST(mutable_octet_span, takes_the_whole_of_writable_octets) {
    char text[10] = "abc";
    std::string string(6, 'x');
    std::array<std::byte, 4> bytes{};
    std::vector<unsigned char> vector(9);
    EXPECT_EQ(room_of(text), 10U);
    EXPECT_EQ(room_of(string), 6U);
    EXPECT_EQ(room_of(bytes), 4U);
    EXPECT_EQ(room_of(vector), 9U);
    EXPECT_EQ(room_of(std::span(bytes).first(2)), 2U);
    static_assert(!std::is_constructible_v<u::mutable_octet_span, std::string const&>);
    static_assert(!std::is_constructible_v<u::mutable_octet_span, char const*>);
}

TEST(octet_span, a_null_pointer_is_empty) {
    char const* const unset = nullptr;
    EXPECT_TRUE(u::octet_span(unset).empty());
}
