// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <utility>

#include <usocket/callback.hpp>
#include <usocket/conditions.hpp>

/// What happens where a system lacks what was asked for: a condition, or where the caller allowed it, a warning.
namespace [[gnu::visibility("default")]] usocket {

/// Takes the warnings. It is called on the thread of the operation that warns, several threads may call it at once, and
/// what it throws leaves that operation: a handler may so turn warnings into errors.
using warning_handler = callback<void(socket_warning const&)>;

/// Makes `handler` the one that is given every socket_warning of the program, and returns the one before. An empty
/// handler, which is the default, drops them. From any thread, also from within a handler.
///
/// Dropping is safe: a warning only ever tells that something was left undone that the caller had allowed to be left
/// undone, by name, with an "if supported" or with ignore_unsupported_warnings(). All else is a condition.
///
/// Raises: std::bad_alloc.
warning_handler set_warning_handler(warning_handler handler);

/// Raises `unsupported`: the system cannot do `feature`, which was asked for in `context`; `minimum` says what would be
/// needed. Inside ignore_unsupported_warnings() the warning handler is told instead, and the call returns
/// (usocket: the macro `unsupported`).
void signal_unsupported(std::string_view feature, std::string_view context, std::string_view minimum = {});

/// Raises `unimplemented`: this version of the library does not do `feature` on this system
/// (usocket: the macro `unimplemented`).
[[noreturn]] void signal_unimplemented(std::string_view feature, std::string_view context);

namespace detail {

/// While one lives, `unsupported` is a warning on the thread that made it. Extents nest.
class ignore_unsupported_extent {
public:
    ignore_unsupported_extent() noexcept;
    ~ignore_unsupported_extent();
    ignore_unsupported_extent(ignore_unsupported_extent const&) = delete;
    ignore_unsupported_extent& operator=(ignore_unsupported_extent const&) = delete;
};

} // namespace detail

/// Calls `body` and returns its result. On this thread, until it returns or throws, whatever the system does not
/// support is left undone with a socket_warning, where otherwise `unsupported` would be raised (usocket:
/// `ignore-unsupported-warnings`).
template <class Body>
decltype(auto) ignore_unsupported_warnings(Body&& body) {
    detail::ignore_unsupported_extent const extent;
    return std::forward<Body>(body)();
}

} // namespace usocket
