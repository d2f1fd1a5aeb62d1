// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "io/bounded_call.hpp"
#include "io/transfer.hpp"

/// Receiving from a stream, here so that it becomes a part of its callers: after a system call a processor mispredicts
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

} // namespace usocket::detail
