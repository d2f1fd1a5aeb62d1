// SPDX-License-Identifier: MIT
//
// What a recorded call gives here, as text in the notation of the recording.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parity/recording.hpp"

#include <usocket/conditions.hpp>

namespace parity {

/// Thrown where the types of this library rule a call out. The static assertions beside say so to the compiler.
struct does_not_compile {};

/// Makes the call with arguments from the recording.
using checker = std::string (*)(std::vector<lisp_value> const& arguments);

/// By the function's name in the recording.
std::map<std::string_view, checker> const& address_checkers();
std::map<std::string_view, checker> const& system_checkers();

inline std::string written(std::string_view text) { return '"' + std::string(text) + '"'; }
inline std::string written(std::string const& text) { return written(std::string_view(text)); }
inline std::string written(bool value) { return value ? "t" : "nil"; }
inline std::string written(std::uint64_t value) { return std::to_string(value); }
inline std::string written(std::uint32_t value) { return std::to_string(value); }
inline std::string written(std::uint16_t value) { return std::to_string(value); }

inline std::string written(std::span<std::uint8_t const> octets) {
    std::string text = "#(";
    for (auto const octet : octets)
        text += (text.size() > 2 ? " " : "") + std::to_string(octet);
    return text + ')';
}

/// A result as it is compared: the recording writes vectors of octets as "#u8(...)" here and "#(...)" there, which is
/// the type of the Lisp vector and means nothing in C++.
inline std::string normalised(std::string text) {
    for (auto at = text.find("#u8("); at != text.npos; at = text.find("#u8("))
        text.erase(at + 1, 2);
    return text;
}

/// What the call gives: its result, the condition it raises, or that it cannot be written in C++.
inline std::string outcome(checker check, std::string const& arguments) {
    try {
        return normalised(check(read_values(arguments)));
    } catch (does_not_compile) {
        return "does not compile";
    } catch (usocket::invalid_argument_error const&) {
        return "raises invalid_argument_error";
    } catch (usocket::ns_host_not_found_error const&) {
        return "raises ns_host_not_found_error";
    }
}

} // namespace parity
