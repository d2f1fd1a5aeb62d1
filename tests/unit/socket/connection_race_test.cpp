// SPDX-License-Identifier: MIT
#include "socket/connection_race.hpp"

#include <gtest/gtest.h>

namespace u = usocket;
using namespace std::chrono_literals;
using u::detail::connection_race;
using kind = connection_race::step::kind;

namespace {
constexpr u::time_point start{};
u::ip_address address(char const* text) { return u::ip_address::parse(text).value(); }
} // namespace

TEST(interleave_families, alternates_beginning_with_the_first) {
    std::vector<u::ip_address> const given{address("2001:db8::1"), address("2001:db8::2"), address("2001:db8::3"),
                                           address("192.0.2.1"), address("192.0.2.2")};
    std::vector<u::ip_address> const wanted{address("2001:db8::1"), address("192.0.2.1"), address("2001:db8::2"),
                                            address("192.0.2.2"), address("2001:db8::3")};
    EXPECT_EQ(u::detail::interleave_families(given), wanted);
    EXPECT_TRUE(u::detail::interleave_families({}).empty());
}

TEST(connection_race, the_next_begins_after_the_delay) {
    connection_race race(3, 250ms);
    EXPECT_EQ(race.next(start).what, kind::start);
    auto const waiting = race.next(start + 249ms);
    EXPECT_EQ(waiting.what, kind::wait);
    EXPECT_EQ(waiting.until, start + 250ms);
    auto const second = race.next(start + 250ms);
    EXPECT_EQ(second.what, kind::start);
    EXPECT_EQ(second.candidate, 1U);
    EXPECT_EQ(race.next(start + 260ms).until, start + 500ms);
}

TEST(connection_race, the_next_begins_at_once_after_a_failure) {
    connection_race race(2, 250ms);
    EXPECT_EQ(race.next(start).candidate, 0U);
    race.failed();
    auto const second = race.next(start + 1ms);
    EXPECT_EQ(second.what, kind::start);
    EXPECT_EQ(second.candidate, 1U);
}

TEST(connection_race, the_last_is_waited_for_without_an_end) {
    connection_race race(1, 250ms);
    static_cast<void>(race.next(start));
    auto const waiting = race.next(start + 1h);
    EXPECT_EQ(waiting.what, kind::wait);
    EXPECT_EQ(waiting.until, std::nullopt);
}

TEST(connection_race, is_lost_when_all_have_failed) {
    connection_race race(2, 250ms);
    static_cast<void>(race.next(start));
    static_cast<void>(race.next(start + 250ms));
    race.failed();
    EXPECT_EQ(race.next(start + 251ms).what, kind::wait) << "one still runs";
    race.failed();
    EXPECT_EQ(race.next(start + 252ms).what, kind::lost);
}

TEST(connection_race, without_candidates_is_lost) {
    connection_race race(0, 250ms);
    EXPECT_EQ(race.next(start).what, kind::lost);
}

TEST(connection_race, the_delay_has_a_floor) {
    connection_race race(2, 0ms);
    static_cast<void>(race.next(start));
    EXPECT_EQ(race.next(start).until, start + 10ms);
}

TEST(connection_race, never_runs_too_many_at_once) {
    connection_race race(connection_race::most_at_once + 1, 10ms);
    auto now = start;
    for (std::size_t i = 0; i < connection_race::most_at_once; ++i, now += 10ms)
        EXPECT_EQ(race.next(now).what, kind::start);
    EXPECT_EQ(race.next(now).what, kind::wait);
    EXPECT_EQ(race.next(now).until, std::nullopt);
    race.failed();
    EXPECT_EQ(race.next(now).what, kind::start);
}
