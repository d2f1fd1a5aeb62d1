// SPDX-License-Identifier: MIT
//
// Streams over a bad link: all that was sent comes, and nothing else, in both directions.
#include "chaos/scenario.hpp"

namespace chaos {
namespace {

void bulk(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    auto listener = listen_far(wire);
    std::vector<connection> all;
    for (int i = 0; i < 3; ++i)
        all.push_back(connect_to(wire, listener));
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (auto& each : exchange(all[i], seed * 100 + i * 10, random.between(1, 300'000)))
            threads.push_back(std::move(each));
    }
    threads.clear();
    for (connection& each : all) {
        u::socket_close(each.near);
        u::socket_close(each.far);
    }
}

/// Requests and answers of a line each: nothing may be left behind in a buffer.
void lines(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    auto both = connect(wire);
    auto const far = start_thread([&] {
        std::string line;
        while (u::read_line(both.far.stream(), line))
            both.far.stream() << line.size() << '\n';
        u::socket_shutdown(both.far, u::direction::output);
    });
    for (int i = 0; i < 40; ++i) {
        std::size_t const size = random.between(0, 3000);
        std::string answer;
        both.near.stream() << std::string(size, 'x') << '\n';
        require(u::read_line(both.near.stream(), answer), "a clean end before the last answer");
        require(answer == std::to_string(size), "a line is not the one that was sent");
    }
    u::socket_shutdown(both.near, u::direction::output);
    char more = 0;
    require(u::socket_receive(both.near, {&more, 1}).size == 0, "no clean end after the last answer");
}

constexpr scenario table[] = {
    {"stream_bulk", bulk},
    {"stream_lines", lines},
};

} // namespace

std::span<scenario const> stream_scenarios() { return table; }

} // namespace chaos
