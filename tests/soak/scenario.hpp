// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace soak {

/// What the command line asks for.
struct settings {
    std::chrono::milliseconds length{}; ///< Of the scenario.
    std::uint64_t seed = 0;
    bool is_short = false; ///< A pass for every day: fewer connections.
    /// What to leak on purpose, to see that it is found: "descriptor", "thread", "memory", or nothing.
    std::string leak{};
};

// Each runs in a process of its own, prints what it finds, and returns whether all is well.

/// All features at once, for long.
[[nodiscard]] bool mixed_load(settings const& how);
/// Connections that are held by the thousand, on each backend, while some talk.
[[nodiscard]] bool idle_connections(settings const& how);
/// Clients that send or read too slowly to be served, beside healthy ones.
[[nodiscard]] bool slow_clients(settings const& how);
/// Clients that connect without end and want nothing.
[[nodiscard]] bool connection_floods(settings const& how);

/// How long each of several took.
class latencies {
public:
    void add(std::chrono::nanoseconds one) { all_.push_back(one); }
    void add(latencies const& other) { all_.insert(all_.end(), other.all_.begin(), other.all_.end()); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    /// The one that this part of all do not exceed, in milliseconds.
    [[nodiscard]] double quantile(double part) {
        if (all_.empty())
            return 0;
        std::sort(all_.begin(), all_.end());
        auto const last = static_cast<double>(all_.size() - 1);
        return std::chrono::duration<double, std::milli>(all_[static_cast<std::size_t>(part * last)]).count();
    }

private:
    std::vector<std::chrono::nanoseconds> all_{};
};

} // namespace soak
