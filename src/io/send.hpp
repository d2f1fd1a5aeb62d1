// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "io/bounded_call.hpp"
#include "io/transfer.hpp"

namespace usocket::detail {

/// Whether the data is more, or less, than what a bare_send() is for.
[[nodiscard, gnu::always_inline]] inline bool is_long_or_empty(std::span<std::byte const> data) noexcept {
    return data.size() - 1 >= part_of_long_send;
}

/// The call of a send() by itself, while nothing is shut and no timeout in force: where it does not return the size of
/// the data, after_bare_send() is to have the last word.
[[nodiscard, gnu::always_inline]] inline std::ptrdiff_t bare_send(socket_core& core, std::span<std::byte const> data,
                                                                  int& error) noexcept {
    std::ptrdiff_t const count =
        bare_call(core, error, [data](platform::handle handle, platform::transfer_flags mode) noexcept {
            return platform::send_raw(handle, data, mode);
        });
    if (count == static_cast<std::ptrdiff_t>(data.size())) [[likely]]
        core.count_sent(data.size());
    return count;
}

/// As send_all() of one piece; what goes out in one call becomes a part of its callers, and is short, for the reasons
/// that receiving is (receive.hpp).
[[nodiscard, gnu::always_inline]] inline io_result send(socket_core& core, std::span<std::byte const> data,
                                                        time_limit timeout) noexcept {
    if (timeout.is_set() || is_long_or_empty(data) || core.has(socket_core::mark::output_shut)) [[unlikely]]
        return send_all(core, data, {}, timeout);
    int error = 0;
    std::ptrdiff_t const count = bare_send(core, data, error);
    if (count != static_cast<std::ptrdiff_t>(data.size())) [[unlikely]]
        return after_bare_send(core, data, count, error);
    return {data.size(), {}, {}};
}

/// The call of a send_datagram() by itself, while nothing is shut and no timeout in force: below zero where
/// after_bare_send_datagram() is to have the last word.
[[nodiscard, gnu::always_inline]] inline std::ptrdiff_t
bare_send_datagram(socket_core& core, std::span<std::byte const> data, int& error) noexcept {
    std::ptrdiff_t const count =
        bare_call(core, error, [data](platform::handle handle, platform::transfer_flags mode) noexcept {
            return platform::send_raw(handle, data, mode);
        });
    if (count >= 0) [[likely]]
        core.count_sent(static_cast<std::size_t>(count));
    return count;
}

[[nodiscard, gnu::always_inline]] inline std::ptrdiff_t bare_send_datagram(socket_core& core,
                                                                           std::span<std::byte const> data,
                                                                           endpoint const& destination,
                                                                           int& error) noexcept {
    platform::raw_address address; // NOLINT(cppcoreguidelines-pro-type-member-init): written below
    error = 0;
    if (platform::encode_destination(destination, core.family, address) != 0) [[unlikely]]
        return -1;
    std::ptrdiff_t const count =
        bare_call(core, error, [data, &address](platform::handle handle, platform::transfer_flags mode) noexcept {
            return platform::send_to_raw(handle, data, mode, address);
        });
    if (count >= 0) [[likely]]
        core.count_sent(static_cast<std::size_t>(count));
    return count;
}

} // namespace usocket::detail
