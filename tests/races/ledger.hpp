// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>

/// What the races know of descriptors beyond torture/ledger.hpp, whose functions they have by another way: numbers are
/// used again at once, and what counts is their generation. No call may run on a number that has been closed meanwhile;
/// each is closed once. All of it is relaxed atomics, so that the watching orders no threads.
namespace races::ledger {

/// From here on, pauses come by this seed. No other thread may be in a call.
void begin(std::uint64_t seed) noexcept;

/// While one lives, a poll or select of this thread may have a number that is closed and used again meanwhile: of the
/// backends whose list takes no changes during a wait, which look at what they find with that in mind.
class closing_during_polls {
public:
    closing_during_polls() noexcept;
    closing_during_polls(closing_during_polls const&) = delete;
    closing_during_polls& operator=(closing_during_polls const&) = delete;
    ~closing_during_polls();
};

/// Prints what is under way, for who looks at a hang.
void print_calls(std::FILE* out) noexcept;

} // namespace races::ledger
