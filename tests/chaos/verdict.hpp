// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

/// What a run came to, in memory that its process shares with the one that started it.
namespace chaos {

using steady = std::chrono::steady_clock;

/// Counted while the run goes on, so that a run which is killed has told them.
struct figures {
    std::atomic<std::uint64_t> moved{0};
    std::atomic<std::uint64_t> lost{0};
    std::atomic<std::uint64_t> duplicated{0};
    std::atomic<std::uint64_t> reordered{0};
    std::atomic<std::uint64_t> octets{0};
    std::atomic<std::uint64_t> checks{0};
    std::atomic<bool> is_told{false};
    std::array<char, 2000> story{};
};

/// Where this process tells what it finds.
void report_to(figures& where) noexcept;

/// Ends the run: something was seen that must never be. From any thread.
[[noreturn]] void fail(std::string_view what) noexcept;

/// A check that was made.
void require(bool holds, std::string_view what) noexcept;

/// What the run is about to do, for the message of a failure.
void doing(std::string_view what);

/// How late this machine wakes those who sleep. What a call may take longer than its limit is counted from there: a
/// machine with other work to do is not the library's delay.
class pulse {
public:
    /// On a thread of its own. There is one at a time.
    pulse();
    [[nodiscard]] static std::chrono::nanoseconds worst_since(steady::time_point when);

private:
    std::jthread thread_;
};

/// So much later than its limit a call may end. More where the machine is known to have other work.
inline std::chrono::milliseconds tolerance{100};

/// How long the threads of this process, which carry its packets, too, were ready to run and did not: the system
/// counts.
[[nodiscard]] std::chrono::nanoseconds waited_for_a_processor();

/// Measures a call from the beginning.
class stopwatch {
public:
    /// It ended within the limit, and the tolerance.
    void ended_within(std::chrono::nanoseconds limit, std::string_view what) const;
    /// The same, and not before it.
    void timed_out_after(std::chrono::nanoseconds limit, std::string_view what) const;
    [[nodiscard]] std::chrono::nanoseconds elapsed() const { return steady::now() - start_; }

private:
    std::chrono::nanoseconds waited_ = waited_for_a_processor();
    steady::time_point start_ = steady::now();
};

} // namespace chaos
