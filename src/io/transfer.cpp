// SPDX-License-Identifier: MIT
#include "io/transfer.hpp"

#include "conditions/raise.hpp"
#include "io/bounded_call.hpp"
#include "io/receive.hpp"

namespace usocket::detail {

using platform::transfer_flags;

io_result end_of_input(socket_core& core) noexcept {
    int const lost = core.find_loss();
    if (!core.is_open())
        return {0, make_code(errc::invalid_socket), {}};
    if (lost != 0)
        return {0, system_code(lost), {}};
    return {};
}

io_result receive_scattered(socket_core& core, std::span<std::byte> first, std::span<std::byte> second,
                            time_limit timeout) noexcept {
    if (first.empty() && second.empty())
        return {};
    return receive_stream(core, timeout, transfer_flags::none,
                          [&](platform::handle handle, transfer_flags mode) noexcept {
                              return platform::receive_scattered(handle, first, second, mode);
                          });
}

io_result send_all(socket_core& core, std::span<std::byte const> first, std::span<std::byte const> second,
                   time_limit timeout) noexcept {
    if (core.output_shut.load(std::memory_order_relaxed))
        return {0, make_code(core.is_open() ? errc::shutdown : errc::invalid_socket), {}};
    io_result total;
    bool const in_parts = core.point() != nullptr && core.family == platform::family::local;
    countdown const all_parts(timeout);
    time_limit left = timeout;
    while (!first.empty() || !second.empty()) {
        io_result const part = bounded_call(core, direction_of_wait::output, left,
                                            [&](platform::handle handle, transfer_flags mode) noexcept {
                                                if (in_parts && first.size() > part_of_long_send)
                                                    return platform::send(handle, first.first(part_of_long_send), mode);
                                                if (second.empty())
                                                    return platform::send(handle, first, mode);
                                                if (first.empty())
                                                    return platform::send(handle, second, mode);
                                                return platform::send_gathered(handle, first, second, mode);
                                            });
        if (part.error)
            return {total.count, part.error, timeout.is_set() ? all_parts.elapsed() : part.elapsed};
        total.count += part.count;
        core.count_sent(part.count);
        std::size_t const of_first = part.count < first.size() ? part.count : first.size();
        first = first.subspan(of_first);
        second = second.subspan(part.count - of_first);
        left = all_parts.left();
    }
    return total;
}

io_result send_now(socket_core& core, std::span<std::byte const> data) noexcept {
    socket_core::use const in_use(core);
    if (!in_use)
        return {0, make_code(errc::invalid_socket), {}};
    platform::transfer sent;
    do {
        sent = platform::send(in_use.handle(), data, transfer_flags::dont_wait);
    } while (platform::is_interrupted(sent.error));
    return {sent.error == 0 ? sent.count : 0, system_code(sent.error), {}};
}

void raise_io_failure(socket_core const& core, std::string_view operation, io_result result) {
    raise_condition({.code = result.error,
                     .operation = operation,
                     .local = core.local,
                     .remote = core.remote,
                     .bytes_transferred = result.count,
                     .elapsed = result.elapsed,
                     .handle = core.handle()});
}

} // namespace usocket::detail
