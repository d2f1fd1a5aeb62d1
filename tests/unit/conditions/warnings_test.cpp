// SPDX-License-Identifier: MIT
#include <usocket/warnings.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "conditions/raise.hpp"

namespace {

namespace u = usocket;

/// Collects warnings, and leaves no handler behind.
class warnings : public testing::Test {
protected:
    ~warnings() override { u::set_warning_handler({}); }

    std::vector<std::string> seen;
    u::warning_handler const collect = [this](u::socket_warning const& warning) { seen.emplace_back(warning.what()); };
};

TEST_F(warnings, unsupported_is_raised_outside) {
    u::set_warning_handler(collect);
    try {
        u::signal_unsupported("SO_MARK", "set_socket_option", "Linux 2.6.25");
        FAIL();
    } catch (u::unsupported const& condition) {
        EXPECT_EQ(condition.feature(), "SO_MARK");
        EXPECT_EQ(condition.context(), "set_socket_option");
        EXPECT_EQ(condition.minimum(), "Linux 2.6.25");
        EXPECT_EQ(condition.code(), u::errc::unsupported);
        EXPECT_STREQ(condition.what(), "set_socket_option: unsupported: SO_MARK (needs Linux 2.6.25)");
    }
    EXPECT_TRUE(seen.empty());
}

TEST_F(warnings, unsupported_is_a_warning_inside_and_the_call_goes_on) {
    u::set_warning_handler(collect);
    int const result = u::ignore_unsupported_warnings([] {
        u::signal_unsupported("SO_MARK", "set_socket_option", "Linux 2.6.25");
        return 7;
    });
    EXPECT_EQ(result, 7);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0], "set_socket_option: unsupported: SO_MARK (needs Linux 2.6.25): left undone");
}

TEST_F(warnings, unimplemented_is_always_raised) {
    EXPECT_THROW(u::signal_unimplemented("kqueue", "make_wait_list"), u::unimplemented);
    EXPECT_THROW(u::ignore_unsupported_warnings([] { u::signal_unimplemented("kqueue", "make_wait_list"); }),
                 u::unimplemented);
}

TEST_F(warnings, extents_nest_and_end_with_an_exception) {
    u::ignore_unsupported_warnings([] {
        u::ignore_unsupported_warnings([] { u::signal_unsupported("inner", "test"); });
        u::signal_unsupported("outer", "test");
        EXPECT_THROW(u::ignore_unsupported_warnings([] { throw std::logic_error("mine"); }), std::logic_error);
        u::signal_unsupported("outer again", "test");
    });
    EXPECT_THROW(u::signal_unsupported("after", "test"), u::unsupported);
    EXPECT_THROW(u::ignore_unsupported_warnings([] { throw std::logic_error("mine"); }), std::logic_error);
    EXPECT_THROW(u::signal_unsupported("after the exception", "test"), u::unsupported);
}

TEST_F(warnings, extents_are_of_one_thread) {
    u::ignore_unsupported_warnings(
        [] { std::jthread([] { EXPECT_THROW(u::signal_unsupported("other", "test"), u::unsupported); }); });
}

TEST_F(warnings, the_result_of_the_body_keeps_its_type) {
    int value = 3;
    static_assert(std::is_same_v<decltype(u::ignore_unsupported_warnings([&]() -> int& { return value; })), int&>);
    EXPECT_EQ(&u::ignore_unsupported_warnings([&]() -> int& { return value; }), &value);
}

TEST_F(warnings, setting_gives_the_handler_before) {
    EXPECT_FALSE(u::set_warning_handler(collect));
    auto const previous = u::set_warning_handler([](u::socket_warning const&) {});
    ASSERT_TRUE(previous);
    previous(u::socket_warning({.operation = "test", .feature = "mine"}));
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_TRUE(u::set_warning_handler({}));
    EXPECT_FALSE(u::set_warning_handler({}));
}

TEST_F(warnings, without_a_handler_they_are_dropped) {
    EXPECT_NO_THROW(u::detail::warn_left_undone("SO_MARK", "socket_connect"));
}

TEST_F(warnings, a_warning_tells_what_was_left_undone) {
    std::string feature;
    u::set_warning_handler([&](u::socket_warning const& warning) {
        feature = warning.feature();
        EXPECT_EQ(warning.operation(), "socket_connect");
        EXPECT_EQ(warning.code(), u::errc::unsupported);
    });
    u::detail::warn_left_undone("TCP_NODELAY", "socket_connect");
    EXPECT_EQ(feature, "TCP_NODELAY");
}

TEST_F(warnings, a_handler_may_make_them_errors) {
    u::set_warning_handler([](u::socket_warning const& warning) { throw warning; });
    EXPECT_THROW(u::detail::warn_left_undone("SO_MARK", "socket_connect"), u::socket_warning);
}

TEST_F(warnings, a_handler_may_replace_itself) {
    u::set_warning_handler([this](u::socket_warning const&) { u::set_warning_handler(collect); });
    u::detail::warn_left_undone("first", "test");
    u::detail::warn_left_undone("second", "test");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0], "test: unsupported: second: left undone");
}

TEST_F(warnings, the_handler_may_be_set_while_others_warn) {
    std::atomic<int> count = 0;
    u::warning_handler const counting = [&](u::socket_warning const&) { ++count; };
    u::set_warning_handler(counting);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i != 2; ++i) {
            threads.emplace_back([] {
                for (int round = 0; round != 500; ++round)
                    u::detail::warn_left_undone("SO_MARK", "test");
            });
            threads.emplace_back([&] {
                for (int round = 0; round != 500; ++round)
                    EXPECT_TRUE(u::set_warning_handler(counting));
            });
        }
    }
    EXPECT_EQ(count, 1000);
}

} // namespace
