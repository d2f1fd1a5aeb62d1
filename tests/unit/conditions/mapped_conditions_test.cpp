// SPDX-License-Identifier: MIT
#include <usocket/mapped_conditions.hpp>

#include <cerrno>
#include <filesystem>
#include <ios>
#include <stdexcept>
#include <string>
#include <typeinfo>

#include <gtest/gtest.h>

#include "unit/conditions/classes.hpp"

namespace {

namespace u = usocket;
using condition_test::code_of;
using u::with_mapped_conditions;

/// What throwing `exception` inside of with_mapped_conditions() ends as.
template <class Expected, class Thrown>
Expected mapped(Thrown const& exception, u::condition_info const& context = {}) {
    try {
        with_mapped_conditions([&] { throw exception; }, context);
    } catch (Expected const& result) {
        EXPECT_EQ(typeid(result), typeid(Expected));
        return result;
    }
    throw std::logic_error("nothing was thrown");
}

TEST(with_mapped_conditions, gives_the_result_of_the_body) {
    EXPECT_EQ(with_mapped_conditions([] { return 7; }), 7);
    int value = 0;
    EXPECT_EQ(&with_mapped_conditions([&]() -> int& { return value; }), &value);
    with_mapped_conditions([&] { value = 1; });
    EXPECT_EQ(value, 1);
}

TEST(with_mapped_conditions, maps_codes_of_the_system_and_the_standard) {
    auto const refused = mapped<u::connection_refused_error>(
        std::system_error(ECONNREFUSED, std::system_category(), "connect_to_backend"));
    EXPECT_EQ(refused.code(), std::error_code(ECONNREFUSED, std::system_category()));
    EXPECT_STREQ(refused.what(), "connect_to_backend: connection refused");
    EXPECT_EQ(refused.operation(), "connect_to_backend");

    auto const timeout = mapped<u::timeout_error>(std::system_error(std::make_error_code(std::errc::timed_out)));
    EXPECT_STREQ(timeout.what(), "timed out");

    auto const unknown = mapped<u::unknown_error>(std::system_error(EIO, std::system_category()));
    EXPECT_EQ(unknown.real_error(), EIO);
}

TEST(with_mapped_conditions, maps_codes_that_this_library_reported) {
    mapped<u::deadline_timeout_error>(std::system_error(code_of(u::errc::deadline_timeout)));
    mapped<u::ns_unknown_error>(std::system_error(std::error_code(-12345, u::resolver_category())));
}

TEST(with_mapped_conditions, adds_the_callers_context) {
    u::endpoint const peer(u::ip_address::loopback_v4(), 80);
    auto const error =
        mapped<u::connection_reset_error>(std::system_error(ECONNRESET, std::generic_category(), "frame 7"),
                                          {.operation = "read_frame", .remote = peer, .bytes_transferred = 5});
    EXPECT_STREQ(error.what(), "read_frame from 127.0.0.1:80: connection reset: frame 7, 5 octets transferred");
    EXPECT_EQ(error.remote(), peer);

    auto const detailed =
        mapped<u::connection_reset_error>(std::system_error(ECONNRESET, std::generic_category(), "frame 7"),
                                          {.operation = "read_frame", .detail = "mine"});
    EXPECT_STREQ(detailed.what(), "read_frame: connection reset: mine");
}

TEST(with_mapped_conditions, leaves_its_own_conditions_alone) {
    u::timeout_error const original({.code = code_of(u::errc::timeout), .operation = "socket_receive"});
    auto const same = mapped<u::timeout_error>(original, {.operation = "other"});
    EXPECT_EQ(&same.info(), &original.info());
    mapped<u::socket_warning>(u::socket_warning({.code = code_of(u::errc::unsupported)}));
}

class my_error : public std::system_error {
public:
    using std::system_error::system_error;
};

TEST(with_mapped_conditions, leaves_what_is_derived_alone) {
    mapped<my_error>(my_error(ECONNREFUSED, std::system_category()));
    mapped<std::filesystem::filesystem_error>(
        std::filesystem::filesystem_error("open", std::make_error_code(std::errc::permission_denied)));
    mapped<std::ios_base::failure>(std::ios_base::failure("stream"));
}

class my_category final : public std::error_category {
public:
    [[nodiscard]] char const* name() const noexcept override { return "mine"; }
    [[nodiscard]] std::string message(int) const override { return "mine"; }
    [[nodiscard]] std::error_condition default_error_condition(int) const noexcept override {
        return std::errc::connection_refused;
    }
};

TEST(with_mapped_conditions, leaves_other_categories_alone) {
    my_category const category;
    mapped<std::system_error>(std::system_error(1, category, "text"));
    mapped<std::system_error>(std::system_error(std::error_code(), "success"));
}

TEST(with_mapped_conditions, leaves_other_exceptions_alone) {
    mapped<std::logic_error>(std::logic_error("mine"));
    mapped<std::string>(std::string("mine"));
    mapped<int>(7);
}

} // namespace
