// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <sys/select.h>

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
    auto const* const best = detail::find_backend(backend::native);
    ASSERT_NE(best, nullptr);
    EXPECT_EQ(wait_list().backend(), best->which);
    for (auto const& entry : detail::backend_table()) {
        if (entry.available()) {
            EXPECT_EQ(wait_list({.backend = entry.which}).backend(), entry.which);
        }
    }
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

TEST(backends, what_select_takes_is_said_with_the_systems_limit) {
    auto const* const entry = detail::find_backend(backend::select);
    ASSERT_NE(entry, nullptr);
    EXPECT_NE(entry->takes_only.find(std::to_string(FD_SETSIZE)), std::string_view::npos);
}

// ---- the environment ----------------------------------------------------------------------------------------------

TEST(backends, names_are_those_of_the_enumeration) {
    EXPECT_EQ(detail::backend_named("native"), backend::native);
    EXPECT_EQ(detail::backend_named("select"), backend::select);
    EXPECT_EQ(detail::backend_named("poll"), backend::poll);
    EXPECT_EQ(detail::backend_named("epoll"), backend::epoll);
    EXPECT_EQ(detail::backend_named("kqueue"), backend::kqueue);
    EXPECT_EQ(detail::backend_named("wsapoll"), backend::wsapoll);
    EXPECT_EQ(detail::backend_named("io_uring"), backend::io_uring);
    for (char const* const name : {"", " poll", "Poll", "poll\n", "the poll backend", "io-uring"})
        EXPECT_EQ(detail::backend_named(name), std::nullopt) << name;
}

TEST(backends, the_environment_may_choose) {
    EXPECT_EQ(detail::read_choice("poll").which, backend::poll);
    for (char const* const nothing : {static_cast<char const*>(nullptr), "", "native"}) {
        EXPECT_EQ(detail::read_choice(nothing).which, backend::native);
        EXPECT_EQ(detail::read_choice(nothing).unknown[0], '\0');
    }
    auto const unknown = detail::read_choice("foo");
    EXPECT_EQ(unknown.which, backend::native);
    EXPECT_STREQ(unknown.unknown.data(), "foo");
    auto const long_one = detail::read_choice(std::string(1000, 'x').c_str());
    EXPECT_EQ(long_one.unknown.data(), std::string(long_one.unknown.size() - 1, 'x'));
}

char const* name_of(backend which) { return detail::backend_name(which).data(); }

/// Says on its standard error what a process has by default, and what becomes of a list that names no backend.
template <class Before>
[[noreturn]] void tell_what_is_made(Before&& before) {
    try {
        before();
        std::fprintf(stderr, "%s: ", name_of(default_backend()));
        std::fprintf(stderr, "a list of %s.", name_of(wait_list().backend()));
    } catch (std::exception const& condition) {
        std::fputs(condition.what(), stderr);
    }
    std::_Exit(0);
}

/// Each statement runs in a process of its own, which begins with the environment as it is set here.
struct backends_death_test : testing::Test {
    backends_death_test() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
    ~backends_death_test() override { ::unsetenv(variable); }

    static constexpr char const* variable = "USOCKET_BACKEND";
    testing::ExitedWithCode ended{0};
};

TEST_F(backends_death_test, the_environment_sets_the_default) {
    ::setenv(variable, "poll", 1);
    EXPECT_EXIT(tell_what_is_made([] {}), ended, "^the poll backend: a list of the poll backend[.]");
    ::setenv(variable, "select", 1);
    EXPECT_EXIT(tell_what_is_made([] {}), ended, "^the select backend: a list of the select backend[.]");
    ::setenv(variable, "", 1);
    EXPECT_EXIT(tell_what_is_made([] {}), ended, "^the native backend: a list of the ");
}

TEST_F(backends_death_test, an_unknown_name_in_the_environment_is_no_backend) {
    ::setenv(variable, "foo", 1);
    EXPECT_EXIT(tell_what_is_made([] {}), ended,
                "^the native backend: wait_list: .*: USOCKET_BACKEND=foo names no backend$");
    EXPECT_EXIT(tell_what_is_made(
                    [] { std::fprintf(stderr, "%s ", name_of(wait_list({.backend = backend::poll}).backend())); }),
                ended, "^the poll backend the native backend: wait_list: ")
        << "who names a backend gets it";
    EXPECT_EXIT(tell_what_is_made([] { set_default_backend(backend::poll); }), ended,
                "^the poll backend: a list of the poll backend[.]")
        << "the program has the last word";
    EXPECT_EXIT(tell_what_is_made([] { set_default_backend(backend::native); }), ended, "a list of the ");
    EXPECT_EXIT(tell_what_is_made([] { ignore_unsupported_warnings([] { wait_list const list; }); }), ended,
                "^the native backend: wait_list: ");
}

TEST_F(backends_death_test, a_lacking_backend_in_the_environment_is_named_with_its_variable) {
    ::setenv(variable, lacking() == backend::kqueue ? "kqueue" : "wsapoll", 1);
    EXPECT_EXIT(
        tell_what_is_made([] {}), ended,
        "^the (kqueue|wsapoll) backend .*: wait_list: .*: the (kqueue|wsapoll) backend .*, which USOCKET_BACKEND "
        "asks for$");
    EXPECT_EXIT(tell_what_is_made([] { set_default_backend(backend::poll); }), ended, "a list of the poll backend[.]");
}

} // namespace
} // namespace usocket
