// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

/// Who owns which descriptor. Numbers that the library is given are never given again in the same run: so a call on one
/// that has been closed is seen, whoever would have had the number next.
namespace torture::ledger {

/// The library has opened it: the number by which the library is to know it. It must be closed at an exec.
[[nodiscard]] int opened(int descriptor, std::string_view call);
/// The same of one that keeps its number.
void opened_as_it_is(int descriptor);
/// It is given to the library, or taken away from it.
[[nodiscard]] int given(int descriptor);
void taken(int descriptor);
/// The library makes a call on it.
void used(int descriptor, std::string_view call);
/// The library closes it. False: it was not open.
[[nodiscard]] bool closed(int descriptor, std::string_view call);
/// How many the library has open.
[[nodiscard]] std::size_t open_count();

} // namespace torture::ledger
