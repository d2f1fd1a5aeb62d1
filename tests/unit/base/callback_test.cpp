// SPDX-License-Identifier: MIT
#include <usocket/callback.hpp>

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace u = usocket;

TEST(callback, empty_is_false) {
    u::callback<int()> const none;
    EXPECT_FALSE(none);
}

TEST(callback, calls_and_keeps_state) {
    int count = 0;
    u::callback<int(int)> const add = [&count](int n) { return count += n; };
    EXPECT_EQ(add(2), 2);
    EXPECT_EQ(add(3), 5);
    EXPECT_EQ(count, 5);
}

TEST(callback, copies_own_their_state) {
    u::callback<std::string()> first = [text = std::string("x")]() mutable { return text += "x"; };
    auto const second = first;
    EXPECT_EQ(first(), "xx");
    EXPECT_EQ(first(), "xxx");
    EXPECT_EQ(second(), "xx");
}

TEST(callback, frees_what_it_holds) {
    auto const token = std::make_shared<int>(1);
    {
        u::callback<void()> first = [token] {};
        auto second = first;
        auto third = std::move(second);
        EXPECT_FALSE(second); // NOLINT(bugprone-use-after-move): what it promises
        first = third;
    }
    EXPECT_EQ(token.use_count(), 1);
}

TEST(callback, a_result_may_be_dropped) {
    u::callback<void(int)> const f = [](int n) { return n; };
    f(1);
}
