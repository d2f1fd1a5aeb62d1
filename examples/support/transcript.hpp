// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Prints a session in two columns: on the left lines of the program's own source, on the right what a terminal shows.
///
/// The lines on the left are taken from the source file, from the line after the last call to the line before this one:
/// what the transcript shows is what ran.
class transcript {
public:
    /// Raises std::runtime_error when the source file cannot be read.
    explicit transcript(std::string const& source_file);

    /// Begins a session with the terminal's first lines.
    void begin(std::string_view title, std::vector<std::string> const& terminal);
    /// What follows this call in the source is to be shown.
    void code_begins(int line = __builtin_LINE()) { shown_to_ = line; }
    /// Shows the code since the last call, and beside it what the terminal shows now, which is returned.
    std::string beside(std::string terminal, std::string_view remark = {}, int line = __builtin_LINE());
    /// Shows the code since the last call, and below it what came of it, which is returned.
    std::string result(std::string value, int line = __builtin_LINE());

    /// Says so, and remembers, when `got` is not `wanted` to the octet.
    void expect(std::string_view what, std::string_view wanted, std::string_view got);
    [[nodiscard]] bool as_expected() const { return as_expected_; }

private:
    [[nodiscard]] std::vector<std::string> code_until(int line);
    void print(std::vector<std::string> const& left, std::vector<std::string> const& right);

    std::vector<std::string> source_{};
    int shown_to_ = 0;
    bool as_expected_ = true;
};
