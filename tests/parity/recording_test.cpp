// SPDX-License-Identifier: MIT
//
// Every call that was recorded with the original is made here too. Where the outcome is not the original's,
// docs/differences.md must say so, with what happens here and why; and it must say nothing else.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include <gtest/gtest.h>

#include "parity/outcome.hpp"

namespace {

using namespace parity;

constexpr std::string_view error_prefix = "ERROR ";

checker find_checker(std::string const& function) {
    for (auto const* checkers : {&address_checkers(), &system_checkers()}) {
        if (auto const found = checkers->find(function); found != checkers->end())
            return found->second;
    }
    return nullptr;
}

/// The recorded result as docs/differences.md gives it: of an error only its type.
std::string shortened(std::string const& result) {
    return result.starts_with(error_prefix) ? result.substr(0, result.find(':')) : result;
}

/// Whether the outcome here is what the original did. An error of Lisp's own (a wrong type, an index out of bounds,
/// text that cannot be parsed) is an invalid argument here; a condition of usocket must be the same one.
bool agrees(std::string const& result, std::string const& outcome_here) {
    if (!result.starts_with(error_prefix))
        return normalised(result) == outcome_here;
    auto type = shortened(result).substr(error_prefix.size());
    std::replace(type.begin(), type.end(), '-', '_');
    return outcome_here == "raises " + (type.starts_with("ns_") ? type : "invalid_argument_error");
}

TEST(recording, every_row_agrees_or_is_a_documented_difference) {
    auto const differences = read_differences("Recorded calls");
    auto const reasons = read_reasons();
    std::set<call> named;
    std::set<call> seen;
    std::size_t checked = 0;
    auto const rows = read_recording();
    for (auto const& [call, result] : rows) {
        SCOPED_TRACE(call.first + ' ' + call.second);
        EXPECT_TRUE(seen.insert(call).second) << "recorded twice";
        auto const check = find_checker(call.first);
        if (check == nullptr) {
            ADD_FAILURE() << "has no checker";
            continue;
        }
        auto const here = outcome(check, call.second);
        ++checked;
        auto const documented = differences.find(call);
        if (agrees(result, here)) {
            EXPECT_EQ(documented, differences.end()) << "does not differ, but docs/differences.md names it";
            continue;
        }
        if (documented == differences.end()) {
            ADD_FAILURE() << "differs, and docs/differences.md does not name it:\n| `" << call.first << "` | `"
                          << call.second << "` | `" << shortened(result) << "` | `" << here << "` |  |";
            continue;
        }
        EXPECT_EQ(documented->second.original, shortened(result));
        EXPECT_EQ(documented->second.here, here);
        EXPECT_EQ(std::count(reasons.begin(), reasons.end(), documented->second.reason), 1)
            << "the reason is not explained: " << documented->second.reason;
        named.insert(call);
    }
    EXPECT_EQ(checked, rows.size());
    EXPECT_EQ(rows.size(), 217U); // nothing is lost in reading
    for (auto const& [call, difference] : differences)
        EXPECT_EQ(named.count(call) + seen.count(call), 2U)
            << "named in docs/differences.md, but no row that differs: " << call.first << ' ' << call.second;
}

TEST(recording, no_checker_is_without_a_row) {
    std::set<std::string> functions;
    for (auto const& row : read_recording())
        functions.insert(row.call.first);
    for (auto const* checkers : {&address_checkers(), &system_checkers()}) {
        for (auto const& [function, check] : *checkers)
            EXPECT_EQ(functions.count(std::string(function)), 1U) << function;
    }
}

TEST(recording, values_are_read_as_lisp_prints_them) {
    auto const values = read_values(R"(-5 "a b" #(1 #u8(2)) nil :k 1.5 1/3 (#(7)) usocket::x #u8())");
    ASSERT_EQ(values.size(), 10U);
    EXPECT_EQ(values[0].integer, -5);
    EXPECT_EQ(values[1].text, "a b");
    EXPECT_TRUE(values[1].is_string());
    ASSERT_TRUE(values[2].is_vector());
    EXPECT_EQ(values[2].elements[1].elements[0].integer, 2);
    EXPECT_TRUE(values[3].is_symbol("nil"));
    EXPECT_TRUE(values[4].is_symbol(":k"));
    EXPECT_EQ(values[5].type, lisp_value::kind::number);
    EXPECT_EQ(values[6].type, lisp_value::kind::number);
    ASSERT_EQ(values[7].elements.size(), 1U);
    EXPECT_EQ(values[7].elements[0].elements[0].integer, 7);
    EXPECT_TRUE(values[8].is_symbol("usocket::x"));
    EXPECT_TRUE(values[9].is_vector());
    EXPECT_THROW(read_values("#(1"), std::runtime_error);
    EXPECT_THROW(read_values("\"1"), std::runtime_error);
    EXPECT_THROW(read_values("1)"), std::runtime_error);
}

} // namespace
