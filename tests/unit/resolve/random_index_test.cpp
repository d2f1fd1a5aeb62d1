// SPDX-License-Identifier: MIT
#include "resolve/random_index.hpp"

#include <array>
#include <cstddef>
#include <limits>

#include <gtest/gtest.h>

namespace {

using usocket::detail::random_index;

TEST(random_index, is_below_the_count) {
    EXPECT_EQ(random_index(1), 0U);
    for (std::size_t count = 1; count != 50; ++count)
        EXPECT_LT(random_index(count), count);
}

TEST(random_index, has_no_bias_for_low_numbers) {
    // Of three quarters of all numbers, a remainder would give the lowest third twice as often as the others.
    constexpr auto count = std::numeric_limits<std::size_t>::max() / 4 * 3;
    constexpr int draws = 4000;
    std::array<int, 3> thirds{};
    for (int i = 0; i != draws; ++i)
        ++thirds.at(random_index(count) / (count / 3 + 1));
    for (int const third : thirds)
        EXPECT_NEAR(third, draws / 3.0, 7 * 29.9); // seven standard deviations; the bias would be over twenty
}

} // namespace
