// SPDX-License-Identifier: MIT
#include "server/thread_group.hpp"

#include <atomic>
#include <memory>

#include <gtest/gtest.h>

using usocket::detail::thread_group;

TEST(thread_group, join_waits_for_all) {
    std::atomic<int> ended{0};
    {
        thread_group threads("test");
        for (int i = 0; i < 50; ++i)
            threads.start([&ended] { ++ended; });
        threads.join();
        EXPECT_EQ(ended, 50);
        threads.join(); // nothing is left
        threads.start([&ended] { ++ended; });
    }
    EXPECT_EQ(ended, 51) << "the group's end joins, too";
}

TEST(thread_group, its_threads_may_start_others) {
    std::atomic<int> ended{0};
    thread_group threads("test");
    threads.start([&] {
        for (int i = 0; i < 10; ++i)
            threads.start([&ended] { ++ended; });
    });
    threads.join();
    EXPECT_EQ(ended, 10);
}

TEST(thread_group, what_a_body_holds_goes_before_the_thread_does) {
    auto const held = std::make_shared<int>(0);
    thread_group threads("test");
    threads.start([held] {});
    threads.join();
    EXPECT_EQ(held.use_count(), 1);
}
