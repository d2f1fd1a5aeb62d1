// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "contest/figures.hpp"

namespace contest {

using nanoseconds = std::chrono::duration<double, std::nano>;
using wall_clock = std::chrono::steady_clock;

struct turns {
    nanoseconds round{};
    std::size_t fewest_rounds = 0;
    std::size_t most_rounds = 0;
    nanoseconds enough = std::chrono::hours(1); ///< No round begins later than that, but for the fewest.
};

/// Rounds of all lanes, in another order each: what disturbs one disturbs the others, and none has always the same one
/// before it, whose traces in the caches it finds. `run(lane)` returns the lane's figures, `add_round(names, figures)`
/// takes those of all.
template <class Lane>
void take_turns(turns const& plan, std::span<std::unique_ptr<Lane> const> lanes, auto run, auto add_round) {
    std::vector<std::string_view> names;
    for (auto const& one : lanes)
        names.push_back(one->name());
    std::vector<figures> found(lanes.size());
    std::vector<std::size_t> order(lanes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    static std::minstd_rand random; // the same orders each time the program runs
    auto const start = wall_clock::now();
    for (std::size_t round = 0; round < plan.most_rounds; ++round) {
        if (round >= plan.fewest_rounds && wall_clock::now() - start > plan.enough)
            break;
        std::ranges::shuffle(order, random);
        for (std::size_t const turn : order)
            found[turn] = run(*lanes[turn]);
        add_round(names, found);
    }
}

} // namespace contest
