// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

/// Counts every operator new of the program; only in programs made by usocket_allocation_tests().
namespace allocation_counter {

/// Since the program began, on all threads.
[[nodiscard]] std::size_t count() noexcept;

/// How many allocations `body` makes.
template <class Body>
[[nodiscard]] std::size_t during(Body&& body) {
    auto const before = count();
    body();
    return count() - before;
}

} // namespace allocation_counter
