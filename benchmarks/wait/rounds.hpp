// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "contest/figures.hpp"
#include "wait/contender.hpp"
#include "wait/writer.hpp"

namespace wait_bench {

enum class scenario : int {
    one,    ///< One random member is ready at each wait; this thread has written to it.
    all,    ///< All are, and are waited for until each has been read.
    busy,   ///< One is, to which a thread on another processor wrote while this one computed.
    asleep, ///< One is, to which such a thread wrote while this one slept in the wait.
};
inline constexpr std::array scenarios{scenario::one, scenario::all, scenario::busy, scenario::asleep};

/// What is told of a scenario: two figures in nanoseconds.
using contest::figure_names;
using contest::figures;
using contest::untold;
[[nodiscard]] std::array<figure_names, 2> figures_of(scenario) noexcept;

/// Runs rounds of the scenarios with one contender. Making members ready is never timed, and the time that reading the
/// clock takes is taken off.
class rounds {
public:
    rounds(contender& waiter, writer& peers, std::size_t members);

    /// One round of about the given time.
    [[nodiscard]] figures run(scenario, nanoseconds budget);

private:
    [[nodiscard]] figures run_one(nanoseconds budget);
    [[nodiscard]] figures run_all(nanoseconds budget);
    [[nodiscard]] figures run_busy(nanoseconds budget);
    [[nodiscard]] figures run_asleep(nanoseconds budget);
    [[nodiscard]] double take_all(bool waits_alone);
    [[nodiscard]] std::size_t pick() noexcept;

    contender& waiter_;
    writer& peers_;
    std::size_t members_;
    std::uint64_t random_ = 88172645463325252U;
    double clock_cost_ = 0;
};

} // namespace wait_bench
