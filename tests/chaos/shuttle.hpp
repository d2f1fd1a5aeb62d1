// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "chaos/namespaces.hpp"
#include "chaos/verdict.hpp"
#include "chaos/weather.hpp"

namespace chaos {

/// Carries packets between two interfaces, as well as the weather lets it, on a thread of its own.
class shuttle {
public:
    /// Direction 0 is from the first device to the second.
    shuttle(std::array<descriptor, 2> devices, std::size_t header, std::uint64_t seed, figures& counts);
    ~shuttle();

    void set(weather const& now);
    /// From now on every packet of that direction is lost, or no longer.
    void drop(unsigned direction, bool all) noexcept { drops_.at(direction) = all; }

private:
    struct packet {
        steady::time_point due;
        std::uint64_t order; ///< Of those that are due together.
        unsigned direction;
        std::uint64_t number;
        std::vector<char> octets;
        [[nodiscard]] bool operator<(packet const& other) const noexcept {
            return due != other.due ? due > other.due : order > other.order;
        }
    };

    void run();
    void take(unsigned direction);
    void decide(unsigned direction, char const* octets, std::size_t size);
    void deliver_due();

    std::array<descriptor, 2> devices_;
    std::size_t header_; ///< Octets before each packet that are not of it.
    std::uint64_t seed_;
    figures& counts_;
    descriptor stop_;
    std::mutex guard_;
    weather weather_;
    std::array<std::atomic<bool>, 2> drops_{};
    std::array<std::uint64_t, 2> taken_{};
    std::array<std::uint64_t, 2> delivered_{}; ///< The highest number of those.
    std::uint64_t order_ = 0;
    std::priority_queue<packet> waiting_;
    std::thread thread_;
};

} // namespace chaos
