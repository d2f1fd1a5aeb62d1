// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <vector>

#include <benchmark/benchmark.h>

/// Two ways to do the same work, run alternately in many short rounds, so that what disturbs one disturbs the other.
namespace ratio {

struct stopwatch {
    using clock = std::chrono::steady_clock;

    clock::time_point wall = clock::now();
    double cpu = cpu_now();

    static double cpu_now() {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
    }
    [[nodiscard]] double wall_seconds() const { return std::chrono::duration<double>(clock::now() - wall).count(); }
    [[nodiscard]] double cpu_seconds() const { return cpu_now() - cpu; }
};

inline double median(std::vector<double> values) {
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Measures `ours` against `bare`, each a round of `items` operations. Reports of all rounds how fast ours is by bare's
/// measure, 1 being as fast: the median and the extremes by the wall clock, and the median by this thread's processor
/// time; and the median nanoseconds of an operation.
template <class Bare, class Ours>
void compare(benchmark::State& state, double goal, std::size_t items, Bare&& bare, Ours&& ours) {
    auto const timed = [](auto&& body, double& wall, double& cpu) {
        stopwatch const watch;
        body();
        cpu = watch.cpu_seconds();
        wall = watch.wall_seconds();
    };
    std::vector<double> ratios;
    std::vector<double> cpu_ratios;
    std::vector<double> bare_seconds;
    std::vector<double> our_seconds;
    bool ours_first = false;
    bare();
    ours();
    for (auto _ : state) {
        double bare_wall = 0;
        double bare_cpu = 0;
        double our_wall = 0;
        double our_cpu = 0;
        if (ours_first)
            timed(ours, our_wall, our_cpu);
        timed(bare, bare_wall, bare_cpu);
        if (!ours_first)
            timed(ours, our_wall, our_cpu);
        ours_first = !ours_first;
        state.SetIterationTime(our_wall);
        ratios.push_back(bare_wall / our_wall);
        cpu_ratios.push_back(bare_cpu / our_cpu);
        bare_seconds.push_back(bare_wall);
        our_seconds.push_back(our_wall);
    }
    double const to_nanoseconds = 1e9 / static_cast<double>(items);
    state.counters["bare_ns"] = median(bare_seconds) * to_nanoseconds;
    state.counters["ours_ns"] = median(our_seconds) * to_nanoseconds;
    state.counters["ratio"] = median(ratios);
    state.counters["ratio_min"] = *std::ranges::min_element(ratios);
    state.counters["ratio_max"] = *std::ranges::max_element(ratios);
    state.counters["ratio_cpu"] = median(cpu_ratios);
    if (goal != 0)
        state.counters["goal"] = goal;
}

} // namespace ratio
