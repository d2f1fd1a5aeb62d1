// SPDX-License-Identifier: MIT
//
// What usocket 0.8.3 prints and returns, as recorded in usocket-0.8.3.tsv, and where this library differs on purpose,
// as docs/differences.md tells.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parity {

/// A value as Lisp prints it.
struct lisp_value {
    enum class kind { integer, number, string, symbol, vector, list };

    kind type = kind::symbol;
    std::int64_t integer = 0;
    std::string text{}; ///< Of a string its characters; of a number or a symbol how it is written.
    std::vector<lisp_value> elements{};

    [[nodiscard]] bool is_integer() const { return type == kind::integer; }
    [[nodiscard]] bool is_string() const { return type == kind::string; }
    [[nodiscard]] bool is_vector() const { return type == kind::vector; }
    [[nodiscard]] bool is_symbol(std::string_view name) const { return type == kind::symbol && text == name; }
};

/// The values in a text, separated by blanks. Throws std::runtime_error for text that is none.
std::vector<lisp_value> read_values(std::string_view text);

/// The function and the arguments of a recorded call, as they are written in the recording.
using call = std::pair<std::string, std::string>;

struct recorded_row {
    parity::call call;
    std::string result;
};

/// All rows of the recording.
std::vector<recorded_row> read_recording();

struct exported_symbol {
    std::string name;
    std::string kind;
    std::string detail;
};

/// All exported symbols of the original.
std::vector<exported_symbol> read_exports();

struct difference {
    std::string original;
    std::string here;
    std::string reason;
};

/// The table of docs/differences.md under the heading `heading`; by the first two columns.
std::map<call, difference> read_differences(std::string_view heading);

/// The reasons that docs/differences.md explains.
std::vector<std::string> read_reasons();

} // namespace parity
