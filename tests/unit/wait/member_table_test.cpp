// SPDX-License-Identifier: MIT
#include "wait/member_table.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace usocket::detail {
namespace {

std::vector<member_place> due(member_table& table) {
    std::vector<member_place> places;
    table.visit_due([&](member_place place) {
        places.push_back(place);
        return true;
    });
    return places;
}

member_place take(member_table& table) {
    table.reserve_one();
    return table.take();
}

TEST(member_table, places_are_distinct_and_used_again) {
    member_table table;
    EXPECT_EQ(take(table), 0U);
    EXPECT_EQ(take(table), 1U);
    EXPECT_EQ(take(table), 2U);
    table[1].position = 7;
    table.give_back(1);
    table.give_back(0);
    EXPECT_EQ(take(table), 0U);
    EXPECT_EQ(take(table), 1U);
    EXPECT_EQ(table[1].position, 0U) << "as new";
    EXPECT_EQ(table[1].listed, no_place);
    EXPECT_EQ(take(table), 3U);
    EXPECT_EQ(table.size(), 4U);
}

TEST(member_table, due_members_join_once_and_leave_in_any_order) {
    member_table table;
    for (int i = 0; i < 5; ++i)
        take(table);
    EXPECT_FALSE(table.has_due());
    for (member_place const place : {0U, 1U, 2U, 1U, 3U})
        table.queue(place);
    EXPECT_EQ(due(table), (std::vector<member_place>{0, 1, 2, 3}));
    table.unqueue(2);
    table.unqueue(2);
    table.unqueue(4);
    table.unqueue(0);
    table.queue(0);
    EXPECT_EQ(due(table), (std::vector<member_place>{0, 1, 3})) << "each once";
    table.visit_due([](member_place place) { return place == 1; });
    EXPECT_EQ(due(table), (std::vector<member_place>{1}));
    table.visit_due([&](member_place place) {
        table.give_back(place);
        return false;
    });
    EXPECT_FALSE(table.has_due());
}

TEST(member_table, what_comes_and_goes_often_without_a_visit_takes_no_more_room) {
    member_table table;
    for (int i = 0; i < 40; ++i)
        take(table);
    for (int i = 0; i < 1000; ++i) {
        table.queue(static_cast<member_place>(i % 40));
        if (i % 3 != 0)
            table.unqueue(static_cast<member_place>(i % 40));
    }
    for (member_place place = 0; place < 40; ++place)
        table.queue(place);
    EXPECT_EQ(due(table).size(), 40U);
}

TEST(member_table, growing_arrays_keep_little_to_spare) {
    std::vector<int> items;
    int growths = 0;
    for (std::size_t count = 1; count <= 10'000; ++count) {
        auto const before = items.capacity();
        reserve_for(items, count);
        items.push_back(0);
        growths += items.capacity() != before;
        EXPECT_LE(items.capacity(), count + count / 32 + 8);
    }
    EXPECT_LT(growths, 250);
}

} // namespace
} // namespace usocket::detail
