// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "io/bounded_call.hpp"
#include "io/transfer.hpp"
#include "platform/prefetch.hpp"

/// Receiving, here so that it becomes a part of its callers: after a system call a processor mispredicts each return to
/// a frame from before it, and has little of the code and the stack left in its caches, so that frames, and what is not
/// needed where all goes well, cost more than all that the library does there.
namespace usocket::detail {

/// The call of a receive() by itself, into a buffer that is not empty, while nothing is shut and no timeout in force:
/// where it does not return more than zero, after_bare_receive() is to have the last word. `object` is what the caller
/// will look at next: who has waited for long finds nothing in the caches, and the misses are to overlap.
[[nodiscard, gnu::always_inline]] inline std::ptrdiff_t bare_receive(socket_core& core, std::span<std::byte> buffer,
                                                                     int& error, void const* object) noexcept {
    std::ptrdiff_t const count =
        bare_call(core, error, [buffer, object](platform::handle handle, platform::transfer_flags mode) noexcept {
            std::ptrdiff_t const received = platform::receive_raw(handle, buffer, mode);
            platform::prefetch(object, 1);
            platform::prefetch(static_cast<void const*>(&innermost_scope), 1);
            return received;
        });
    if (count > 0) [[likely]]
        core.count_received(static_cast<std::size_t>(count));
    return count;
}

/// What is there, at least one octet; a count of zero without an error is the end of the stream.
[[nodiscard, gnu::always_inline]] inline io_result receive(socket_core& core, std::span<std::byte> buffer,
                                                           time_limit timeout) noexcept {
    if (timeout.is_set() || buffer.empty() || core.has(socket_core::mark::input_shut)) [[unlikely]]
        return receive_bounded(core, buffer, timeout);
    int error = 0;
    std::ptrdiff_t const count = bare_receive(core, buffer, error, buffer.data());
    if (count <= 0) [[unlikely]]
        return after_bare_receive(core, buffer, count, error);
    return {static_cast<std::size_t>(count), {}, {}};
}

/// The call of a receive_from() by itself, of an IP socket that receives no joined datagrams, while no timeout is in
/// force: where it does not return more than zero, after_bare_receive_from() is to have the last word.
[[nodiscard, gnu::always_inline]] inline std::ptrdiff_t bare_receive_from(socket_core& core,
                                                                          std::span<std::byte> buffer,
                                                                          ip_address& address, std::uint16_t& port,
                                                                          int& error) noexcept {
    platform::raw_address source; // NOLINT(cppcoreguidelines-pro-type-member-init): written by the call
    std::ptrdiff_t const count =
        bare_call(core, error, [buffer, &source](platform::handle handle, platform::transfer_flags mode) noexcept {
            return platform::receive_from_raw(handle, buffer, mode, source);
        });
    if (count < 0) [[unlikely]]
        return count;
    platform::decode_ip_source(source, address, port);
    if (core.family == platform::family::v6)
        address = address.unmapped();
    core.count_received(static_cast<std::size_t>(count));
    return count;
}

} // namespace usocket::detail
