// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wait/backend.hpp"

namespace usocket::detail {

/// A backend that this build has.
struct backend_entry {
    backend which{};
    /// Raises std::bad_alloc.
    std::unique_ptr<wait_backend> (*make)(member_table&) = nullptr;
    /// Whether the system that the program runs on lets it be used.
    bool (*available)() noexcept = nullptr;
    /// What it takes, in the words of a message, where that is not every handle.
    std::string_view takes_only{};
};

/// What this build has, the best first. A new backend is one more line in the table of each system that has it.
[[nodiscard]] std::span<backend_entry const> backend_table() noexcept;

/// The entry for a backend, the best one for `native`; null if there is none, or the system refuses it.
[[nodiscard]] backend_entry const* find_backend(backend which) noexcept;

/// As messages call it: "the poll backend", "the epoll backend (of Linux)".
[[nodiscard]] std::string_view backend_name(backend which) noexcept;

/// The backend with this name, as in the enumeration.
[[nodiscard]] std::optional<backend> backend_named(std::string_view name) noexcept;

/// What the environment variable USOCKET_BACKEND asks for.
struct environment_choice {
    backend which = backend::native;
    std::array<char, 64> unknown{}; ///< The value, if it names no backend; cut where it is longer.
};

/// Null and the empty text ask for nothing, that is for `native`.
[[nodiscard]] environment_choice read_choice(char const* value) noexcept;

/// What a list is made with.
struct backend_selection {
    backend_entry const* entry = nullptr;
    std::string missing{}; ///< What the system or this build lacks, in the words of a message, where there is no entry.
};

/// For a list that asks for `which`; `native` follows the default. Raises std::bad_alloc.
[[nodiscard]] backend_selection select_entry(backend which);

} // namespace usocket::detail
