// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
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
};

/// What this build has, the best first. A new backend is one more line in the table of each system that has it.
[[nodiscard]] std::span<backend_entry const> backend_table() noexcept;

/// The entry for a backend, the best one for `native`; null if there is none, or the system refuses it.
[[nodiscard]] backend_entry const* find_backend(backend which) noexcept;

/// As messages call it: "the poll backend".
[[nodiscard]] std::string_view backend_name(backend which) noexcept;

} // namespace usocket::detail
