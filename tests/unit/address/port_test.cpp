// SPDX-License-Identifier: MIT
#include <usocket/port.hpp>

#include <cstdint>

#include <gtest/gtest.h>

namespace u = usocket;

TEST(port, numbers_in_range) {
    EXPECT_EQ(u::port(0).number(), 0);
    EXPECT_EQ(u::port(65535).number(), 65535);
    EXPECT_EQ(u::port(std::uint16_t{80}).number(), 80);
    EXPECT_EQ(u::port(80LL).number(), 80);
    EXPECT_TRUE(u::port(80U).is_valid());
}

TEST(port, numbers_out_of_range_are_never_truncated) {
    for (auto const& bad : {u::port(-1), u::port(65536), u::port(65616), u::port(INT64_MAX), u::port(UINT64_MAX)}) {
        EXPECT_FALSE(bad.is_valid());
        EXPECT_EQ(bad.number(), 0);
    }
}

TEST(port, text_is_a_number_or_a_service) {
    EXPECT_EQ(u::port("80").number(), 80);
    EXPECT_EQ(u::port("00080").number(), 80);
    EXPECT_EQ(u::port("65535").number(), 65535);
    EXPECT_FALSE(u::port("65536").is_valid());
    EXPECT_FALSE(u::port("99999999999999999999").is_valid());
    EXPECT_FALSE(u::port("").is_valid());
    EXPECT_TRUE(u::port("http").is_service());
    EXPECT_EQ(u::port("http").service(), "http");
    EXPECT_TRUE(u::port(" 80").is_service()); // which no system knows
    EXPECT_TRUE(u::port("+80").is_service());
    EXPECT_TRUE(u::port("-1").is_service());
}

TEST(port, a_null_pointer_is_not_valid) {
    char const* const unset = nullptr; // as std::getenv() says it
    EXPECT_FALSE(u::port(unset).is_valid());
}
