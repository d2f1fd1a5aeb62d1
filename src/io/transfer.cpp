// SPDX-License-Identifier: MIT
#include "io/transfer.hpp"

#include "conditions/raise.hpp"
#include "io/bounded_call.hpp"

namespace usocket::detail {

using platform::transfer_flags;

namespace {

/// What receiving nothing means: the end of the stream, unless the connection was lost or the socket closed meanwhile.
io_result end_of_input(socket_core& core) noexcept {
    int const lost = core.find_loss();
    if (!core.is_open())
        return {0, make_code(errc::invalid_socket), {}};
    if (lost != 0)
        return {0, system_code(lost), {}};
    return {};
}

io_result received(socket_core& core, io_result const& result, transfer_flags flags) noexcept {
    if (result.count == 0 && !result.error)
        return end_of_input(core);
    if (!platform::has(flags, transfer_flags::peek))
        core.count_received(result.count);
    return result;
}

template <class Call>
io_result receive_stream(socket_core& core, time_limit timeout, transfer_flags flags, Call&& call) noexcept {
    if (core.has(socket_core::mark::input_shut)) // some systems go on handing out what comes
        return end_of_input(core);
    return received(core, bounded_call(core, direction_of_wait::input, timeout, call), flags);
}

} // namespace

io_result receive_bounded(socket_core& core, std::span<std::byte> buffer, time_limit timeout,
                          transfer_flags flags) noexcept {
    if (buffer.empty())
        return {};
    return receive_stream(core, timeout, flags, [&](platform::handle handle, transfer_flags mode) noexcept {
        return platform::receive(handle, buffer, flags | mode);
    });
}

io_result after_bare_receive(socket_core& core, std::span<std::byte> buffer, std::ptrdiff_t count, int error) noexcept {
    if (count < 0 && error == 0)
        return receive_bounded(core, buffer, time_limit());
    auto const call = [buffer](platform::handle handle, transfer_flags mode) noexcept {
        return platform::receive(handle, buffer, mode);
    };
    return received(core, after_bare_call(core, direction_of_wait::input, count, error, call), transfer_flags::none);
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
    if (core.has(socket_core::mark::output_shut))
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

io_result after_bare_send(socket_core& core, std::span<std::byte const> data, std::ptrdiff_t count,
                          int error) noexcept {
    if (count < 0 && error == 0)
        return send_all(core, data, {}, time_limit());
    io_result sent{.count = count < 0 ? 0 : static_cast<std::size_t>(count)};
    if (count < 0)
        sent = after_bare_call(core, direction_of_wait::output, count, error,
                               [data](platform::handle handle, transfer_flags mode) noexcept {
                                   return platform::send(handle, data, mode);
                               });
    core.count_sent(sent.count);
    if (sent.error || sent.count == data.size())
        return sent;
    io_result rest = send_all(core, data.subspan(sent.count), {}, time_limit());
    rest.count += sent.count;
    return rest;
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

void raise_io_failure(socket_core const& core, std::string_view operation, io_result const& result) {
    raise_condition({.code = result.error,
                     .operation = operation,
                     .local = core.local,
                     .remote = core.remote(),
                     .bytes_transferred = result.count,
                     .elapsed = result.elapsed,
                     .handle = core.handle()});
}

} // namespace usocket::detail
