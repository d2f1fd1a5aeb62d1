// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace {

constexpr std::size_t left_width = 76;

bool is_blank(std::string const& line) { return line.find_first_not_of(' ') == line.npos; }

} // namespace

transcript::transcript(std::string const& source_file) {
    std::ifstream file(source_file);
    for (std::string line; std::getline(file, line);)
        source_.push_back(line);
    if (source_.empty())
        throw std::runtime_error("cannot read " + source_file);
}

void transcript::begin(std::string_view title, std::vector<std::string> const& terminal) {
    std::cout << '\n' << title << "\n\n";
    print({"C++", "---"}, {"netcat's terminal", "-----------------"});
    print({}, terminal);
}

/// The lines between the last call and this one, without their common indentation and without blank lines around.
std::vector<std::string> transcript::code_until(int line) {
    auto const position = [this](int number) {
        auto const last = static_cast<std::ptrdiff_t>(source_.size());
        return source_.begin() + std::min(static_cast<std::ptrdiff_t>(number), last);
    };
    std::vector<std::string> code;
    if (line > shown_to_)
        code.assign(position(shown_to_), position(line - 1));
    shown_to_ = line;
    while (!code.empty() && is_blank(code.front()))
        code.erase(code.begin());
    while (!code.empty() && is_blank(code.back()))
        code.pop_back();
    std::size_t indentation = std::string::npos;
    for (auto const& each : code)
        indentation = std::min(indentation, each.find_first_not_of(' '));
    for (auto& each : code)
        each.erase(0, indentation);
    return code;
}

std::string transcript::beside(std::string terminal, std::string_view remark, int line) {
    print(code_until(line), {terminal + std::string(remark)});
    return terminal;
}

std::string transcript::result(std::string value, int line) {
    auto left = code_until(line);
    left.push_back("=> " + value);
    print(left, {});
    return value;
}

void transcript::expect(std::string_view what, std::string_view wanted, std::string_view got) {
    if (got == wanted)
        return;
    std::cout << "FAILED: " << what << " is \"" << got << "\" and not \"" << wanted << "\"\n";
    as_expected_ = false;
}

/// Where the columns differ in length they end in the same row: what the terminal shows stands beside the last line.
void transcript::print(std::vector<std::string> const& left, std::vector<std::string> const& right) {
    std::size_t const rows = std::max(left.size(), right.size());
    auto const cell = [rows](std::vector<std::string> const& column, std::size_t row) {
        std::size_t const above = rows - column.size();
        return row < above ? std::string() : column[row - above];
    };
    for (std::size_t row = 0; row < rows; ++row) {
        std::string line = "  " + cell(left, row);
        line.resize(std::max(line.size(), left_width), ' ');
        auto const shown = cell(right, row);
        std::cout << line << (shown.empty() ? " |" : " | ") << shown << '\n';
    }
    std::cout << std::flush;
}
