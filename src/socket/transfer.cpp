// SPDX-License-Identifier: MIT
#include <usocket/transfer.hpp>

#include <algorithm>

#include <usocket/names.hpp>

#include "io/receive.hpp"
#include "io/send.hpp"

#include "conditions/raise.hpp"
#include "resolve/resolver.hpp"
#include "socket/open_core.hpp"

namespace usocket {

using detail::io_result;
using detail::make_code;
using detail::socket_core;

namespace {

constexpr std::string_view send_name = "socket_send";
constexpr std::string_view receive_name = "socket_receive";

/// The part of the buffer that an operation is about; unset when offset or length lie beyond it.
template <class Octet>
std::optional<std::span<Octet>> part_of(std::span<Octet> buffer, std::size_t offset,
                                        std::optional<std::size_t> length) noexcept {
    if (offset > buffer.size() || (length && *length > buffer.size() - offset))
        return std::nullopt;
    return buffer.subspan(offset, length ? *length : buffer.size() - offset);
}

io_result invalid_argument() noexcept { return {0, make_code(errc::invalid_argument), {}}; }

time_limit either(time_limit first, time_limit second) noexcept { return first.is_set() ? first : second; }

io_result send_behind_stream(socket_core& core, std::span<std::byte const> data, time_limit timeout) noexcept {
    detail::countdown const both(timeout);
    if (io_result const flushed = core.stream->flush(timeout); flushed.error)
        return {0, flushed.error, flushed.elapsed};
    return send_all(core, data, {}, both.left());
}

[[gnu::always_inline]] inline io_result send_stream(socket_core& core, octet_span buffer,
                                                    send_options const& options) noexcept {
    auto const data = part_of(buffer.bytes(), options.offset, options.length);
    if (!data)
        return invalid_argument();
    time_limit const timeout = either(options.timeout, core.write_timeout());
    return core.stream ? send_behind_stream(core, *data, timeout) : detail::send(core, *data, timeout);
}

/// Where a datagram goes whose options name no endpoint: null for the connected peer.
std::error_code find_destination(socket_core const& core, datagram_send_options const& options, endpoint& storage,
                                 endpoint const*& destination) {
    destination = nullptr;
    bool const has_host = !options.host.is_wildcard();
    bool const has_port = options.port.is_service() || options.port.number() != 0 || !options.port.is_valid();
    if (has_host != has_port || !options.host.is_valid() || !options.port.is_valid())
        return make_code(errc::invalid_argument);
    if (!has_host)
        return core.connected ? std::error_code() : make_code(errc::invalid_argument);
    detail::limit_if_any const in_force(options.timeout);
    auto const number = detail::resolve_port(options.port, platform::socket_type::datagram, in_force.get());
    if (number.error)
        return number.error;
    ip_address address = options.host.address();
    if (options.host.is_name()) {
        // As get_host_by_name() chooses, among the families that the socket takes.
        auto const found =
            detail::resolve_host(options.host, core.v6_only ? std::optional(true) : std::nullopt, in_force.get());
        if (found.error)
            return found.error;
        auto const v4 = std::ranges::find_if(found.addresses, &ip_address::is_v4);
        address = v4 != found.addresses.end() ? *v4 : found.addresses.front(); // the system refuses a misfit
    }
    storage = endpoint(address, number.number);
    destination = &storage;
    return {};
}

io_result send_datagram_to(socket_core& core, octet_span buffer, datagram_send_options const& options,
                           endpoint& storage) {
    auto const data = part_of(buffer.bytes(), options.offset, options.length);
    if (!data)
        return invalid_argument();
    endpoint const* destination = options.destination;
    if (destination == nullptr) {
        if (auto const code = find_destination(core, options, storage, destination); code)
            return {0, code, {}};
    }
    time_limit const timeout = either(options.timeout, core.write_timeout());
    if (options.source != nullptr) [[unlikely]]
        return detail::send_datagram_from(core, *data, *options.source, destination, timeout);
    return detail::send_datagram(core, *data, destination, timeout);
}

/// What a failure to send a datagram means, in words.
std::string_view why_refused(socket_core const& core, octet_span buffer, datagram_send_options const& options,
                             std::error_code code) noexcept {
    if (options.source != nullptr && code == errc::address_not_available)
        return "the source is no address of this machine that the socket can send from";
    if (options.source != nullptr && code == errc::operation_not_supported)
        return "a local socket sends from its own name only";
    if (code != errc::invalid_argument)
        return {};
    if (!part_of(buffer.bytes(), options.offset, options.length))
        return "offset or length beyond the buffer";
    if (!options.host.is_valid() || !options.port.is_valid())
        return "host or port out of range";
    if (buffer.size() > max_datagram_packet_size)
        return "larger than a datagram can be";
    if (options.destination == nullptr && options.host.is_wildcard() && !core.connected)
        return "an unconnected socket needs a destination";
    if (options.destination == nullptr && !options.host.is_wildcard() && options.port.to_string() == "0")
        return "a host needs a port";
    if (options.source != nullptr)
        return "the destination cannot be sent to from this source";
    return {};
}

platform::transfer_flags flags_of(receive_options const& options) noexcept {
    return options.peek ? platform::transfer_flags::peek : platform::transfer_flags::none;
}

io_result receive_with_details(socket_core& core, std::span<std::byte> buffer, receive_options const& options,
                               endpoint& source) noexcept {
    datagram_details storage;
    datagram_details& details = options.details != nullptr ? *options.details : storage;
    time_limit const timeout = either(options.timeout, core.read_timeout());
    io_result const result = detail::receive_with_details(core, buffer, source, details, timeout, flags_of(options));
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
    return detail::receive_from(core, buffer, source, either(options.timeout, core.read_timeout()), flags_of(options));
}

[[gnu::always_inline]] inline io_result receive_stream(socket_core& core, std::span<std::byte> buffer,
                                                       receive_options const& options) noexcept {
    if (options.details != nullptr)
        *options.details = {};
    if (options.destination != nullptr) { // first, so that a failure loses nothing
        if (auto const code = detail::find_local_end(core, *options.destination); code)
            return {0, code, {}};
    }
    if (core.stream && core.stream->buffered_input() > 0)
        return {core.stream->take_input(buffer, options.peek), {}, {}};
    return detail::receive(core, buffer, either(options.timeout, core.read_timeout()), flags_of(options));
}

receive_result describe(std::span<std::byte> buffer, std::size_t size, endpoint const& source,
                        receive_options const& options) {
    if (options.source != nullptr)
        *options.source = source;
    receive_result result{.buffer = buffer.first(std::min(size, buffer.size())), .size = size};
    if (source.is_ip()) {
        result.host = source.address();
        result.port = source.port();
    }
    return result;
}

received_datagram own(received_datagram datagram, receive_result const& got) {
    datagram.buffer.resize(got.buffer.size());
    datagram.size = got.size;
    datagram.host = got.host;
    datagram.port = got.port;
    return datagram;
}

// Most calls on datagrams ask for nothing special, and have a path of their own: after a system call little of the code
// is left in the processor's caches, so that what is not fetched counts for more than what is not done.

/// Whether a datagram goes to an endpoint, and that is all.
[[gnu::always_inline]] inline bool is_plain(socket_core const& core, datagram_send_options const& options) noexcept {
    if (options.destination == nullptr || options.source != nullptr) [[unlikely]]
        return false;
    if (options.length || options.offset != 0) [[unlikely]]
        return false;
    if (options.timeout.is_set() || core.write_timeout().is_set()) [[unlikely]]
        return false;
    return true;
}

/// Whether one is received with its sender's address, and no more.
[[gnu::always_inline]] inline bool is_plain(socket_core const& core, receive_options const& options) noexcept {
    if (options.source != nullptr || options.destination != nullptr || options.details != nullptr) [[unlikely]]
        return false;
    if (options.length || options.peek) [[unlikely]]
        return false;
    if (options.timeout.is_set() || core.read_timeout().is_set()) [[unlikely]]
        return false;
    if (core.family == platform::family::local || core.joined) [[unlikely]]
        return false;
    return true;
}

[[noreturn, gnu::cold]] void raise_not_sent(socket_core const& core, octet_span buffer,
                                            datagram_send_options const& options, endpoint const& remote,
                                            io_result result) {
    std::string const host = options.host.is_wildcard() ? std::string() : options.host.to_string();
    raise_condition({.code = result.error,
                     .operation = send_name,
                     .local = core.local,
                     .remote = remote,
                     .host_or_ip = host,
                     .detail = why_refused(core, buffer, options, result.error),
                     .elapsed = result.elapsed,
                     .handle = core.handle()});
}

[[gnu::noinline]] std::size_t send_as_asked(socket_core& core, octet_span buffer,
                                            datagram_send_options const& options) {
    endpoint destination;
    io_result const result = send_datagram_to(core, buffer, options, destination);
    if (result.error)
        raise_not_sent(core, buffer, options,
                       options.destination != nullptr               ? *options.destination
                       : destination.type() != endpoint::kind::none ? destination
                                                                    : core.remote,
                       result);
    return result.count;
}

[[gnu::noinline]] std::size_t send_as_asked(socket_core& core, octet_span buffer, datagram_send_options const& options,
                                            std::error_code& ec) {
    return detail::report_to(ec, [&]() -> std::size_t {
        endpoint destination;
        io_result const result = send_datagram_to(core, buffer, options, destination);
        ec = result.error;
        return result.count;
    });
}

[[gnu::noinline]] receive_result receive_as_asked(socket_core& core, mutable_octet_span buffer,
                                                  receive_options const& options) {
    auto const room = part_of(buffer.bytes(), 0, options.length);
    endpoint source;
    io_result const result = room ? receive_datagram(core, *room, options, source) : invalid_argument();
    if (result.error)
        raise_io_failure(core, receive_name, result);
    return describe(*room, result.count, source, options);
}

[[gnu::noinline]] receive_result receive_as_asked(socket_core& core, mutable_octet_span buffer,
                                                  receive_options const& options, std::error_code& ec) {
    return detail::report_to(ec, [&]() -> receive_result {
        auto const room = part_of(buffer.bytes(), 0, options.length);
        endpoint source;
        io_result const result = room ? receive_datagram(core, *room, options, source) : invalid_argument();
        ec = result.error;
        return ec ? receive_result() : describe(*room, result.count, source, options);
    });
}

} // namespace

std::size_t socket_send(stream_usocket& socket, octet_span buffer, send_options const& options) {
    socket_core& core = detail::open_core(socket, send_name);
    io_result const result = send_stream(core, buffer, options);
    if (result.error)
        raise_io_failure(core, send_name, result);
    return result.count;
}

std::size_t socket_send(stream_usocket& socket, octet_span buffer, send_options const& options, std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    if (core == nullptr)
        return 0;
    io_result const result = send_stream(*core, buffer, options);
    ec = result.error;
    return result.count;
}

std::size_t socket_send(datagram_usocket& socket, octet_span buffer, datagram_send_options const& options) {
    socket_core& core = detail::open_core(socket, send_name);
    if (!is_plain(core, options)) [[unlikely]]
        return send_as_asked(core, buffer, options);
    io_result const sent = detail::send_plainly(core, buffer.bytes(), *options.destination);
    if (sent.error) [[unlikely]]
        raise_not_sent(core, buffer, options, *options.destination, sent);
    return sent.count;
}

std::size_t socket_send(datagram_usocket& socket, octet_span buffer, datagram_send_options const& options,
                        std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    if (core == nullptr) [[unlikely]]
        return 0;
    if (!is_plain(*core, options)) [[unlikely]]
        return send_as_asked(*core, buffer, options, ec);
    io_result const sent = detail::send_plainly(*core, buffer.bytes(), *options.destination);
    if (sent.error) [[unlikely]]
        ec = sent.error;
    return sent.count;
}

receive_result socket_receive(datagram_usocket& socket, mutable_octet_span buffer, receive_options const& options) {
    receive_result result;
    socket_core& core = detail::open_core(socket, receive_name);
    if (!is_plain(core, options)) [[unlikely]] {
        result = receive_as_asked(core, buffer, options);
        return result;
    }
    io_result const got = detail::receive_plainly(core, buffer.bytes(), result.host, result.port);
    if (got.error) [[unlikely]]
        raise_io_failure(core, receive_name, got);
    result.buffer = buffer.bytes().first(std::min(got.count, buffer.size()));
    result.size = got.count;
    return result;
}

receive_result socket_receive(datagram_usocket& socket, mutable_octet_span buffer, receive_options const& options,
                              std::error_code& ec) {
    receive_result result;
    socket_core* const core = detail::open_core(socket, ec);
    if (core == nullptr) [[unlikely]]
        return result;
    if (!is_plain(*core, options)) [[unlikely]] {
        result = receive_as_asked(*core, buffer, options, ec);
        return result;
    }
    io_result const got = detail::receive_plainly(*core, buffer.bytes(), result.host, result.port);
    if (got.error) [[unlikely]] {
        ec = got.error;
        return result;
    }
    result.buffer = buffer.bytes().first(std::min(got.count, buffer.size()));
    result.size = got.count;
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

receive_result socket_receive(stream_usocket& socket, mutable_octet_span buffer, receive_options const& options) {
    socket_core& core = detail::open_core(socket, receive_name);
    auto const room = part_of(buffer.bytes(), 0, options.length);
    io_result const result = room ? receive_stream(core, *room, options) : invalid_argument();
    if (result.error)
        raise_io_failure(core, receive_name, result);
    return describe(*room, result.count, core.remote, options);
}

receive_result socket_receive(stream_usocket& socket, mutable_octet_span buffer, receive_options const& options,
                              std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    if (core == nullptr)
        return {};
    auto const room = part_of(buffer.bytes(), 0, options.length);
    io_result const result = room ? receive_stream(*core, *room, options) : invalid_argument();
    ec = result.error;
    return ec ? receive_result() : describe(*room, result.count, core->remote, options);
}

} // namespace usocket
