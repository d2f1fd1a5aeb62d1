// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "io/bounded_call.hpp"
#include "io/dual_stack.hpp"
#include "io/transfer.hpp"

namespace usocket::detail {

/// As send_all() of one piece; what goes out in one call becomes a part of its callers, for the reason that receiving
/// does (receive.hpp).
[[nodiscard, gnu::always_inline]] inline io_result send(socket_core& core, std::span<std::byte const> data,
                                                        time_limit timeout) noexcept {
    if (timeout.is_set() || data.size() - 1 >= part_of_long_send || core.output_shut.load(std::memory_order_relaxed))
        [[unlikely]]
        return send_all(core, data, {}, timeout);
    io_result const sent = bounded_call(core, direction_of_wait::output, timeout,
                                        [&](platform::handle handle, platform::transfer_flags mode) noexcept {
                                            return platform::send(handle, data, mode);
                                        });
    core.count_sent(sent.count);
    if (sent.error || sent.count == data.size()) [[likely]]
        return sent;
    io_result rest = send_all(core, data.subspan(sent.count), {}, timeout);
    rest.count += sent.count;
    return rest;
}

/// Where a datagram goes, as the system takes it.
[[nodiscard]] inline int encode_destination(socket_core const& core, endpoint const& destination,
                                            platform::raw_address& address) noexcept {
    return needs_mapping(destination, core.family) ? platform::encode_destination(mapped(destination), address)
                                                   : platform::encode_destination(destination, address);
}

/// One datagram to the connected peer, or to `destination`.
[[nodiscard, gnu::always_inline]] inline io_result send_datagram(socket_core& core, std::span<std::byte const> data,
                                                                 endpoint const* destination,
                                                                 time_limit timeout) noexcept {
    if (core.output_shut.load(std::memory_order_relaxed)) [[unlikely]]
        return {0, make_code(core.is_open() ? errc::shutdown : errc::invalid_socket), {}};
    platform::raw_address address; // NOLINT(cppcoreguidelines-pro-type-member-init): written below, where it is used
    if (destination != nullptr) {
        if (int const error = encode_destination(core, *destination, address)) [[unlikely]]
            return {0, system_code(error), {}};
    }
    io_result const result =
        bounded_call(core, direction_of_wait::output, timeout,
                     [&](platform::handle handle, platform::transfer_flags mode) noexcept -> platform::transfer {
                         std::ptrdiff_t const count = destination != nullptr
                                                          ? platform::send_to_raw(handle, data, mode, address)
                                                          : platform::send_raw(handle, data, mode);
                         if (count < 0)
                             return {0, platform::last_error()};
                         return {static_cast<std::size_t>(count), 0};
                     });
    core.count_sent(result.count);
    return result;
}

/// What became of a datagram after a bare call that has not sent it.
[[gnu::noinline, gnu::cold]] inline io_result after_bare_send(socket_core& core, std::span<std::byte const> data,
                                                              endpoint const& destination, int error) noexcept {
    if (error == 0)
        return send_datagram(core, data, &destination, {});
    platform::raw_address address; // NOLINT(cppcoreguidelines-pro-type-member-init): written below
    if (int const refused = encode_destination(core, destination, address))
        return {0, system_code(refused), {}};
    io_result const result =
        after_bare_call(core, direction_of_wait::output, error,
                        [data, &address](platform::handle handle, platform::transfer_flags mode) noexcept {
                            std::ptrdiff_t const count = platform::send_to_raw(handle, data, mode, address);
                            return count < 0 ? platform::transfer{0, platform::last_error()}
                                             : platform::transfer{static_cast<std::size_t>(count), 0};
                        });
    core.count_sent(result.count);
    return result;
}

/// As send_datagram() without a timeout: short where all goes well, for the reason that receive_plainly() is
/// (receive.hpp).
[[nodiscard, gnu::always_inline]] inline io_result send_plainly(socket_core& core, std::span<std::byte const> data,
                                                                endpoint const& destination) noexcept {
    platform::raw_address address; // NOLINT(cppcoreguidelines-pro-type-member-init): written below, where it is used
    int error = 0;
    if (needs_mapping(destination, core.family) || core.output_shut.load(std::memory_order_relaxed) ||
        platform::encode_destination(destination, address) != 0) [[unlikely]]
        return after_bare_send(core, data, destination, 0);
    std::ptrdiff_t const count =
        bare_call(core, error, [data, &address](platform::handle handle, platform::transfer_flags mode) noexcept {
            return platform::send_to_raw(handle, data, mode, address);
        });
    if (count < 0) [[unlikely]]
        return after_bare_send(core, data, destination, error);
    core.count_sent(static_cast<std::size_t>(count));
    return {static_cast<std::size_t>(count), {}, {}};
}

} // namespace usocket::detail
