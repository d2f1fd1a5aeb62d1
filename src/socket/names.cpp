// SPDX-License-Identifier: MIT
#include <usocket/socket.hpp>

#include "conditions/raise.hpp"
#include "io/dual_stack.hpp"
#include "io/transfer.hpp"
#include "socket/open_core.hpp"

namespace usocket {

using detail::socket_core;

namespace {

using query = int (*)(platform::handle, endpoint&);

/// Asks the system for one end of a socket.
endpoint ask(query which, usocket const& socket, std::error_code& ec) {
    endpoint end;
    if (socket_core* const core = detail::open_core(socket, ec)) {
        socket_core::use const in_use(*core);
        if (in_use)
            ec = detail::system_code(which(in_use.handle(), end));
        else
            ec = detail::make_code(errc::invalid_socket);
    }
    return detail::presented(end);
}

/// The peer is remembered from when the connection was made: the system forgets it with a reset, which is when one
/// wants to know.
endpoint peer_of(usocket const& socket, std::error_code& ec) {
    if (socket_core const* const core = detail::open_core(socket, ec);
        core != nullptr && core->remote().type() != endpoint::kind::none)
        return core->remote();
    return ec ? endpoint() : ask(&platform::remote_endpoint, socket, ec);
}

endpoint local_end_of(usocket const& socket, std::error_code& ec) { return ask(&platform::local_endpoint, socket, ec); }

/// The name of an IP socket's end.
socket_name name_of(endpoint (*end_of)(usocket const&, std::error_code&), usocket const& socket, std::error_code& ec) {
    endpoint const end = end_of(socket, ec);
    if (!ec && !end.is_ip())
        ec = detail::make_code(errc::operation_not_supported);
    return ec ? socket_name() : socket_name{end.address(), end.port()};
}

[[noreturn]] void fail(usocket const& socket, std::string_view operation, std::error_code code) {
    socket_core const* const core = detail::socket_access::core(socket);
    if (core == nullptr)
        raise_condition({.code = code, .operation = operation});
    std::string_view const detail = code == errc::operation_not_supported ? "a local socket has no IP address" : "";
    raise_condition({.code = code,
                     .operation = operation,
                     .local = core->local,
                     .remote = core->remote(),
                     .detail = detail,
                     .handle = core->handle()});
}

} // namespace

endpoint get_local_endpoint(usocket const& socket, std::error_code& ec) { return local_end_of(socket, ec); }
endpoint get_peer_endpoint(usocket const& socket, std::error_code& ec) { return peer_of(socket, ec); }
socket_name get_local_name(usocket const& socket, std::error_code& ec) { return name_of(&local_end_of, socket, ec); }
socket_name get_peer_name(usocket const& socket, std::error_code& ec) { return name_of(&peer_of, socket, ec); }
ip_address get_local_address(usocket const& socket, std::error_code& ec) { return get_local_name(socket, ec).address; }
ip_address get_peer_address(usocket const& socket, std::error_code& ec) { return get_peer_name(socket, ec).address; }
std::uint16_t get_local_port(usocket const& socket, std::error_code& ec) { return get_local_name(socket, ec).port; }
std::uint16_t get_peer_port(usocket const& socket, std::error_code& ec) { return get_peer_name(socket, ec).port; }

namespace {

/// The throwing form of a reader.
template <class Result>
Result or_raise(Result (*reader)(usocket const&, std::error_code&), usocket const& socket, std::string_view operation) {
    std::error_code code; // NOLINT(misc-const-correctness): the reader sets it
    Result result = reader(socket, code);
    if (code)
        fail(socket, operation, code);
    return result;
}

} // namespace

endpoint get_local_endpoint(usocket const& socket) {
    return or_raise<endpoint>(&get_local_endpoint, socket, "get_local_endpoint");
}
endpoint get_peer_endpoint(usocket const& socket) {
    return or_raise<endpoint>(&get_peer_endpoint, socket, "get_peer_endpoint");
}
socket_name get_local_name(usocket const& socket) {
    return or_raise<socket_name>(&get_local_name, socket, "get_local_name");
}
socket_name get_peer_name(usocket const& socket) {
    return or_raise<socket_name>(&get_peer_name, socket, "get_peer_name");
}
ip_address get_local_address(usocket const& socket) {
    return or_raise<ip_address>(&get_local_address, socket, "get_local_address");
}
ip_address get_peer_address(usocket const& socket) {
    return or_raise<ip_address>(&get_peer_address, socket, "get_peer_address");
}
std::uint16_t get_local_port(usocket const& socket) {
    return or_raise<std::uint16_t>(&get_local_port, socket, "get_local_port");
}
std::uint16_t get_peer_port(usocket const& socket) {
    return or_raise<std::uint16_t>(&get_peer_port, socket, "get_peer_port");
}

} // namespace usocket
