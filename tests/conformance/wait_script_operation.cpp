// SPDX-License-Identifier: MIT
#include "conformance/wait_script_operation.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace usocket::test {
namespace {

struct known_action {
    std::string_view name{};
    unsigned weight = 0; ///< In random scripts.
};

constexpr std::size_t action_count = static_cast<std::size_t>(script_action::wait) + 1;

constexpr std::array<known_action, action_count> actions{{
    {"make a local pair", 3},
    {"make a local datagram pair", 1},
    {"make a TCP pair", 4},
    {"make a UDP socket", 1},
    {"make a listener", 1},
    {"add", 30},
    {"remove", 10},
    {"the peer writes", 45},
    {"the peer fills it", 3},
    {"receive", 25},
    {"drain", 18},
    {"read a line from its stream", 10},
    {"read from its stream", 8},
    {"in_avail() of its stream", 6},
    {"write", 6},
    {"fill", 6},
    {"the peer reads", 8},
    {"the peer drains", 6},
    {"the peer closes", 5},
    {"the peer resets", 3},
    {"the peer shuts down", 4},
    {"shut down", 3},
    {"close", 5},
    {"destroy", 4},
    {"move", 8},
    {"move-assign from another place", 4},
    {"close and make another", 5},
    {"remove all", 1},
    {"wake", 6},
    {"connect", 8},
    {"accept", 8},
    {"make the list anew", 2},
    {"move the list", 2},
    {"wait without the list", 6},
    {"receive past the library", 10},
    {"the peer sends an urgent octet", 5},
    {"the peer passes a handle", 5},
    {"peek", 4},
    {"set the low-water mark", 3},
    {"put an octet back", 2},
    {"look into its stream", 3},
    {"release", 2},
    {"wait for all", 15},
    {"wait", 60},
}};

} // namespace

std::size_t script_operation::octets() const noexcept {
    constexpr std::array<std::size_t, 16> sizes{1, 1, 1, 2, 2, 3, 5, 10, 64, 99, 100, 101, 600, 1000, 4095, 4096};
    return sizes[argument % sizes.size()];
}

std::string_view name_of(script_action action) noexcept { return actions[static_cast<std::size_t>(action)].name; }

wait_script read_script(std::span<std::uint8_t const> octets, std::size_t places) {
    wait_script script;
    if (octets.empty())
        return script;
    script.manner = {
        .exposed = (octets[0] & 1U) != 0, .observed = (octets[0] & 2U) == 0, .patient = (octets[0] & 4U) == 0};
    for (auto rest = octets.subspan(1); rest.size() >= 3; rest = rest.subspan(3)) {
        std::size_t const action = std::min<std::size_t>(rest[0], action_count - 1);
        script.operations.push_back({static_cast<script_action>(action), rest[1] % places, rest[2]});
    }
    return script;
}

std::vector<std::uint8_t> random_script(unsigned seed) {
    std::minstd_rand engine(seed + 1);
    auto const random = [&engine] { return static_cast<unsigned>(engine() >> 8U); };
    std::vector<unsigned> weights(action_count);
    std::ranges::transform(actions, weights.begin(), &known_action::weight);
    // Each script prefers some actions: what is rare meets what else is rare.
    for (auto& weight : weights) {
        if (random() % 8 == 0)
            weight = weight * 4 + 10;
        else if (random() % 6 == 0)
            weight = 0;
    }
    std::discrete_distribution<unsigned> any_action(weights.begin(), weights.end());
    std::vector<std::uint8_t> octets{static_cast<std::uint8_t>(random() % 8)};
    // Few places, so that much happens to each.
    unsigned const places = 1 + std::min(random() % 6, random() % 6);
    auto const push = [&](script_action action, unsigned place, unsigned argument) {
        octets.push_back(static_cast<std::uint8_t>(action));
        octets.push_back(static_cast<std::uint8_t>(place));
        octets.push_back(static_cast<std::uint8_t>(argument));
    };
    for (unsigned place = 0; place < places; ++place) {
        push(random() % 3 == 0 ? static_cast<script_action>(random() % 5) : script_action::make_tcp, place, random());
        push(script_action::add, place, random());
    }
    for (unsigned left = 20 + random() % 150; left != 0; --left) {
        push(static_cast<script_action>(any_action(engine)), random() % places, random());
        if (random() % 3 == 0)
            push(script_action::wait, 0, random());
    }
    return octets;
}

} // namespace usocket::test
