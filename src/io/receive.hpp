// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "io/bounded_call.hpp"
#include "io/dual_stack.hpp"
#include "io/transfer.hpp"

/// Receiving, here so that it becomes a part of its callers: after a system call a processor mispredicts
/// each return to a frame from before it, so that frames cost more than all that the library does in them.
namespace usocket::detail {

template <class Call>
[[gnu::always_inline]] inline io_result receive_stream(socket_core& core, time_limit timeout,
                                                       platform::transfer_flags flags, Call&& call) noexcept {
    if (core.input_shut.load(std::memory_order_relaxed)) // some systems go on handing out what comes
        return end_of_input(core);
    io_result const result = bounded_call(core, direction_of_wait::input, timeout, call);
    if (result.count == 0 && !result.error)
        return end_of_input(core);
    if (!platform::has(flags, platform::transfer_flags::peek))
        core.count_received(result.count);
    return result;
}

/// What is there, at least one octet; a count of zero without an error is the end of the stream.
[[nodiscard, gnu::always_inline]] inline io_result
receive(socket_core& core, std::span<std::byte> buffer, time_limit timeout,
        platform::transfer_flags flags = platform::transfer_flags::none) noexcept {
    if (buffer.empty())
        return {};
    return receive_stream(core, timeout, flags, [&](platform::handle handle, platform::transfer_flags mode) noexcept {
        return platform::receive(handle, buffer, flags | mode);
    });
}

/// One datagram; the count is its own size, which may be more than the buffer's.
[[nodiscard, gnu::always_inline]] inline io_result
receive_from(socket_core& core, std::span<std::byte> buffer, endpoint& source, time_limit timeout,
             platform::transfer_flags flags = platform::transfer_flags::none) {
    if (core.joined) [[unlikely]] {
        datagram_details unused;
        return receive_with_details(core, buffer, source, unused, timeout, flags);
    }
    io_result const result = bounded_call(core, direction_of_wait::input, timeout,
                                          [&](platform::handle handle, platform::transfer_flags mode) noexcept {
                                              return platform::receive_from(handle, buffer, source, flags | mode);
                                          });
    // A closing thread wakes a blocked receive with what looks like an empty datagram.
    if (result.count == 0 && !result.error && !core.is_open())
        return {0, make_code(errc::invalid_socket), {}};
    if (result.error)
        return result;
    if (core.family == platform::family::v6)
        source = presented(source);
    if (!platform::has(flags, platform::transfer_flags::peek))
        core.count_received(result.count);
    return result;
}

} // namespace usocket::detail
