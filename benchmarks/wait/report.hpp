// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wait/rounds.hpp"

namespace wait_bench {

/// What has been measured, of all numbers of members.
class report {
public:
    /// The figures of one round of all who took part, in the order of `names`; the first is what the others are
    /// compared with, round by round.
    void add_round(scenario, std::size_t members, std::span<std::string_view const> names,
                   std::span<figures const> found);
    /// Who did not take part.
    void leave_out(std::string_view name, std::size_t members, std::string const& why);

    /// A table for each figure: median nanoseconds, and the median of the rounds' ratios.
    void print() const;
    /// A line for each table's entry, with the quartiles of the ratios.
    [[nodiscard]] bool write_csv(std::string const& path) const;

private:
    struct series {
        scenario which{};
        std::size_t figure = 0;
        std::size_t members = 0;
        std::string_view name;
        std::vector<double> nanoseconds{};
        std::vector<double> ratios{};
    };
    struct absence {
        std::string_view name;
        std::string why;
        std::string members;
    };

    [[nodiscard]] series& find(scenario, std::size_t figure, std::size_t members, std::string_view name);
    void print_table(scenario, std::size_t figure) const;

    std::vector<series> all_;
    std::vector<absence> absences_;
};

} // namespace wait_bench
