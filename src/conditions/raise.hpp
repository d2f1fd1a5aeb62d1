// SPDX-License-Identifier: MIT
#pragma once

#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <usocket/conditions.hpp>

namespace usocket::detail {

/// A code of the library's own.
[[nodiscard]] inline std::error_code make_code(errc value) noexcept {
    return {static_cast<int>(value), usocket_category()};
}

/// A code as the platform's calls report it; zero is success.
[[nodiscard]] std::error_code system_code(int native) noexcept;

/// What became of a step that may fail: a std::error_code, which success costs nothing. (The standard one asks for its
/// category, out of line and in another library, before it can say that all is well.)
class result_code {
public:
    constexpr result_code() noexcept = default;
    result_code(std::error_code const& code) noexcept
        : value_(code.value()), category_(code ? &code.category() : nullptr) {}

    [[nodiscard]] explicit operator bool() const noexcept { return value_ != 0; }
    operator std::error_code() const noexcept {
        return value_ != 0 ? std::error_code(value_, *category_) : std::error_code();
    }
    [[nodiscard]] friend bool operator==(result_code const& code, errc value) noexcept {
        return std::error_code(code) == value;
    }

private:
    int value_ = 0;
    std::error_category const* category_ = nullptr;
};

/// Raises invalid_argument_error: "operation: detail".
[[noreturn]] void raise_invalid_argument(std::string_view operation, std::string_view detail);

/// Raises `unsupported`; inside ignore_unsupported_warnings() it warns instead and returns, and the operation goes on
/// without the feature. `context` is the public function that was asked for it.
void report_unsupported(std::string_view feature, std::string_view context, std::string_view minimum = {});

/// Gives the warning handler a socket_warning: the caller asked for `feature` only where it is supported, and it is
/// not.
void warn_left_undone(std::string_view feature, std::string_view context, std::string_view minimum = {});

/// Runs the body of an operation that reports through `ec`: a condition, a failed allocation or any other
/// std::system_error becomes its code and a value-initialised result. What else a callback of the caller's throws
/// passes through.
template <class Body>
auto report_to(std::error_code& ec, Body&& body) -> decltype(body()) {
    try {
        ec.clear();
        return body();
    } catch (std::system_error const& error) {
        ec = error.code();
    } catch (std::bad_alloc const&) {
        ec = make_code(errc::out_of_memory);
    } catch (std::length_error const&) { // a string longer than any can be
        ec = make_code(errc::out_of_memory);
    }
    return decltype(body())();
}

} // namespace usocket::detail
