// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace soak {

/// What this process holds.
struct resources {
    std::size_t descriptors = 0;
    std::size_t threads = 0;
    std::size_t heap = 0;     ///< Octets that the program has asked malloc for and not given back.
    std::size_t resident = 0; ///< Octets of memory, as the system counts them.
};

/// As it is now.
[[nodiscard]] resources measure();
/// The same, after what malloc and the library keep for later use was given back, as far as it can be.
[[nodiscard]] resources measure_at_rest();

/// How much more there may be at the end of the steady part than at its begin.
struct bounds {
    /// Nothing is open at rest that was not before.
    std::size_t descriptors = 0;
    /// The library keeps up to four threads for ten seconds after a lookup.
    std::size_t threads = 4;
    /// What the kept threads hold, and blocks in malloc's caches, which count as in use: some KiB.
    std::size_t heap = std::size_t{16} << 10;
    /// Arenas, of which there are up to eight for each processor, and stacks that are kept for the next thread: both
    /// reach their most only after minutes. So this finds what does not come from malloc.
    std::size_t resident = std::size_t{8} << 20;
};

/// Samples at rest, in order. The first quarter is the warm-up.
class history {
public:
    void add(resources const& sample) { samples_.push_back(sample); }
    [[nodiscard]] std::size_t size() const noexcept { return samples_.size(); }
    /// Prints begin, steady and end, and judges: descriptors and threads by the last sample, memory by the median slope
    /// between any two samples of the steady part, times its length.
    [[nodiscard]] bool judge(bounds const& allowed = {}) const;

private:
    std::vector<resources> samples_{};
};

/// Prints a verdict, and returns it.
bool verdict(bool holds, std::string_view what);

} // namespace soak
