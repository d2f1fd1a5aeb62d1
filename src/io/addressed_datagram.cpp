// SPDX-License-Identifier: MIT
#include <new>

#include "conditions/raise.hpp"
#include "io/bounded_call.hpp"
#include "io/dual_stack.hpp"
#include "io/transfer.hpp"

/// Datagrams that know which of the machine's addresses they came to, or are to go out from.
namespace usocket::detail {

using platform::transfer_flags;

namespace {

/// Whether the system would say the same of our end as we know of it. A connection gives a wildcard an address.
bool is_local_end_known(socket_core const& core) noexcept {
    endpoint const& local = core.local;
    if (!local.is_ip())
        return local.is_local() && local.type() != endpoint::kind::local_unnamed;
    bool const may_be_wildcard = core.kind == socket_kind::datagram && !core.connected;
    return local.port() != 0 && (may_be_wildcard || !local.address().is_unspecified());
}

std::error_code find_local_end(socket_core const& core, platform::handle handle, endpoint& out) noexcept {
    try {
        if (is_local_end_known(core))
            out = core.local;
        else if (int const error = platform::local_endpoint(handle, out); error != 0)
            return system_code(error);
    } catch (std::bad_alloc const&) {
        return make_code(errc::out_of_memory);
    }
    if (out.is_ip())
        out = presented(out);
    return {};
}

/// The noted address with our port, which the system does not note.
std::error_code find_destination(socket_core& core, ip_address const& noted, endpoint& out) noexcept {
    std::uint16_t port = core.local.port();
    if (port == 0) {
        if (auto const code = find_local_end(core, out); code)
            return code;
        port = out.port();
    }
    out = presented({noted, port});
    return {};
}

/// Whether a socket can be bound to the address; a group or a broadcast address can be bound to, too, but is nobody's.
bool is_own_address(ip_address const& address) noexcept {
    if (address.is_multicast())
        return false;
    auto const family = address.is_v4() ? platform::family::v4 : platform::family::v6;
    platform::handle probe = platform::invalid_handle;
    if (platform::open_socket(family, platform::socket_type::datagram, false, probe) != 0)
        return true; // not known
    bool own = platform::classify(platform::bind(probe, {address, 0})) != errc::address_not_available;
    if (own && address.is_v4()) // broadcasting takes a permission
        own = platform::classify(platform::connect(probe, {address, 9})) != errc::operation_not_permitted;
    platform::close_handle(probe);
    return own;
}

/// Systems refuse a source that is not theirs in words that may mean the destination as well.
bool may_mean_source(std::error_code const& code) noexcept {
    return code == errc::invalid_argument || code == errc::network_unreachable || code == errc::host_unreachable;
}

io_result refused(errc why) noexcept { return {0, make_code(why), {}}; }

} // namespace

std::error_code find_local_end(socket_core& core, endpoint& out) noexcept {
    socket_core::use const in_use(core);
    return in_use ? find_local_end(core, in_use.handle(), out) : make_code(errc::invalid_socket);
}

std::error_code present_notes(socket_core& core, platform::datagram_notes const& notes,
                              datagram_details& out) noexcept {
    out.sent_to_many = notes.sent_to_many;
    out.interface_number = notes.interface_number;
    out.received_at = notes.received_at;
    out.traffic_class = notes.traffic_class;
    out.hop_limit = notes.hop_limit;
    out.lost_before = notes.lost_before;
    if (notes.destination)
        return find_destination(core, *notes.destination, out.destination);
    if (out.destination.type() != endpoint::kind::none)
        out.destination = {};
    return {};
}

io_result receive_with_details(socket_core& core, std::span<std::byte> buffer, endpoint& source,
                               datagram_details& details, time_limit timeout, transfer_flags flags) noexcept {
    platform::datagram_notes notes;
    io_result const result = bounded_call(
        core, direction_of_wait::input, timeout, [&](platform::handle handle, transfer_flags mode) noexcept {
            if (core.family == platform::family::local)
                return platform::receive_from(handle, buffer, source, flags | mode);
            if (core.joined)
                return receive_one_of_joined(core, handle, buffer, source, notes, flags | mode);
            return platform::receive_with_notes(handle, {}, buffer, source, notes, flags | mode);
        });
    // A closing thread wakes a blocked receive with what looks like an empty datagram.
    if (result.count == 0 && !result.error && !core.is_open())
        return refused(errc::invalid_socket);
    if (result.error)
        return result;
    if (auto const code = present_notes(core, notes, details); code)
        return {0, code, {}};
    if (core.family == platform::family::v6)
        source = presented(source);
    if (!platform::has(flags, transfer_flags::peek))
        core.count_received(result.count);
    return result;
}

std::error_code judged_by_source(std::error_code const& code, endpoint const& source) noexcept {
    bool const names_one = source.is_ip() && !source.address().is_unspecified();
    return names_one && may_mean_source(code) && !is_own_address(source.address().unmapped())
               ? make_code(errc::address_not_available)
               : code;
}

io_result send_datagram_from(socket_core& core, std::span<std::byte const> data, endpoint const& source,
                             endpoint const* destination, time_limit timeout) noexcept {
    if (core.has(socket_core::mark::output_shut))
        return refused(core.is_open() ? errc::shutdown : errc::invalid_socket);
    platform::outgoing_piece const piece{data.data(), data.size()};
    platform::outgoing_message const message{
        .pieces = &piece, .piece_count = 1, .destination = destination, .source = &source, .segment = 0};
    io_result result = bounded_call(core, direction_of_wait::output, timeout,
                                    [&](platform::handle handle, transfer_flags mode) noexcept {
                                        return platform::send_messages(handle, core.family, {&message, 1}, mode);
                                    });
    if (result.error)
        return {0, judged_by_source(result.error, source), result.elapsed};
    core.count_sent(data.size());
    result.count = data.size();
    return result;
}

} // namespace usocket::detail
