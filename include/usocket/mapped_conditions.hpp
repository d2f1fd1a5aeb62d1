// SPDX-License-Identifier: MIT
#pragma once

#include <system_error>
#include <utility>

#include <usocket/conditions.hpp>

namespace [[gnu::visibility("default")]] usocket {

namespace detail {

/// Raises the condition that `error` is, or returns where it is none.
void raise_mapped(std::system_error const& error, condition_info const& context);

} // namespace detail

/// Calls `body` and returns its result; a plain `std::system_error` that it throws with a system's code leaves as the
/// usocket condition of that code, so that one set of handlers serves this library's calls and others
/// (usocket: `with-mapped-conditions`).
///
/// Mapped are exceptions of the type `std::system_error` itself with a code of the system, of `std::errc` or of this
/// library. All else passes unchanged: usocket's own conditions, classes derived from `std::system_error` (such as
/// `std::filesystem::filesystem_error` or your own), and codes of other categories.
///
/// `context` is what the condition tells besides the code. Where it names no operation, the text that the exception was
/// made with is taken for one, otherwise for the detail.
template <class Body>
decltype(auto) with_mapped_conditions(Body&& body, condition_info const& context = {}) {
    try {
        return std::forward<Body>(body)();
    } catch (std::system_error const& error) {
        detail::raise_mapped(error, context);
        throw;
    }
}

} // namespace usocket
