// SPDX-License-Identifier: MIT
#include <usocket/error.hpp>

#include <cerrno>
#include <map>
#include <set>
#include <string>

#include <netdb.h>

#include <gtest/gtest.h>

#include "platform/platform.hpp"
#include "support/classes_of_errno.hpp"
#include "unit/conditions/classes.hpp"

namespace {

using condition_test::code_of;
using usocket::classify;
using usocket::errc;

constexpr int last_value = static_cast<int>(errc::line_too_long);

std::error_code system_code(int value) { return {value, usocket::platform::category()}; }
std::error_code resolver_code(int value) { return {value, usocket::resolver_category()}; }

/// Codes that <system_error> has no name for; as generic codes they mean nothing.
std::set<int> const system_only = {EHOSTDOWN, ENONET, EPFNOSUPPORT, ESOCKTNOSUPPORT, ESHUTDOWN};

TEST(errc, has_words_for_every_value) {
    std::set<std::string_view> seen;
    for (int value = 1; value <= last_value; ++value) {
        auto const text = describe(static_cast<errc>(value));
        EXPECT_FALSE(text.empty()) << value;
        EXPECT_TRUE(seen.insert(text).second) << text << " twice";
        EXPECT_EQ(text.find_first_of(".\n"), text.npos) << text;
        EXPECT_FALSE(text.front() >= 'A' && text.front() <= 'Z') << text;
        EXPECT_EQ(text == "unknown error", static_cast<errc>(value) == errc::unknown) << value;
    }
    EXPECT_EQ(describe(errc::connection_refused), "connection refused");
    EXPECT_EQ(describe(static_cast<errc>(0)), "unknown error");
    EXPECT_EQ(describe(static_cast<errc>(last_value + 1)), "unknown error");
}

TEST(errc, codes_are_themselves) {
    for (int value = 1; value <= last_value; ++value)
        EXPECT_EQ(static_cast<int>(classify(code_of(static_cast<errc>(value)))), value);
    EXPECT_EQ(classify({0, usocket::usocket_category()}), errc::unknown);
    EXPECT_EQ(classify({-1, usocket::usocket_category()}), errc::unknown);
    EXPECT_EQ(classify({last_value + 1, usocket::usocket_category()}), errc::unknown);
}

TEST(errc, every_system_code_has_its_class) {
    for (int value = 1; value < 4096; ++value) {
        auto const found = error_table::classes_of_errno.find(value);
        auto const expected = found == error_table::classes_of_errno.end() ? errc::unknown : found->second;
        EXPECT_EQ(classify(system_code(value)), expected) << value << ' ' << system_code(value).message();
    }
}

TEST(errc, generic_codes_are_classified_as_the_systems) {
    for (int value = 1; value < 4096; ++value) {
        auto const code = std::error_code(value, std::generic_category());
        auto const expected = system_only.contains(value) ? errc::unknown : classify(system_code(value));
        EXPECT_EQ(classify(code), expected) << value << ' ' << code.message();
    }
}

TEST(errc, resolver_codes_have_their_class) {
    EXPECT_EQ(classify(resolver_code(EAI_NONAME)), errc::ns_host_not_found);
    EXPECT_EQ(classify(resolver_code(EAI_AGAIN)), errc::ns_try_again);
    EXPECT_EQ(classify(resolver_code(EAI_FAIL)), errc::ns_no_recovery);
    EXPECT_EQ(classify(resolver_code(EAI_MEMORY)), errc::out_of_memory);
    EXPECT_EQ(classify(resolver_code(-12345)), errc::ns_unknown);
    EXPECT_EQ(resolver_code(EAI_MEMORY), std::errc::not_enough_memory);
    EXPECT_EQ(resolver_code(EAI_NONAME), errc::ns_host_not_found);
    EXPECT_NE(resolver_code(EAI_NONAME), errc::ns_no_recovery);
}

TEST(errc, comparison_holds_for_its_value_and_the_ones_whose_class_is_a_base) {
    for (int code = 1; code <= last_value; ++code) {
        for (int value = 1; value <= last_value; ++value) {
            auto const actual = static_cast<errc>(code);
            auto const wanted = static_cast<errc>(value);
            bool const expected = actual == wanted || (actual == errc::deadline_timeout && wanted == errc::timeout) ||
                                  (actual == errc::already_shutdown && wanted == errc::shutdown);
            EXPECT_EQ(code_of(actual) == wanted, expected) << describe(actual) << " == " << describe(wanted);
        }
    }
}

TEST(errc, comparison_is_by_class_for_any_category) {
    EXPECT_EQ(system_code(ECONNREFUSED), errc::connection_refused);
    EXPECT_EQ(std::make_error_code(std::errc::connection_refused), errc::connection_refused);
    EXPECT_EQ(system_code(EPIPE), errc::connection_aborted);
    EXPECT_EQ(system_code(EACCES), errc::operation_not_permitted);
    EXPECT_EQ(system_code(EIO), errc::unknown);
    EXPECT_NE(system_code(ECONNREFUSED), errc::connection_reset);
    EXPECT_NE(system_code(ECONNREFUSED), errc::unknown);
}

TEST(errc, success_equals_nothing) {
    for (int value = 1; value <= last_value + 1; ++value) {
        EXPECT_NE(std::error_code(), static_cast<errc>(value));
        EXPECT_NE(system_code(0), static_cast<errc>(value));
        EXPECT_NE(code_of(static_cast<errc>(0)), static_cast<errc>(value));
    }
}

/// What `std::errc` each value means; what is not here has no counterpart.
std::map<errc, std::errc> const standard_values = {
    {errc::address_in_use, std::errc::address_in_use},
    {errc::address_not_available, std::errc::address_not_available},
    {errc::bad_file_descriptor, std::errc::bad_file_descriptor},
    {errc::connection_aborted, std::errc::connection_aborted},
    {errc::connection_refused, std::errc::connection_refused},
    {errc::connection_reset, std::errc::connection_reset},
    {errc::deadline_timeout, std::errc::timed_out},
    {errc::host_unreachable, std::errc::host_unreachable},
    {errc::interrupted, std::errc::operation_canceled},
    {errc::invalid_argument, std::errc::invalid_argument},
    {errc::invalid_socket, std::errc::not_a_socket},
    {errc::invalid_socket_stream, std::errc::not_a_socket},
    {errc::network_down, std::errc::network_down},
    {errc::network_reset, std::errc::network_reset},
    {errc::network_unreachable, std::errc::network_unreachable},
    {errc::no_buffers, std::errc::no_buffer_space},
    {errc::operation_not_permitted, std::errc::operation_not_permitted},
    {errc::operation_not_supported, std::errc::operation_not_supported},
    {errc::out_of_memory, std::errc::not_enough_memory},
    {errc::protocol_not_supported, std::errc::protocol_not_supported},
    {errc::timeout, std::errc::timed_out},
    {errc::unsupported, std::errc::operation_not_supported},
    {errc::unimplemented, std::errc::function_not_supported},
};

TEST(errc, codes_equal_the_standard_value_of_the_same_meaning) {
    for (int i = 1; i <= last_value; ++i) {
        auto const value = static_cast<errc>(i);
        auto const condition = code_of(value).default_error_condition();
        auto const standard = standard_values.find(value);
        if (standard == standard_values.end()) {
            EXPECT_EQ(condition, make_error_condition(value)) << describe(value);
        } else {
            EXPECT_EQ(condition, std::make_error_condition(standard->second)) << describe(value);
            EXPECT_EQ(code_of(value), standard->second) << describe(value);
        }
    }
    EXPECT_NE(code_of(errc::timeout), std::errc::connection_reset);
    EXPECT_NE(code_of(errc::ns_try_again), std::errc::resource_unavailable_try_again) << "that is: would block";
}

TEST(errc, own_codes_keep_their_class_through_the_standard_value) {
    for (auto const& [own, standard] : standard_values) {
        auto const back = classify(std::make_error_code(standard));
        auto const alias = own == errc::deadline_timeout || own == errc::invalid_socket_stream ||
                           own == errc::unsupported || own == errc::unimplemented;
        EXPECT_EQ(back == own, !alias) << describe(own);
    }
}

TEST(errc, native_codes_equal_the_standard_value_too) {
    EXPECT_EQ(system_code(ECONNREFUSED), std::errc::connection_refused);
    EXPECT_EQ(system_code(ETIMEDOUT), std::errc::timed_out);
    EXPECT_EQ(code_of(errc::timeout), std::errc::timed_out);
}

/// A category of somebody else's that explains its codes in terms of ours or of the standard's.
class foreign_category final : public std::error_category {
public:
    [[nodiscard]] char const* name() const noexcept override { return "foreign"; }
    [[nodiscard]] std::string message(int) const override { return "foreign"; }
    [[nodiscard]] std::error_condition default_error_condition(int value) const noexcept override {
        switch (value) {
        case 1:
            return std::errc::connection_reset;
        case 2:
            return errc::end_of_stream;
        default:
            return {value, *this};
        }
    }
};

TEST(errc, foreign_codes_are_what_their_category_says) {
    foreign_category const category;
    EXPECT_EQ(classify({1, category}), errc::connection_reset);
    EXPECT_EQ(classify({2, category}), errc::end_of_stream);
    EXPECT_EQ(classify({3, category}), errc::unknown);
    EXPECT_EQ(std::error_code(2, category), errc::end_of_stream);
}

TEST(errc, categories_explain_themselves) {
    EXPECT_STREQ(usocket::usocket_category().name(), "usocket");
    EXPECT_STREQ(usocket::resolver_category().name(), "resolver");
    EXPECT_EQ(code_of(errc::end_of_stream).message(), "end of stream");
    EXPECT_EQ(resolver_code(EAI_NONAME).message(), gai_strerror(EAI_NONAME));
    EXPECT_EQ(make_error_condition(errc::host_down).message(), "host down");
}

} // namespace
