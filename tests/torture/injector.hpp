// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "torture/faults.hpp"

/// Counts the calls that the library makes of the system, and makes chosen ones fail.
namespace torture {

/// One call of a run.
struct call_record {
    char name[32] = {};
    int number = 0; ///< Which of its name, from 1.
    subject of = subject::other;
};

/// Which call fails, and how.
struct target {
    char call[32] = {};
    int number = 0;
    fault what{};
    bool onwards = false; ///< From this call on, as often as repetitions_of() says.
};

/// Starts counting; these fail, in this process, until disarm(). Calls are recorded into `log` as far as there is room.
void arm(std::span<target const> targets, std::span<call_record> log);
struct tally {
    std::size_t calls = 0;
    std::size_t injected = 0;
};
tally disarm();

/// Counts a call; what it shall do instead, or null.
[[nodiscard]] fault const* on_call(std::string_view call, subject of = subject::other) noexcept;

/// While one lives, calls and allocations of this thread are the scenario's own: they neither count nor fail.
class unharmed {
public:
    unharmed() noexcept;
    unharmed(unharmed const&) = delete;
    unharmed& operator=(unharmed const&) = delete;
    ~unharmed();
};

} // namespace torture
