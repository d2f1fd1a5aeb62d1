// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "io/bounded_call.hpp"
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

} // namespace usocket::detail
