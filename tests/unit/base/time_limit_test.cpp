// SPDX-License-Identifier: MIT
#include <usocket/time_limit.hpp>

#include <limits>

#include <gtest/gtest.h>

namespace u = usocket;
using namespace std::chrono_literals;

TEST(time_limit, default_and_nullopt_mean_no_limit) {
    EXPECT_FALSE(u::time_limit().is_set());
    EXPECT_FALSE(u::time_limit(std::nullopt).is_set());
    EXPECT_FALSE(u::time_limit(std::optional<std::chrono::seconds>()).is_set());
}

TEST(time_limit, keeps_what_fits) {
    static_assert(u::time_limit(5s).length() == 5s);
    EXPECT_EQ(u::time_limit(1ns).length(), 1ns);
    EXPECT_EQ(u::time_limit(1.5s).length(), 1500ms);
    EXPECT_EQ(u::time_limit(std::optional(3ms)).length(), 3ms);
    EXPECT_EQ(u::time_limit(std::chrono::hours(24 * 365 * 200)).length(), std::chrono::hours(24 * 365 * 200));
}

TEST(time_limit, negative_and_not_a_number_count_as_zero) {
    EXPECT_EQ(u::time_limit(-1s).length(), 0ns);
    EXPECT_EQ(u::time_limit(std::chrono::nanoseconds::min()).length(), 0ns);
    EXPECT_EQ(u::time_limit(std::chrono::hours::min()).length(), 0ns);
    EXPECT_EQ(u::time_limit(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN())).length(), 0ns);
    EXPECT_TRUE(u::time_limit(-1s).is_set());
}

TEST(time_limit, what_does_not_fit_is_no_limit) {
    EXPECT_FALSE(u::time_limit(std::chrono::hours::max()).is_set());
    EXPECT_FALSE(u::time_limit(std::chrono::nanoseconds::max()).is_set());
    EXPECT_FALSE(u::time_limit(std::chrono::seconds::max()).is_set());
    EXPECT_FALSE(u::time_limit(std::chrono::duration<double>(std::numeric_limits<double>::infinity())).is_set());
}

TEST(time_limit, part_of_a_tick_is_rounded_up) {
    using picoseconds = std::chrono::duration<std::int64_t, std::pico>;
    EXPECT_EQ(u::time_limit(picoseconds(1)).length(), 1ns);
    EXPECT_EQ(u::time_limit(picoseconds(1001)).length(), 2ns);
    EXPECT_EQ(u::time_limit(std::chrono::duration<double>(1e-10)).length(), 1ns);
}
