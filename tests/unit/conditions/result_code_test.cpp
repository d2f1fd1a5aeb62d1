// SPDX-License-Identifier: MIT
#include "conditions/raise.hpp"

#include <gtest/gtest.h>

#include "platform/platform.hpp"

namespace usocket::detail {
namespace {

TEST(result_code, success_is_the_standard_one) {
    result_code const success;
    EXPECT_FALSE(success);
    EXPECT_EQ(std::error_code(success), std::error_code());
    result_code const of_own(make_code(errc{}));
    EXPECT_FALSE(of_own);
    EXPECT_EQ(std::error_code(of_own), std::error_code());
}

TEST(result_code, a_failure_keeps_its_category) {
    std::error_code const own = make_code(errc::timeout);
    std::error_code const foreign(7, platform::category());
    EXPECT_TRUE(result_code(own));
    EXPECT_EQ(std::error_code(result_code(own)), own);
    EXPECT_EQ(std::error_code(result_code(foreign)), foreign);
    EXPECT_TRUE(result_code(own) == errc::timeout);
    EXPECT_FALSE(result_code(own) == errc::interrupted);
}

} // namespace
} // namespace usocket::detail
