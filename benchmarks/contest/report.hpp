// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contest/figures.hpp"

namespace contest {

/// What has been measured, with all sizes: so many members, or connections.
class report {
public:
    /// What sizes count, such as "sockets"; and what the CSV file calls its columns of sizes and figures.
    report(std::string_view size_name, std::string_view columns) : size_name_(size_name), columns_(columns) {}

    /// The figures of one round of all who took part, in the order of `names`; the first is what the others are
    /// compared with, round by round.
    void add_round(std::array<figure_names, 2> const& told, std::size_t size, std::span<std::string_view const> names,
                   std::span<figures const> found);
    /// Who did not take part.
    void leave_out(std::string_view name, std::size_t size, std::string const& why);

    /// A table for each figure: the median, and the median of the rounds' ratios.
    void print() const;
    /// A line for each table's entry, with the quartiles of the ratios.
    [[nodiscard]] bool write_csv(std::string const& path) const;

private:
    struct series {
        figure_names told;
        std::size_t size = 0;
        std::string_view name;
        std::vector<double> values{};
        std::vector<double> ratios{};
    };
    struct absence {
        std::string_view name;
        std::string why;
        std::vector<std::string> sizes{};
    };

    [[nodiscard]] series& find(figure_names const& told, std::size_t size, std::string_view name);
    void print_table(figure_names const& told) const;

    std::string_view size_name_;
    std::string_view columns_;
    std::vector<series> all_;
    std::vector<absence> absences_;
};

} // namespace contest
