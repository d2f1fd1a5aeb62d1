// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

/// What scenarios say about a run.
namespace torture {

/// Something that must never happen has: the run fails, whatever comes. From any thread.
void violation(std::string_view what) noexcept;

/// The library did other than it should.
struct mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};
inline void require(bool holds, char const* what) {
    if (!holds)
        throw mismatch(what);
}

/// Input is not what the peer sent, or is missing: right only after a fault that changes answers.
struct unexpected_input : std::exception {};
inline void expect(bool holds) {
    if (!holds)
        throw unexpected_input();
}

/// The operation that follows (or several, "a|b"), which a condition must name, and the peer, where the condition must
/// name it as well.
void doing(std::string_view operation, std::string_view peer = {});

} // namespace torture
