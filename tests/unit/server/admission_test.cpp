// SPDX-License-Identifier: MIT
#include "server/admission.hpp"

#include <gtest/gtest.h>

namespace u = usocket;
using namespace std::chrono_literals;
using u::detail::admission;
using kind = admission::turn::kind;

namespace {

constexpr u::time_point start{1h};

u::endpoint client(char const* address, std::uint16_t port = 1) { return {*u::ip_address::parse(address), port}; }

} // namespace

TEST(admission, without_limits_everybody_comes_in) {
    admission places({}, {});
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_EQ(places.enter(start).what, kind::now);
        EXPECT_TRUE(places.admit(client("10.0.0.1")));
    }
    EXPECT_FALSE(places.leave()) << "nobody waits";
}

TEST(admission, the_tighter_number_counts) {
    for (auto const& [most, max] : {std::pair{2U, 5U}, std::pair{5U, 2U}}) {
        admission places(most, {.max_connections = max});
        EXPECT_EQ(places.enter(start).what, kind::now);
        EXPECT_EQ(places.enter(start).what, kind::now);
        EXPECT_EQ(places.enter(start).what, kind::full);
        EXPECT_TRUE(places.leave()) << "somebody was told to wait";
        EXPECT_FALSE(places.leave());
        EXPECT_EQ(places.enter(start).what, kind::now);
    }
}

TEST(admission, clients_are_counted_by_address) {
    admission places({}, {.max_connections_per_client = 2});
    EXPECT_TRUE(places.admit(client("10.0.0.1", 1)));
    EXPECT_TRUE(places.admit(client("::ffff:10.0.0.1", 2))) << "the same client in another form";
    EXPECT_FALSE(places.admit(client("10.0.0.1", 3)));
    EXPECT_TRUE(places.admit(client("10.0.0.2")));
    places.forget(client("10.0.0.1", 9));
    EXPECT_TRUE(places.admit(client("10.0.0.1", 4)));
    EXPECT_FALSE(places.admit(client("10.0.0.1", 5)));
    EXPECT_TRUE(places.admit(u::endpoint::local_unnamed()));
    EXPECT_TRUE(places.admit(u::endpoint::local_path("/x")));
    EXPECT_FALSE(places.admit(u::endpoint::local_unnamed())) << "local clients count as one";
}

TEST(admission, the_rate_allows_a_second_s_worth_at_once) {
    admission places({}, {.accepts_per_second = 4});
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(places.enter(start).what, kind::now) << i;
    auto const later = places.enter(start);
    EXPECT_EQ(later.what, kind::later);
    EXPECT_EQ(later.pause.length(), 250ms);
    EXPECT_EQ(places.enter(start + 249ms).what, kind::later);
    EXPECT_EQ(places.enter(start + 250ms).what, kind::now);
    EXPECT_EQ(places.enter(start + 250ms).what, kind::later);
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(places.enter(start + 1h).what, kind::now) << "a long pause saves no more than a second's worth";
    EXPECT_EQ(places.enter(start + 1h).what, kind::later);
}

TEST(admission, rates_beyond_the_clock_s_ticks) {
    admission places({}, {.accepts_per_second = SIZE_MAX});
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(places.enter(start).what, kind::now);
}

TEST(admission, waiting_for_the_rate_takes_no_place) {
    admission places(1, {.accepts_per_second = 1});
    EXPECT_EQ(places.enter(start).what, kind::now);
    EXPECT_FALSE(places.leave());
    EXPECT_EQ(places.enter(start).what, kind::later);
    EXPECT_EQ(places.enter(start + 1s).what, kind::now);
}
