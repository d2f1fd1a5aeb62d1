// SPDX-License-Identifier: MIT
#include <usocket/conditions.hpp>

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

#include <netdb.h>

#include <gtest/gtest.h>

#include "conditions/raise.hpp"
#include "unit/conditions/classes.hpp"

namespace {

namespace u = usocket;
using condition_test::code_of;
using namespace std::chrono_literals;

u::endpoint const peer(u::ip_address::loopback_v4(), 8001);
u::endpoint const self(u::ip_address::loopback_v4(), 40000);

/// Whether `data` is inside of the text that begins at `begin`.
bool is_within(std::string_view text, std::string const& owner) {
    return text.data() >= owner.data() && text.data() <= owner.data() + owner.size();
}

TEST(conditions, each_value_is_raised_as_its_class) {
    int count = 0;
    condition_test::for_each_raised_class([&]<u::errc Value, class Class>() {
        EXPECT_EQ(static_cast<int>(Value), ++count) << "an enumerator is missing in the table";
        try {
            u::raise_condition({.code = code_of(Value), .operation = "test"});
        } catch (u::condition const& condition) {
            EXPECT_EQ(typeid(condition), typeid(Class)) << describe(Value);
            EXPECT_EQ(condition.code(), code_of(Value));
        }
    });
    EXPECT_EQ(count, static_cast<int>(u::errc::line_too_long));
}

TEST(conditions, a_code_without_a_class_is_an_unknown_error_that_tells_it) {
    try {
        u::raise_condition({.code = u::detail::system_code(EIO)});
        FAIL();
    } catch (u::unknown_error const& error) {
        EXPECT_EQ(error.real_error(), EIO);
        EXPECT_EQ(error.error_number(), EIO);
        EXPECT_EQ(error.code(), u::detail::system_code(EIO));
    }
    EXPECT_THROW(u::raise_condition({}), u::unknown_error) << "success is no reason, but must not be lost";
    try {
        u::raise_condition({.code = {-12345, u::resolver_category()}, .host_or_ip = "example.test"});
        FAIL();
    } catch (u::ns_unknown_error const& error) {
        EXPECT_EQ(error.real_error(), -12345);
        EXPECT_EQ(error.host_or_ip(), "example.test");
    }
    EXPECT_EQ(u::unknown_condition({.code = u::detail::system_code(7)}).real_condition(), 7);
    EXPECT_EQ(u::ns_unknown_condition({.code = u::detail::system_code(8)}).real_condition(), 8);
}

TEST(conditions, bases_catch_what_derives) {
    auto const raise = [](u::errc value) { u::raise_condition({.code = code_of(value)}); };
    EXPECT_THROW(raise(u::errc::deadline_timeout), u::timeout_error);
    EXPECT_THROW(raise(u::errc::already_shutdown), u::shutdown_error);
    EXPECT_THROW(raise(u::errc::ns_try_again), u::ns_try_again_condition);
    EXPECT_THROW(raise(u::errc::ns_try_again), u::ns_error);
    EXPECT_THROW(raise(u::errc::ns_try_again), u::ns_condition);
    EXPECT_THROW(raise(u::errc::interrupted), u::socket_condition);
    EXPECT_THROW(raise(u::errc::unsupported), u::insufficient_implementation);
}

TEST(conditions, carries_everything_and_keeps_nothing_of_the_callers) {
    std::string const path(200, 'p');
    std::vector<u::connect_attempt> attempts = {
        {.remote = peer, .reason = u::detail::system_code(ECONNREFUSED)},
        {.remote = u::endpoint::local_path(path), .reason = u::detail::system_code(ENOENT)},
    };
    std::string operation = "socket_connect";
    std::string host = "example.test";
    std::string detail = "no luck";
    std::string feature = "SO_MARK";
    std::string minimum = "Linux 2.6.25";
    u::socket_error const error({.code = u::detail::system_code(ETIMEDOUT),
                                 .operation = operation,
                                 .local = self,
                                 .remote = u::endpoint::local_path(path),
                                 .host_or_ip = host,
                                 .detail = detail,
                                 .feature = feature,
                                 .minimum = minimum,
                                 .bytes_transferred = 42,
                                 .elapsed = 2500ms,
                                 .handle = 17,
                                 .attempts = attempts});
    for (auto const* const text : {&operation, &host, &detail, &feature, &minimum}) {
        EXPECT_FALSE(is_within(error.operation(), *text));
        EXPECT_FALSE(is_within(error.info().host_or_ip, *text));
        EXPECT_FALSE(is_within(error.info().detail, *text));
        EXPECT_FALSE(is_within(error.info().feature, *text));
        EXPECT_FALSE(is_within(error.info().minimum, *text));
    }
    for (auto* const text : {&operation, &host, &detail, &feature, &minimum})
        std::ranges::fill(*text, '?');
    attempts = std::vector<u::connect_attempt>();

    EXPECT_EQ(error.code(), u::errc::timeout);
    EXPECT_EQ(error.operation(), "socket_connect");
    EXPECT_EQ(error.local(), self);
    EXPECT_EQ(error.remote(), u::endpoint::local_path(path));
    EXPECT_EQ(error.info().host_or_ip, "example.test");
    EXPECT_EQ(error.info().detail, "no luck");
    EXPECT_EQ(error.info().feature, "SO_MARK");
    EXPECT_EQ(error.info().minimum, "Linux 2.6.25");
    EXPECT_EQ(error.bytes_transferred(), 42U);
    EXPECT_EQ(error.elapsed(), 2500ms);
    EXPECT_EQ(error.native_handle(), 17);
    ASSERT_EQ(error.attempts().size(), 2U);
    EXPECT_EQ(error.attempts()[0].remote, peer);
    EXPECT_EQ(error.attempts()[0].reason, u::errc::connection_refused);
    EXPECT_EQ(error.attempts()[1].remote, u::endpoint::local_path(path));
    EXPECT_EQ(error.attempts()[1].reason, u::errc::address_not_available);
}

TEST(conditions, what_is_unknown_is_empty) {
    u::socket_error const error({.code = code_of(u::errc::timeout)});
    EXPECT_EQ(error.operation(), "");
    EXPECT_EQ(error.local(), u::endpoint());
    EXPECT_EQ(error.remote(), u::endpoint());
    EXPECT_EQ(error.bytes_transferred(), 0U);
    EXPECT_EQ(error.elapsed(), std::nullopt);
    EXPECT_EQ(error.native_handle(), u::invalid_native_handle);
    EXPECT_TRUE(error.attempts().empty());
    EXPECT_EQ(u::ns_error({.code = code_of(u::errc::ns_unknown)}).host_or_ip(), "");
}

TEST(conditions, tells_what_the_platform_lacks) {
    u::unsupported const condition({.code = code_of(u::errc::unsupported),
                                    .operation = "set_socket_option",
                                    .feature = "SO_MARK",
                                    .minimum = "Linux 2.6.25"});
    EXPECT_EQ(condition.feature(), "SO_MARK");
    EXPECT_EQ(condition.context(), "set_socket_option");
    EXPECT_EQ(condition.minimum(), "Linux 2.6.25");
}

TEST(conditions, copies_share_and_outlive_the_first) {
    auto first = std::make_unique<u::ns_try_again_error>(
        u::condition_info{.code = code_of(u::errc::ns_try_again), .operation = "get_hosts_by_name"});
    u::ns_try_again_error const copy(*first);
    EXPECT_EQ(copy.what(), first->what()) << "one text";
    EXPECT_EQ(&copy.info(), &first->info()) << "one record";
    u::ns_try_again_error assigned({.code = code_of(u::errc::ns_try_again)});
    assigned = copy;
    EXPECT_EQ(&assigned.info(), &first->info());
    auto const& alias = assigned;
    assigned = alias;
    first.reset();
    EXPECT_STREQ(assigned.what(), "get_hosts_by_name: name service not answering");
    EXPECT_EQ(copy.operation(), "get_hosts_by_name");
}

TEST(conditions, copies_may_be_used_from_several_threads) {
    u::socket_error const error({.code = code_of(u::errc::timeout), .operation = "test"});
    std::vector<std::jthread> threads;
    for (int i = 0; i != 4; ++i) {
        threads.emplace_back([error] {
            for (int round = 0; round != 1000; ++round) {
                auto const copy = error;
                EXPECT_EQ(copy.operation(), "test");
            }
        });
    }
}

TEST(conditions, an_invalid_argument_says_which) {
    try {
        u::detail::raise_invalid_argument("socket_connect", "port 65536 is out of range");
        FAIL();
    } catch (u::invalid_argument_error const& error) {
        EXPECT_STREQ(error.what(), "socket_connect: invalid argument: port 65536 is out of range");
        EXPECT_EQ(error.code(), std::errc::invalid_argument);
    }
}

TEST(report_to, gives_codes_in_place_of_conditions) {
    std::error_code ec = code_of(u::errc::timeout);
    EXPECT_EQ(u::detail::report_to(ec, [] { return 7; }), 7);
    EXPECT_FALSE(ec);
    auto const refuse = []() -> int { u::raise_condition({.code = u::detail::system_code(ECONNREFUSED)}); };
    EXPECT_EQ(u::detail::report_to(ec, refuse), 0);
    EXPECT_EQ(ec, u::detail::system_code(ECONNREFUSED));
    u::detail::report_to(ec, [] { throw std::bad_alloc(); });
    EXPECT_EQ(ec, u::errc::out_of_memory);
    EXPECT_THROW(u::detail::report_to(ec, [] { throw std::string("mine"); }), std::string);
}

} // namespace
