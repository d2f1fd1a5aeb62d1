// SPDX-License-Identifier: MIT
#include "wait/member_table.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace usocket::detail {
namespace {

std::vector<member_place> due(member_table const& table) {
    std::vector<member_place> places;
    for (member_place place = table.first_due(); place != no_place; place = table[place].next)
        places.push_back(place);
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
    EXPECT_EQ(table[1].next, no_place);
    EXPECT_EQ(take(table), 3U);
    EXPECT_EQ(table.size(), 4U);
}

TEST(member_table, due_members_join_once_and_leave_in_any_order) {
    member_table table;
    for (int i = 0; i < 5; ++i)
        take(table);
    EXPECT_EQ(table.first_due(), no_place);
    for (member_place const place : {0U, 1U, 2U, 1U, 3U})
        table.queue(place);
    EXPECT_EQ(due(table), (std::vector<member_place>{3, 2, 1, 0}));
    table.unqueue(2);
    table.unqueue(2);
    table.unqueue(4);
    EXPECT_EQ(due(table), (std::vector<member_place>{3, 1, 0}));
    table.unqueue(0);
    table.unqueue(3);
    EXPECT_EQ(due(table), (std::vector<member_place>{1}));
    table.queue(2);
    EXPECT_EQ(due(table), (std::vector<member_place>{2, 1}));
    table.unqueue(2);
    table.unqueue(1);
    EXPECT_EQ(table.first_due(), no_place);
}

TEST(member_table, growing_arrays_keep_an_eighth_to_spare) {
    std::vector<int> items;
    int growths = 0;
    for (std::size_t count = 1; count <= 10'000; ++count) {
        auto const before = items.capacity();
        reserve_for(items, count);
        items.push_back(0);
        growths += items.capacity() != before;
        EXPECT_LE(items.capacity(), count + count / 8 + 16);
    }
    EXPECT_LT(growths, 70);
}

} // namespace
} // namespace usocket::detail
