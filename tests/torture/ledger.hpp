// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Who owns which descriptor, so that a call on one that has been closed is seen. ledger.cpp gives no number twice in a
/// run; tests/races/ledger.cpp has numbers used again at once, and counts their generations.
namespace torture::ledger {

/// The library has opened it: the number by which the library is to know it. It must be closed at an exec.
[[nodiscard]] int opened(int descriptor, std::string_view call);
/// The same of one that keeps its number.
void opened_as_it_is(int descriptor);
/// It is given to the library, or taken away from it.
[[nodiscard]] int given(int descriptor);
void taken(int descriptor);
/// The library makes a call on it, which lasts as long as this does.
struct use {
    use(int on_descriptor, char const* by_call) noexcept;
    use(use const&) = delete;
    use& operator=(use const&) = delete;
    ~use();

    int descriptor;
    char const* call;
    std::uint64_t generation = 0; ///< Of the descriptor, for a ledger in which numbers are used again.
};
/// The library closes it. False: it was not open.
[[nodiscard]] bool closed(int descriptor, std::string_view call);
/// How many the library has open.
[[nodiscard]] std::size_t open_count();

} // namespace torture::ledger
