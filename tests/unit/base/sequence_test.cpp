// SPDX-License-Identifier: MIT
#include <usocket/sequence.hpp>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace u = usocket;

namespace {
u::sequence<std::string> letters() {
    std::vector<std::string> const source{"a", "b", "c"};
    return u::sequence<std::string>(std::span<std::string const>(source));
}

/// Counts its living copies; the third assignment fails.
struct fragile {
    static inline int alive = 0;
    static inline int assignments_left = 0;
    fragile() { ++alive; }
    fragile(fragile const&) { ++alive; }
    fragile& operator=(fragile const&) {
        if (assignments_left-- == 0)
            throw std::runtime_error("no more");
        return *this;
    }
    ~fragile() { --alive; }
};
} // namespace

TEST(sequence, is_a_range) {
    auto const list = letters();
    std::string all;
    for (auto const& item : list)
        all += item;
    EXPECT_EQ(all, "abc");
    EXPECT_EQ(list.size(), 3U);
    EXPECT_EQ(list.front() + list[1] + list.back(), "abc");
    std::span<std::string const> const view(list);
    EXPECT_EQ(view.size(), 3U);
}

TEST(sequence, copies_and_moves) {
    auto first = letters();
    auto second = first;
    EXPECT_NE(first.data(), second.data());
    auto third = std::move(first);
    EXPECT_EQ(third.size(), 3U);
    EXPECT_TRUE(first.empty()); // NOLINT(bugprone-use-after-move): what it promises
    second = third;
    EXPECT_EQ(second[2], "c");
    second = std::move(third);
    EXPECT_EQ(second[0], "a");
}

TEST(sequence, empty_allocates_nothing) {
    u::sequence<int> const list{std::span<int const>()};
    EXPECT_EQ(list.data(), nullptr);
    EXPECT_EQ(list.begin(), list.end());
}

TEST(sequence, leaks_nothing_when_an_item_fails) {
    {
        std::array<fragile, 4> source;
        fragile::assignments_left = 2;
        EXPECT_THROW(u::sequence<fragile>{std::span<fragile const>(source)}, std::runtime_error);
    }
    EXPECT_EQ(fragile::alive, 0);
}
