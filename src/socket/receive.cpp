// SPDX-License-Identifier: MIT
#include <usocket/transfer.hpp>

#include <algorithm>

#include "conditions/raise.hpp"
#include "io/receive.hpp"
#include "socket/buffer_part.hpp"
#include "socket/open_core.hpp"

namespace usocket {

using detail::io_result;
using detail::make_code;
using detail::part_of;
using detail::socket_core;

namespace {

constexpr std::string_view receive_name = "socket_receive";

// ---- as the options ask

platform::transfer_flags flags_of(receive_options const& options) noexcept {
    return options.peek ? platform::transfer_flags::peek : platform::transfer_flags::none;
}

time_limit timeout_of(socket_core const& core, receive_options const& options) noexcept {
    return options.timeout.is_set() ? options.timeout : core.read_timeout();
}

io_result receive_with_details(socket_core& core, std::span<std::byte> buffer, receive_options const& options,
                               endpoint& source) noexcept {
    datagram_details storage;
    datagram_details& details = options.details != nullptr ? *options.details : storage;
    io_result const result =
        detail::receive_with_details(core, buffer, source, details, timeout_of(core, options), flags_of(options));
    if (result.error || options.destination == nullptr)
        return result;
    *options.destination = details.destination;
    if (details.destination.type() == endpoint::kind::none) {
        if (auto const code = detail::find_local_end(core, *options.destination); code)
            return {0, code, {}};
    }
    return result;
}

io_result receive_datagram(socket_core& core, std::span<std::byte> buffer, receive_options const& options,
                           endpoint& source) {
    if (options.destination != nullptr || options.details != nullptr)
        return receive_with_details(core, buffer, options, source);
    return detail::receive_from(core, buffer, source, timeout_of(core, options), flags_of(options));
}

io_result receive_stream(socket_core& core, std::span<std::byte> buffer, receive_options const& options) noexcept {
    if (options.details != nullptr)
        *options.details = {};
    if (options.destination != nullptr) { // first, so that a failure loses nothing
        if (auto const code = detail::find_local_end(core, *options.destination); code)
            return {0, code, {}};
    }
    if (auto* const stream = core.stream(); stream != nullptr && stream->buffered_input() > 0)
        return {stream->take_input(buffer, options.peek), {}, {}};
    return receive_bounded(core, buffer, timeout_of(core, options), flags_of(options));
}

/// Raises where `ec` is null.
void report(socket_core const& core, io_result const& failure, std::error_code* ec) {
    if (ec == nullptr)
        raise_io_failure(core, receive_name, failure);
    *ec = failure.error;
}

void describe(std::span<std::byte> buffer, std::size_t size, endpoint const& source, receive_result& result) {
    result.buffer = buffer.first(std::min(size, buffer.size()));
    result.size = size;
    if (source.is_ip()) {
        result.host = source.address();
        result.port = source.port();
    }
}

void receive_any(socket_core& core, mutable_octet_span whole, receive_options const& options, receive_result& result,
                 std::error_code* ec) {
    auto const buffer = part_of(whole.bytes(), 0, options.length);
    bool const is_stream = core.kind == socket_kind::stream;
    endpoint storage;
    endpoint const& source = is_stream ? core.remote() : storage;
    io_result const got = !buffer     ? io_result{0, make_code(errc::invalid_argument), {}}
                          : is_stream ? receive_stream(core, *buffer, options)
                                      : receive_datagram(core, *buffer, options, storage);
    if (got.error)
        return report(core, got, ec);
    if (options.source != nullptr)
        *options.source = source;
    describe(*buffer, got.count, source, result);
}

[[gnu::noinline]] void receive_as_asked(socket_core& core, mutable_octet_span buffer, receive_options const& options,
                                        receive_result& result, std::error_code* ec) {
    if (ec == nullptr)
        return receive_any(core, buffer, options, result, nullptr);
    detail::report_to(*ec, [&] { receive_any(core, buffer, options, result, ec); });
}

// ---- plainly
//
// Most calls ask for nothing special, and have a path of their own: after a system call little of the code is left in
// the processor's caches, so that what is not fetched counts for more than what is not done.

using mark = socket_core::mark;

[[gnu::always_inline]] inline bool asks_for_nothing(receive_options const& options) noexcept {
    return &options == &detail::receive_what_comes ||
           (options.source == nullptr && options.destination == nullptr && options.details == nullptr &&
            !options.length && !options.peek && !options.timeout.is_set());
}

[[gnu::noinline, gnu::cold]] void after_bare_receive(socket_core& core, std::span<std::byte> buffer,
                                                     std::ptrdiff_t count, int error, receive_result& result,
                                                     std::error_code* ec) {
    io_result const got = detail::after_bare_receive(core, buffer, count, error);
    if (got.error) {
        result = {};
        return report(core, got, ec);
    }
    result.size = got.count;
    result.buffer = buffer.first(got.count);
}

[[gnu::always_inline]] inline void receive_from_stream(socket_core& core, usocket const& object,
                                                       mutable_octet_span room, receive_options const& options,
                                                       receive_result& result, std::error_code* ec) {
    if (!asks_for_nothing(options) || core.has_any(mark::timeouts, mark::stream, mark::input_shut) || room.empty())
        [[unlikely]]
        return receive_as_asked(core, room, options, result, ec);
    // Before the call, while all of it is in the caches.
    result.host = core.remote_address();
    result.port = core.remote_port();
    auto const buffer = room.bytes();
    int error = 0;
    std::ptrdiff_t const count = detail::bare_receive(core, buffer, error, &object);
    if (count <= 0) [[unlikely]]
        return after_bare_receive(core, buffer, count, error, result, ec);
    result.size = static_cast<std::size_t>(count);
    result.buffer = buffer.first(result.size);
}

[[gnu::noinline, gnu::cold]] void after_bare_receive_from(socket_core& core, std::span<std::byte> buffer,
                                                          std::ptrdiff_t count, int error, receive_result& result,
                                                          std::error_code* ec) {
    endpoint source(result.host, result.port);
    io_result const got = detail::after_bare_receive_from(core, buffer, source, count, error);
    if (got.error) {
        result = {};
        return report(core, got, ec);
    }
    describe(buffer, got.count, source, result);
}

[[gnu::always_inline]] inline void receive_one_datagram(socket_core& core, mutable_octet_span room,
                                                        receive_options const& options, receive_result& result,
                                                        std::error_code* ec) {
    if (!asks_for_nothing(options) || core.has_any(mark::timeouts, mark::joined) ||
        core.family == platform::family::local) [[unlikely]]
        return receive_as_asked(core, room, options, result, ec);
    auto const buffer = room.bytes();
    int error = 0;
    std::ptrdiff_t const count = detail::bare_receive_from(core, buffer, result.host, result.port, error);
    if (count <= 0) [[unlikely]]
        return after_bare_receive_from(core, buffer, count, error, result, ec);
    result.size = static_cast<std::size_t>(count);
    result.buffer = buffer.first(std::min(result.size, buffer.size()));
}

received_datagram own(received_datagram datagram, receive_result const& got) {
    datagram.buffer.resize(got.buffer.size());
    datagram.size = got.size;
    datagram.host = got.host;
    datagram.port = got.port;
    return datagram;
}

} // namespace

receive_result socket_receive(stream_usocket& socket, mutable_octet_span buffer, receive_options const& options) {
    receive_result result;
    receive_from_stream(detail::open_core(socket, receive_name), socket, buffer, options, result, nullptr);
    return result;
}

receive_result socket_receive(stream_usocket& socket, mutable_octet_span buffer, receive_options const& options,
                              std::error_code& ec) {
    receive_result result;
    if (socket_core* const core = detail::open_core(socket, ec)) [[likely]]
        receive_from_stream(*core, socket, buffer, options, result, &ec);
    return result;
}

receive_result socket_receive(datagram_usocket& socket, mutable_octet_span buffer, receive_options const& options) {
    receive_result result;
    receive_one_datagram(detail::open_core(socket, receive_name), buffer, options, result, nullptr);
    return result;
}

receive_result socket_receive(datagram_usocket& socket, mutable_octet_span buffer, receive_options const& options,
                              std::error_code& ec) {
    receive_result result;
    if (socket_core* const core = detail::open_core(socket, ec)) [[likely]]
        receive_one_datagram(*core, buffer, options, result, &ec);
    return result;
}

received_datagram socket_receive(datagram_usocket& socket, receive_options const& options) {
    received_datagram datagram{.buffer = std::string(options.length.value_or(max_datagram_packet_size), '\0')};
    receive_result const got = socket_receive(socket, datagram.buffer, options);
    return own(std::move(datagram), got);
}

received_datagram socket_receive(datagram_usocket& socket, receive_options const& options, std::error_code& ec) {
    return detail::report_to(ec, [&] {
        received_datagram datagram{.buffer = std::string(options.length.value_or(max_datagram_packet_size), '\0')};
        receive_result const got = socket_receive(socket, datagram.buffer, options, ec);
        return own(std::move(datagram), got);
    });
}

} // namespace usocket
