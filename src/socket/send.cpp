// SPDX-License-Identifier: MIT
#include <usocket/transfer.hpp>

#include <algorithm>

#include <usocket/names.hpp>

#include "conditions/raise.hpp"
#include "io/send.hpp"
#include "resolve/resolver.hpp"
#include "socket/buffer_part.hpp"
#include "socket/open_core.hpp"

namespace usocket {

using detail::io_result;
using detail::make_code;
using detail::part_of;
using detail::socket_core;

namespace {

constexpr std::string_view send_name = "socket_send";

template <class Options>
time_limit timeout_of(socket_core const& core, Options const& options) noexcept {
    return options.timeout.is_set() ? options.timeout : core.write_timeout();
}

// ---- streams

io_result send_behind(detail::attached_stream& stream, socket_core& core, std::span<std::byte const> data,
                      time_limit timeout) noexcept {
    detail::countdown const both(timeout);
    if (io_result const flushed = stream.flush(timeout); flushed.error)
        return {0, flushed.error, flushed.elapsed};
    return send_all(core, data, {}, both.left());
}

io_result send_stream(socket_core& core, octet_span buffer, send_options const& options) noexcept {
    auto const data = part_of(buffer.bytes(), options.offset, options.length);
    if (!data)
        return {0, make_code(errc::invalid_argument), {}};
    auto* const stream = core.stream();
    return stream != nullptr ? send_behind(*stream, core, *data, timeout_of(core, options))
                             : send_all(core, *data, {}, timeout_of(core, options));
}

/// Raises where `ec` is null.
std::size_t reported(socket_core const& core, io_result const& sent, std::error_code* ec) {
    if (sent.error && ec == nullptr)
        raise_io_failure(core, send_name, sent);
    if (sent.error)
        *ec = sent.error;
    return sent.count;
}

[[gnu::noinline]] std::size_t send_as_asked(socket_core& core, octet_span buffer, send_options const& options,
                                            std::error_code* ec) {
    return reported(core, send_stream(core, buffer, options), ec);
}

[[gnu::noinline, gnu::cold]] std::size_t after_bare_send(socket_core& core, std::span<std::byte const> data,
                                                         std::ptrdiff_t count, int error, std::error_code* ec) {
    return reported(core, detail::after_bare_send(core, data, count, error), ec);
}

using mark = socket_core::mark;

// What most calls ask for has a path of its own, for the reason that receiving does (receive.cpp).

[[gnu::always_inline]] inline std::size_t send_to_stream(socket_core& core, octet_span buffer,
                                                         send_options const& options, std::error_code* ec) {
    bool const asks_for_nothing =
        &options == &detail::send_all_of_it || (!options.length && options.offset == 0 && !options.timeout.is_set());
    auto const data = buffer.bytes();
    if (!asks_for_nothing || core.has_any(mark::timeouts, mark::stream, mark::output_shut) ||
        detail::is_long_or_empty(data)) [[unlikely]]
        return send_as_asked(core, buffer, options, ec);
    int error = 0;
    std::ptrdiff_t const count = detail::bare_send(core, data, error);
    if (count == static_cast<std::ptrdiff_t>(data.size())) [[likely]]
        return data.size();
    return after_bare_send(core, data, count, error, ec);
}

// ---- datagrams

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
        return {0, make_code(errc::invalid_argument), {}};
    endpoint const* destination = options.destination;
    if (destination == nullptr) {
        if (auto const code = find_destination(core, options, storage, destination); code)
            return {0, code, {}};
    }
    time_limit const timeout = timeout_of(core, options);
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

[[noreturn, gnu::cold]] void raise_not_sent(socket_core const& core, octet_span buffer,
                                            datagram_send_options const& options, endpoint const& remote,
                                            io_result const& result) {
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

std::size_t send_datagram_as_asked(socket_core& core, octet_span buffer, datagram_send_options const& options) {
    endpoint destination;
    io_result const result = send_datagram_to(core, buffer, options, destination);
    if (result.error)
        raise_not_sent(core, buffer, options,
                       options.destination != nullptr               ? *options.destination
                       : destination.type() != endpoint::kind::none ? destination
                                                                    : core.remote(),
                       result);
    return result.count;
}

/// Raises where `ec` is null.
[[gnu::noinline]] std::size_t send_as_asked(socket_core& core, octet_span buffer, datagram_send_options const& options,
                                            std::error_code* ec) {
    if (ec == nullptr)
        return send_datagram_as_asked(core, buffer, options);
    return detail::report_to(*ec, [&]() -> std::size_t {
        endpoint destination;
        io_result const result = send_datagram_to(core, buffer, options, destination);
        *ec = result.error;
        return result.count;
    });
}

[[gnu::noinline, gnu::cold]] std::size_t after_bare_send_datagram(socket_core& core, octet_span buffer,
                                                                  endpoint const* destination, int error,
                                                                  std::error_code* ec) {
    if (error == 0 || (destination == nullptr && !core.connected))
        return send_as_asked(core, buffer, datagram_send_options{.destination = destination}, ec);
    io_result const sent = detail::after_bare_send_datagram(core, buffer.bytes(), destination, error);
    if (sent.error && ec == nullptr)
        raise_not_sent(core, buffer, {.destination = destination},
                       destination != nullptr ? *destination : core.remote(), sent);
    if (sent.error)
        *ec = sent.error;
    return sent.count;
}

[[gnu::always_inline]] inline std::size_t send_one_datagram(socket_core& core, octet_span buffer, std::error_code* ec) {
    int error = 0;
    std::ptrdiff_t const count =
        core.has_any(mark::timeouts, mark::output_shut) ? -1 : detail::bare_send_datagram(core, buffer.bytes(), error);
    if (count >= 0) [[likely]]
        return static_cast<std::size_t>(count);
    return after_bare_send_datagram(core, buffer, nullptr, error, ec);
}

[[gnu::always_inline]] inline std::size_t send_one_datagram(socket_core& core, octet_span buffer,
                                                            endpoint const& destination, std::error_code* ec) {
    int error = 0;
    std::ptrdiff_t const count = core.has_any(mark::timeouts, mark::output_shut)
                                     ? -1
                                     : detail::bare_send_datagram(core, buffer.bytes(), destination, error);
    if (count >= 0) [[likely]]
        return static_cast<std::size_t>(count);
    return after_bare_send_datagram(core, buffer, &destination, error, ec);
}

[[gnu::always_inline]] inline std::size_t send_one_datagram(socket_core& core, octet_span buffer,
                                                            datagram_send_options const& options, std::error_code* ec) {
    if (options.destination == nullptr || options.source != nullptr || options.length || options.offset != 0 ||
        options.timeout.is_set()) [[unlikely]]
        return send_as_asked(core, buffer, options, ec);
    return send_one_datagram(core, buffer, *options.destination, ec);
}

} // namespace

std::size_t socket_send(stream_usocket& socket, octet_span buffer, send_options const& options) {
    return send_to_stream(detail::open_core(socket, send_name), buffer, options, nullptr);
}

std::size_t socket_send(stream_usocket& socket, octet_span buffer, send_options const& options, std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    return core != nullptr ? send_to_stream(*core, buffer, options, &ec) : 0;
}

std::size_t socket_send(datagram_usocket& socket, octet_span buffer) {
    return send_one_datagram(detail::open_core(socket, send_name), buffer, nullptr);
}

std::size_t socket_send(datagram_usocket& socket, octet_span buffer, std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    return core != nullptr ? send_one_datagram(*core, buffer, &ec) : 0;
}

std::size_t socket_send(datagram_usocket& socket, octet_span buffer, datagram_send_options const& options) {
    return send_one_datagram(detail::open_core(socket, send_name), buffer, options, nullptr);
}

std::size_t socket_send(datagram_usocket& socket, octet_span buffer, datagram_send_options const& options,
                        std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    return core != nullptr ? send_one_datagram(*core, buffer, options, &ec) : 0;
}

std::size_t socket_send_to(datagram_usocket& socket, octet_span buffer, endpoint const& destination) {
    return send_one_datagram(detail::open_core(socket, send_name), buffer, destination, nullptr);
}

std::size_t socket_send_to(datagram_usocket& socket, octet_span buffer, endpoint const& destination,
                           std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    return core != nullptr ? send_one_datagram(*core, buffer, destination, &ec) : 0;
}

} // namespace usocket
