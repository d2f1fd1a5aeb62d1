// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <limits>
#include <string_view>

/// Contests: contenders that do the same work in turns, in short rounds, each compared with the first one round by
/// round.
namespace contest {

/// What a round tells of a contender: two figures.
using figures = std::array<double, 2>;

inline constexpr double untold = std::numeric_limits<double>::quiet_NaN();

struct figure_names {
    std::string_view name;    ///< In the CSV file.
    std::string_view heading; ///< In the tables.
    std::string_view unit;
};

} // namespace contest
