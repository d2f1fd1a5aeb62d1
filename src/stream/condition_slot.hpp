// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <system_error>

#include <usocket/error.hpp>

#include "platform/platform.hpp"

namespace usocket::detail {

/// Why one direction of a stream stopped: an error code that one thread sets and any thread may look at.
class condition_slot {
public:
    [[nodiscard]] bool is_set() const noexcept { return packed_.load(std::memory_order_relaxed) != 0; }

    [[nodiscard]] std::error_code load() const noexcept {
        std::uint64_t const packed = packed_.load(std::memory_order_relaxed);
        if (packed == 0)
            return {};
        auto const value = static_cast<std::int32_t>(static_cast<std::uint32_t>(packed));
        return {value, (packed & systems_own) != 0 ? platform::category() : usocket_category()};
    }

    /// `code` is of the system's category or the library's: the layers below know no other.
    void store(std::error_code const& code) noexcept {
        std::uint64_t packed = 0;
        if (code)
            packed = (code.category() == usocket_category() ? librarys_own : systems_own) |
                     static_cast<std::uint32_t>(code.value());
        packed_.store(packed, std::memory_order_relaxed);
    }

    void clear() noexcept {
        if (is_set())
            packed_.store(0, std::memory_order_relaxed);
    }

private:
    static constexpr std::uint64_t librarys_own = std::uint64_t{1} << 32;
    static constexpr std::uint64_t systems_own = std::uint64_t{1} << 33;

    std::atomic<std::uint64_t> packed_{0};
};

} // namespace usocket::detail
