// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

#include <cerrno>
#include <thread>

#include <fcntl.h>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

class platform_wake : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(open_wake_handle(wake_), 0); }
    void TearDown() override { close_wake_handle(wake_); }

    bool is_raised() {
        poll_entry entry{.socket = wake_.watched, .want_read = true};
        std::size_t ready = 0;
        EXPECT_EQ(poll({&entry, 1}, std::chrono::nanoseconds(0), ready), 0);
        EXPECT_FALSE(entry.failed);
        return entry.readable;
    }

    wake_handle wake_;
};

TEST_F(platform_wake, is_raised_until_it_is_cleared) {
    EXPECT_FALSE(is_raised());
    raise_wake_handle(wake_);
    EXPECT_TRUE(is_raised());
    EXPECT_TRUE(is_raised()) << "watching does not clear";
    clear_wake_handle(wake_);
    EXPECT_FALSE(is_raised());
}

TEST_F(platform_wake, raising_often_is_raising_once) {
    for (int i = 0; i < 1000; ++i)
        raise_wake_handle(wake_);
    clear_wake_handle(wake_);
    EXPECT_FALSE(is_raised());
    clear_wake_handle(wake_); // clear already: neither blocks nor fails
    raise_wake_handle(wake_);
    EXPECT_TRUE(is_raised());
}

TEST_F(platform_wake, keeps_errno) {
    errno = EDOM;
    clear_wake_handle(wake_);
    EXPECT_EQ(errno, EDOM);
    raise_wake_handle(wake_);
    EXPECT_EQ(errno, EDOM);
}

TEST_F(platform_wake, is_not_inherited) { EXPECT_NE(::fcntl(wake_.watched, F_GETFD) & FD_CLOEXEC, 0); }

TEST_F(platform_wake, wakes_a_waiting_thread) {
    std::thread waker([this] { raise_wake_handle(wake_); });
    poll_entry entry{.socket = wake_.watched, .want_read = true};
    std::size_t ready = 0;
    EXPECT_EQ(poll({&entry, 1}, std::nullopt, ready), 0);
    waker.join();
    EXPECT_TRUE(entry.readable);
}

TEST(platform_wake_life, closing_gives_everything_back_and_may_be_repeated) {
    auto const before = test::open_descriptors();
    wake_handle wake;
    ASSERT_EQ(open_wake_handle(wake), 0);
    EXPECT_GT(test::open_descriptors(), before);
    close_wake_handle(wake);
    EXPECT_EQ(wake.watched, invalid_handle);
    EXPECT_EQ(wake.raised, invalid_handle);
    close_wake_handle(wake);
    EXPECT_EQ(test::open_descriptors(), before);
}

} // namespace
} // namespace usocket::platform
