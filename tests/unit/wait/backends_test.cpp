// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/wait.hpp>
#include <usocket/warnings.hpp>

namespace usocket {
namespace {

constexpr backend every_backend[] = {backend::native, backend::select,  backend::poll,    backend::epoll,
                                     backend::kqueue, backend::wsapoll, backend::io_uring};

/// One that this build lacks; kqueue and wsapoll are never on one system.
backend lacking() { return supports(backend::kqueue) ? backend::wsapoll : backend::kqueue; }

TEST(backends, the_table_is_what_is_supported) {
    EXPECT_TRUE(supports(backend::native));
    for (backend const which : every_backend) {
        bool const listed = detail::find_backend(which) != nullptr;
        EXPECT_EQ(supports(which), listed);
        EXPECT_FALSE(detail::backend_name(which).empty());
    }
    for (auto const& entry : detail::backend_table())
        EXPECT_NE(entry.which, backend::native);
    EXPECT_FALSE(supports(static_cast<backend>(200)));
}

TEST(backends, native_is_the_best_and_the_default) {
    EXPECT_EQ(default_backend(), backend::native);
    EXPECT_EQ(wait_list().backend(), detail::backend_table().front().which);
    EXPECT_EQ(wait_list({.backend = backend::poll}).backend(), backend::poll);
}

TEST(backends, the_default_holds_for_lists_that_name_none) {
    set_default_backend(backend::poll);
    EXPECT_EQ(default_backend(), backend::poll);
    EXPECT_EQ(wait_list().backend(), backend::poll);
    set_default_backend(backend::native);
    EXPECT_EQ(default_backend(), backend::native);
}

TEST(backends, one_that_is_lacking_is_unsupported_and_named) {
    ASSERT_FALSE(supports(lacking()));
    try {
        wait_list const list({.backend = lacking()});
        FAIL() << "made a list of a backend that the system lacks";
    } catch (unsupported const& condition) {
        EXPECT_EQ(condition.feature(), detail::backend_name(lacking()));
        EXPECT_EQ(condition.context(), "wait_list");
        EXPECT_NE(std::string(condition.what()).find(detail::backend_name(lacking())), std::string::npos);
    }
    EXPECT_THROW(set_default_backend(lacking()), unsupported);
    std::error_code code;
    set_default_backend(lacking(), code);
    EXPECT_EQ(code, errc::unsupported);
    EXPECT_EQ(default_backend(), backend::native);
}

} // namespace
} // namespace usocket
