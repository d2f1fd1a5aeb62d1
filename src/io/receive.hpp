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

/// What became of a receive after a bare call that has not received an octet.
[[gnu::noinline, gnu::cold]] inline io_result after_bare_receive(socket_core& core, std::span<std::byte> buffer,
                                                                 platform::raw_address& source, std::ptrdiff_t count,
                                                                 int error) noexcept {
    io_result result;
    if (count < 0)
        result = after_bare_call(core, direction_of_wait::input, error,
                                 [buffer, &source](platform::handle handle, platform::transfer_flags mode) noexcept {
                                     std::ptrdiff_t const got =
                                         platform::receive_from_raw(handle, buffer, mode, source);
                                     return got < 0 ? platform::transfer{0, platform::last_error()}
                                                    : platform::transfer{static_cast<std::size_t>(got), 0};
                                 });
    // A closing thread wakes a blocked receive with what looks like an empty datagram.
    if (result.count == 0 && !result.error && !core.is_open())
        result.error = make_code(errc::invalid_socket);
    return result;
}

/// As receive_from() of an IP socket that receives no joined datagrams, without a timeout: short where all goes well,
/// for after a system call little of a caller's code is left in the processor's caches.
[[nodiscard, gnu::always_inline]] inline io_result receive_plainly(socket_core& core, std::span<std::byte> buffer,
                                                                   ip_address& address, std::uint16_t& port) noexcept {
    platform::raw_address source; // NOLINT(cppcoreguidelines-pro-type-member-init): written by the call
    int error = 0;
    std::ptrdiff_t count =
        bare_call(core, error, [buffer, &source](platform::handle handle, platform::transfer_flags mode) noexcept {
            return platform::receive_from_raw(handle, buffer, mode, source);
        });
    if (count <= 0) [[unlikely]] {
        io_result const result = after_bare_receive(core, buffer, source, count, error);
        if (result.error)
            return result;
        count = static_cast<std::ptrdiff_t>(result.count);
    }
    platform::decode_ip_source(source, address, port);
    if (core.family == platform::family::v6)
        address = address.unmapped();
    core.count_received(static_cast<std::size_t>(count));
    return {static_cast<std::size_t>(count), {}, {}};
}

} // namespace usocket::detail
