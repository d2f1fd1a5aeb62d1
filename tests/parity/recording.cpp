// SPDX-License-Identifier: MIT
#include "parity/recording.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace parity {
namespace {

std::vector<std::string> lines_of(std::string const& path) {
    std::ifstream file(USOCKET_SOURCE_DIR "/" + path);
    if (!file)
        throw std::runtime_error("cannot open " + path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

std::vector<std::string> split(std::string_view line, char separator) {
    std::vector<std::string> fields;
    while (true) {
        auto const end = line.find(separator);
        fields.emplace_back(line.substr(0, end));
        if (end == line.npos)
            return fields;
        line.remove_prefix(end + 1);
    }
}

class reader {
public:
    explicit reader(std::string_view text) : text_(text) {}

    std::vector<lisp_value> values() {
        std::vector<lisp_value> result;
        for (skip_blanks(); !text_.empty() && text_[0] != ')'; skip_blanks())
            result.push_back(value());
        return result;
    }

    [[nodiscard]] bool at_end() const { return text_.empty(); }

private:
    void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }

    bool take(std::string_view token) {
        if (!text_.starts_with(token))
            return false;
        text_.remove_prefix(token.size());
        return true;
    }

    lisp_value value() {
        lisp_value result;
        bool const is_vector = take("#u8(") || take("#(");
        if (is_vector || take("(")) {
            result.type = is_vector ? lisp_value::kind::vector : lisp_value::kind::list;
            result.elements = values();
            if (!take(")"))
                throw std::runtime_error("a vector has no end");
        } else if (take("\"")) {
            result.type = lisp_value::kind::string;
            auto const end = text_.find('"');
            if (end == text_.npos)
                throw std::runtime_error("a string has no end");
            result.text = text_.substr(0, end);
            text_.remove_prefix(end + 1);
        } else {
            result.text = text_.substr(0, text_.find_first_of(" ()"));
            text_.remove_prefix(result.text.size());
            auto const end = result.text.data() + result.text.size();
            if (auto const [rest, error] = std::from_chars(result.text.data(), end, result.integer);
                error == std::errc() && rest == end)
                result.type = lisp_value::kind::integer;
            else if (result.text.find_first_not_of("+-./0123456789") == result.text.npos)
                result.type = lisp_value::kind::number;
        }
        return result;
    }

    std::string_view text_;
};

/// The cells of a row of a Markdown table, without the backticks around them; empty for another line.
std::vector<std::string> cells_of(std::string_view line) {
    if (!line.starts_with("| ") || !line.ends_with(" |"))
        return {};
    auto cells = split(line.substr(1, line.size() - 2), '|');
    for (auto& cell : cells) {
        cell.erase(0, cell.find_first_not_of(' '));
        cell.erase(cell.find_last_not_of(' ') + 1);
        if (cell.size() >= 2 && cell.front() == '`' && cell.back() == '`')
            cell = cell.substr(1, cell.size() - 2);
    }
    return cells;
}

/// The lines of docs/differences.md from a heading to the next.
std::vector<std::string> section(std::string_view heading) {
    std::vector<std::string> lines;
    bool inside = false;
    for (auto const& line : lines_of("docs/differences.md")) {
        if (line.starts_with('#'))
            inside = line.ends_with(heading);
        else if (inside)
            lines.push_back(line);
    }
    if (lines.empty())
        throw std::runtime_error("docs/differences.md has no section " + std::string(heading));
    return lines;
}

} // namespace

std::vector<lisp_value> read_values(std::string_view text) {
    reader values(text);
    auto result = values.values();
    if (!values.at_end())
        throw std::runtime_error("no Lisp values: " + std::string(text));
    return result;
}

std::vector<recorded_row> read_recording() {
    std::vector<recorded_row> rows;
    for (auto const& line : lines_of("tests/parity/usocket-0.8.3.tsv")) {
        if (line.starts_with('#'))
            continue;
        auto const fields = split(line, '\t');
        if (fields.size() != 3)
            throw std::runtime_error("the recording has a row without three fields: " + line);
        rows.push_back({{fields[0], fields[1]}, fields[2]});
    }
    return rows;
}

std::vector<exported_symbol> read_exports() {
    std::vector<exported_symbol> symbols;
    for (auto const& line : lines_of("tests/parity/usocket-0.8.3-exports.txt")) {
        if (line.starts_with('#'))
            continue;
        auto const fields = split(line, '\t');
        if (fields.size() != 3)
            throw std::runtime_error("the exports have a row without three fields: " + line);
        symbols.push_back({fields[0], fields[1], fields[2]});
    }
    return symbols;
}

std::map<call, difference> read_differences(std::string_view heading) {
    std::map<call, difference> differences;
    bool is_header = true; // the names of the columns
    for (auto const& line : section(heading)) {
        auto const cells = cells_of(line);
        if (cells.empty())
            continue;
        if (cells.size() != 5)
            throw std::runtime_error("docs/differences.md has a row without five cells: " + line);
        if (std::exchange(is_header, false))
            continue;
        if (!differences.insert({{cells[0], cells[1]}, {cells[2], cells[3], cells[4]}}).second)
            throw std::runtime_error("docs/differences.md names a row twice: " + line);
    }
    return differences;
}

std::vector<std::string> read_reasons() {
    std::vector<std::string> reasons;
    for (std::string_view const line : section("Reasons")) {
        if (line.starts_with("- **"))
            reasons.emplace_back(line.substr(4, line.find("**", 4) - 4));
    }
    return reasons;
}

} // namespace parity
