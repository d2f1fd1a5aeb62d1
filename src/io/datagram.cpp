// SPDX-License-Identifier: MIT
#include "conditions/raise.hpp"
#include "io/bounded_call.hpp"
#include "io/dual_stack.hpp"
#include "io/transfer.hpp"

/// Single datagrams.
namespace usocket::detail {

using platform::transfer_flags;

namespace {

/// What a receive of one means.
io_result received_from(socket_core& core, io_result const& result, endpoint& source, transfer_flags flags) {
    // A closing thread wakes a blocked receive with what looks like an empty datagram.
    if (result.count == 0 && !result.error && !core.is_open())
        return {0, make_code(errc::invalid_socket), {}};
    if (result.error)
        return result;
    if (core.family == platform::family::v6)
        source = presented(source);
    if (!platform::has(flags, transfer_flags::peek))
        core.count_received(result.count);
    return result;
}

/// Sends to what the address says; null is the connected peer.
struct datagram_call {
    std::span<std::byte const> data;
    platform::raw_address const* address;

    platform::transfer operator()(platform::handle handle, transfer_flags mode) const noexcept {
        std::ptrdiff_t const count = address != nullptr ? platform::send_to_raw(handle, data, mode, *address)
                                                        : platform::send_raw(handle, data, mode);
        return count < 0 ? platform::transfer{0, platform::last_error()}
                         : platform::transfer{static_cast<std::size_t>(count), 0};
    }
};

template <class Send>
io_result send_encoded(socket_core& core, std::span<std::byte const> data, endpoint const* destination,
                       Send&& send) noexcept {
    if (core.has(socket_core::mark::output_shut))
        return {0, make_code(core.is_open() ? errc::shutdown : errc::invalid_socket), {}};
    platform::raw_address address; // NOLINT(cppcoreguidelines-pro-type-member-init): written where it is used
    if (destination != nullptr) {
        if (int const error = platform::encode_destination(*destination, core.family, address))
            return {0, system_code(error), {}};
    }
    io_result const result = send(datagram_call{data, destination != nullptr ? &address : nullptr});
    core.count_sent(result.count);
    return result;
}

} // namespace

io_result receive_from(socket_core& core, std::span<std::byte> buffer, endpoint& source, time_limit timeout,
                       transfer_flags flags) {
    if (core.has(socket_core::mark::joined)) {
        datagram_details unused;
        return receive_with_details(core, buffer, source, unused, timeout, flags);
    }
    auto const call = [&](platform::handle handle, transfer_flags mode) noexcept {
        return platform::receive_from(handle, buffer, source, flags | mode);
    };
    return received_from(core, bounded_call(core, direction_of_wait::input, timeout, call), source, flags);
}

io_result after_bare_receive_from(socket_core& core, std::span<std::byte> buffer, endpoint& source,
                                  std::ptrdiff_t count, int error) {
    auto const call = [&](platform::handle handle, transfer_flags mode) noexcept {
        return platform::receive_from(handle, buffer, source, mode);
    };
    return received_from(core, after_bare_call(core, direction_of_wait::input, count, error, call), source,
                         transfer_flags::none);
}

io_result send_datagram(socket_core& core, std::span<std::byte const> data, endpoint const* destination,
                        time_limit timeout) noexcept {
    return send_encoded(core, data, destination, [&](datagram_call const& call) noexcept {
        return bounded_call(core, direction_of_wait::output, timeout, call);
    });
}

io_result after_bare_send_datagram(socket_core& core, std::span<std::byte const> data, endpoint const* destination,
                                   int error) noexcept {
    return send_encoded(core, data, destination, [&](datagram_call const& call) noexcept {
        return after_bare_call(core, direction_of_wait::output, -1, error, call);
    });
}

} // namespace usocket::detail
