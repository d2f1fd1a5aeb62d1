// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include <usocket/ip_address.hpp>
#include <usocket/time_limit.hpp>

namespace usocket::detail {

/// Addresses with their families alternating, beginning with the family of the first, each family in its own order
/// (RFC 8305, section 4).
[[nodiscard]] std::vector<ip_address> interleave_families(std::vector<ip_address> const& addresses);

/// When to try which address (RFC 8305, section 5): the next one as soon as one fails, or a delay after the last began.
/// A pure state machine: the caller owns the clock and the sockets.
class connection_race {
public:
    connection_race(std::size_t candidates, std::chrono::milliseconds delay) noexcept;

    struct step {
        enum class kind { start, wait, lost } what = kind::lost;
        /// start: which candidate.
        std::size_t candidate = 0;
        /// wait: until when at most, where there is a next candidate.
        std::optional<time_point> until{};
    };

    /// What to do now. After `start` the candidate counts as running until a failed() for it.
    [[nodiscard]] step next(time_point now) noexcept;
    void failed() noexcept;

    /// More than these never run at once; the next one then waits for a failure.
    static constexpr std::size_t most_at_once = 32;

private:
    std::size_t candidates_;
    std::chrono::milliseconds delay_;
    std::size_t started_ = 0;
    std::size_t running_ = 0;
    std::optional<time_point> next_start_{};
};

} // namespace usocket::detail
