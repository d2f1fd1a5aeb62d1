// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <usocket/error.hpp>

namespace soak {

/// Raises std::runtime_error with the text unless it holds.
void check(bool holds, std::string_view what);

/// What was done, by kind, and how it went. One thread at a time.
class tally {
public:
    struct entry {
        std::uint64_t operations = 0;
        std::uint64_t expected = 0;   ///< Failures that were provoked, and were the right ones.
        std::uint64_t unexpected = 0; ///< Anything else.
    };

    /// Calls it as an operation of the kind; what it raises is an unexpected error.
    template <class Operation>
    void run(char const* kind, Operation&& operation) noexcept {
        try {
            operation();
            ++entries_[kind].operations;
        } catch (std::exception const& error) {
            unexpected(kind, error.what());
        }
    }
    /// A failure that the operation had provoked: it must be `wanted`.
    void failed_as(char const* kind, std::error_code got, usocket::errc wanted);
    void expected(char const* kind) { ++entries_[kind].expected; }
    void unexpected(char const* kind, std::string_view what);
    void add(tally const& other);

    [[nodiscard]] std::map<std::string, entry> const& entries() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t operations() const noexcept;
    [[nodiscard]] std::uint64_t unexpected() const noexcept;
    /// Prints a table, and the first of the unexpected errors.
    void print() const;

private:
    std::map<std::string, entry> entries_{};
    std::vector<std::string> messages_{};
};

} // namespace soak
