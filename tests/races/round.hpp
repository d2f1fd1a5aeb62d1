// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>
#include <system_error>

#include <usocket/usocket.hpp>

#include "torture/verdict.hpp"

/// Races: threads that use the library at the same time, again and again, with pauses in the middle of its calls.
namespace races {

namespace u = usocket;
using torture::require;
using namespace std::chrono_literals;

/// What a round's chance decides; the same for the same scenario, seed and round.
class chance {
public:
    explicit chance(std::uint64_t seed) noexcept : state_(seed) {}
    [[nodiscard]] std::uint64_t next() noexcept;
    [[nodiscard]] std::size_t below(std::size_t count) noexcept { return next() % count; }
    [[nodiscard]] bool one_in(std::size_t count) noexcept { return below(count) == 0; }
    /// A chance of its own, for another thread.
    [[nodiscard]] chance fork() noexcept { return chance(next()); }

private:
    std::uint64_t state_;
};

/// A scenario's round: it returns with every thread and socket of its own gone.
struct scenario {
    std::string_view name;
    void (*run)(chance& random);
};

[[nodiscard]] std::span<scenario const> close_scenarios();
[[nodiscard]] std::span<scenario const> datagram_scenarios();
[[nodiscard]] std::span<scenario const> wait_scenarios();
[[nodiscard]] std::span<scenario const> limit_scenarios();
[[nodiscard]] std::span<scenario const> server_scenarios();

/// Runs these at the same time, each on a thread of its own, to the end. What they throw is a violation.
void together(std::initializer_list<std::function<void()>> tasks);

/// A moment: mostly none, sometimes up to a third of a millisecond.
void pause(chance& random);

/// What no call that waits for something may reach: the watchdog comes before.
constexpr std::chrono::seconds for_ever = 120s;

/// Waits until it holds, for as long as the watchdog lets it.
void eventually(std::function<bool()> const& holds);

/// That a call ended so. The class counts, not the code.
void require_outcome(std::error_code const& seen, std::initializer_list<u::errc> expected, char const* of);

/// Octets whose place can be told: what is sent at `offset`.
[[nodiscard]] constexpr char octet_at(std::size_t offset) noexcept {
    return static_cast<char>((offset * 131 + (offset >> 8) * 29) & 0x7f);
}

/// A stream of these, of so many octets so far.
class octet_check {
public:
    void take(std::span<std::byte const> octets) {
        for (std::byte const octet : octets)
            require(static_cast<char>(octet) == octet_at(count_++), "an octet that is not the next one");
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    std::size_t count_ = 0;
};

/// Two ends of a connection, TCP or local.
struct connection {
    u::stream_usocket near{};
    u::stream_usocket far{};
};
[[nodiscard]] connection connect(chance& random);

} // namespace races
