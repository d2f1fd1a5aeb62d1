// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <utility>

#include <usocket/usocket.hpp>

#include "served.hpp"
#include "tally.hpp"

namespace soak {

namespace u = usocket;
using namespace std::chrono_literals;

/// How long anything may take that should happen soon.
inline constexpr std::chrono::seconds patience{30};

/// What a worker has to do its loads with.
struct hand {
    tally& counts;
    std::mt19937_64 random;
    std::string folder; ///< For local paths.
    std::span<served const> servers;

    /// A number below `count`.
    [[nodiscard]] std::size_t below(std::size_t count) { return static_cast<std::size_t>(random() % count); }
    [[nodiscard]] bool coin() { return below(2) == 0; }
    /// Octets by chance, 1 to `most`.
    [[nodiscard]] std::string octets(std::size_t most);
    /// A local path that nobody has used yet.
    [[nodiscard]] std::string path() const;
    /// Every second time, limits that are never reached: calls go other ways with them.
    [[nodiscard]] u::time_limit limit() { return coin() ? u::time_limit(patience) : u::time_limit(); }
};

/// One round of a kind of load; raises what goes wrong.
struct load {
    char const* kind;
    void (*run)(hand& with);
};

[[nodiscard]] std::span<load const> stream_loads();
[[nodiscard]] std::span<load const> datagram_loads();
[[nodiscard]] std::span<load const> wait_loads();
[[nodiscard]] std::span<load const> limit_loads();
[[nodiscard]] std::span<load const> server_loads();

/// Sends the octets from one to the other, and compares.
void pass(u::stream_usocket& from, u::stream_usocket& to, std::string_view octets);

} // namespace soak
