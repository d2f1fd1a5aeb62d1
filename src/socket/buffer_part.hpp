// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace usocket::detail {

/// The part of the buffer that an operation is about; unset when offset or length lie beyond it.
template <class Octet>
[[nodiscard]] std::optional<std::span<Octet>> part_of(std::span<Octet> buffer, std::size_t offset,
                                                      std::optional<std::size_t> length) noexcept {
    if (offset > buffer.size() || (length && *length > buffer.size() - offset))
        return std::nullopt;
    return buffer.subspan(offset, length ? *length : buffer.size() - offset);
}

} // namespace usocket::detail
