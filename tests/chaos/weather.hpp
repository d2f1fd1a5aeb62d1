// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace chaos {

/// A sequence of numbers that a seed decides alone, on every system (SplitMix64).
class chance {
public:
    explicit constexpr chance(std::uint64_t seed) noexcept : state_(seed) {}

    constexpr std::uint64_t operator()() noexcept {
        std::uint64_t mixed = state_ += 0x9e37'79b9'7f4a'7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58'476d'1ce4'e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0'49bb'1331'11eb;
        return mixed ^ (mixed >> 31);
    }
    /// From `least` to `most`, both included.
    constexpr std::uint64_t between(std::uint64_t least, std::uint64_t most) noexcept {
        return least + (*this)() % (most - least + 1);
    }
    constexpr bool happens(unsigned permille) noexcept { return (*this)() % 1000 < permille; }

private:
    std::uint64_t state_;
};

/// What happens to packets on their way; of a thousand packets, so many.
struct weather {
    unsigned loss = 0;
    unsigned duplicates = 0;
    unsigned late = 0;   ///< Overtaken by others.
    unsigned damage = 0; ///< One bit is wrong: the receiving system finds that out.
    std::chrono::microseconds delay{0};
};

[[nodiscard]] inline weather bad_weather(chance& random) {
    return {.loss = static_cast<unsigned>(random.between(5, 40)),
            .duplicates = static_cast<unsigned>(random.between(0, 30)),
            .late = static_cast<unsigned>(random.between(0, 60)),
            .damage = static_cast<unsigned>(random.between(0, 5)),
            .delay = std::chrono::microseconds(random.between(0, 8000))};
}

/// What happens to one packet.
struct fate {
    bool lost = false;
    bool duplicated = false;
    bool damaged = false;
    std::uint64_t where = 0; ///< Which bit is wrong, counted over the packet's end.
    std::chrono::microseconds delay{0};
    std::chrono::microseconds delay_of_copy{0};
};

/// Decided by the seed, the direction, and how many packets went that way before.
[[nodiscard]] constexpr fate fate_of(weather const& now, std::uint64_t seed, unsigned direction,
                                     std::uint64_t number) noexcept {
    chance random(chance(seed * 2 + direction)() ^ chance(number)());
    fate decided;
    decided.lost = random.happens(now.loss);
    decided.duplicated = random.happens(now.duplicates);
    decided.damaged = random.happens(now.damage);
    decided.where = random();
    decided.delay = now.delay;
    if (random.happens(now.late))
        decided.delay += std::chrono::microseconds(random.between(500, 15000));
    decided.delay_of_copy = now.delay + std::chrono::microseconds(random.between(0, 15000));
    return decided;
}

} // namespace chaos
