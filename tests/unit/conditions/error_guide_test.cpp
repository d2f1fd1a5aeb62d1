// SPDX-License-Identifier: MIT
//
// The table of docs/errors.md has a row for each value, with its class, its words and its std::errc.
#include <usocket/error.hpp>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/conditions/classes.hpp"

namespace {

using usocket::errc;

std::string read(char const* path) {
    std::ifstream file(std::string(USOCKET_SOURCE_DIR "/") + path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The enumerators of errc, in order.
std::vector<std::string> enumerators() {
    auto text = read("include/usocket/error.hpp");
    auto const begin = text.find("enum class errc {");
    text = text.substr(begin, text.find("};", begin) - begin);
    std::regex const line("\n    (\\w+)( = 1)?,");
    std::vector<std::string> names;
    for (std::sregex_iterator match(text.begin(), text.end(), line), end; match != end; ++match)
        names.push_back((*match)[1]);
    return names;
}

std::string class_name(std::string const& value) {
    if (value == "interrupted")
        return "interrupted_condition";
    return value == "unsupported" || value == "unimplemented" ? value : value + "_error";
}

TEST(error_guide, has_a_row_for_each_value) {
    auto const names = enumerators();
    ASSERT_EQ(names.size(), static_cast<std::size_t>(errc::line_too_long));
    auto const guide = read("docs/errors.md");
    auto const conditions = read("include/usocket/conditions.hpp");
    int number = 0;
    for (auto const& name : names) {
        auto const value = static_cast<errc>(++number);
        EXPECT_NE(conditions.find("class " + class_name(name) + " :"), std::string::npos) << name;

        std::smatch row;
        std::regex const pattern("\n\\| `" + class_name(name) + "` \\| `" + name + "` \\| `?(\\w*)`? \\| ([^|]+) \\| ");
        ASSERT_TRUE(std::regex_search(guide, row, pattern)) << "no row for " << name;
        EXPECT_EQ(row[2], std::string(describe(value)));
        auto const standard = condition_test::code_of(value).default_error_condition();
        EXPECT_EQ(row[1].length() != 0, standard.category() == std::generic_category()) << name;
    }
}

} // namespace
