// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include <usocket/server.hpp>
#include <usocket/usocket.hpp>

#include "torture/injector.hpp"
#include "torture/verdict.hpp"

/// The library's operations in the form that a run is to use, the one that raises or the one with a std::error_code, so
/// that a scenario is written once.
namespace torture {

/// Which form the operations of this process take.
[[nodiscard]] bool reports_by_code() noexcept;
void report_by_code(bool whether) noexcept;
/// How many operations were given a std::error_code.
[[nodiscard]] std::size_t reported_operations() noexcept;
void count_reported_operation() noexcept;

/// Ends a scenario whose operation reported a failure through its std::error_code.
struct told_by_code {
    std::error_code code{};
    std::size_t transferred = 0; ///< Where the operation returns a count.
};

/// What an operation returns, judged by what it reported.
template <class Result>
void check_reported(Result const& result, std::error_code const& ec) {
    if constexpr (requires { result.is_open(); }) {
        if (ec && result.is_open())
            violation("a socket is open though its operation failed");
    }
    if (ec.category() == std::generic_category() && ec.value() == EOWNERDEAD)
        violation("an operation left its std::error_code as it was");
}

/// Calls `operation()`, which raises, or `operation(ec)`, which must not.
template <class Operation>
auto in_either_form(Operation operation) -> decltype(operation()) {
    using result = decltype(operation());
    if (!reports_by_code())
        return operation();
    count_reported_operation();
    std::error_code ec(EOWNERDEAD, std::generic_category());
    auto const reported = [&]() -> result {
        try {
            return operation(ec);
        } catch (...) {
            violation("an operation raised though it was given a std::error_code");
            throw;
        }
    };
    if constexpr (std::is_void_v<result>) {
        reported();
        check_reported(0, ec);
        if (ec)
            throw told_by_code{ec};
    } else {
        result made = reported();
        check_reported(made, ec);
        if constexpr (std::is_same_v<result, std::size_t>) {
            if (ec)
                throw told_by_code{ec, made};
        }
        if (ec)
            throw told_by_code{ec};
        return made;
    }
}

inline void forget_stop(::usocket::send_batch_result const&) noexcept {}
inline void forget_stop(::usocket::send_batch_result const& result, std::error_code& ec) noexcept {
    if (result.taken != 0 && ec == result.stopped)
        ec.clear();
}

/// Of the operations on batches: what stopped one that has taken some is told by its result, as in the form that
/// raises.
template <class Operation>
auto batch_in_either_form(Operation operation) {
    return in_either_form([&](auto&... ec) {
        auto const result = operation(ec...);
        forget_stop(result, ec...);
        return result;
    });
}

/// Whether `body` ends by this condition, in either form; others pass through.
template <class Condition, class Body>
bool ends_by(::usocket::errc code, Body body) {
    try {
        body();
    } catch (Condition const&) {
        return true;
    } catch (told_by_code const& told) {
        if (::usocket::classify(told.code) != code)
            throw;
        return true;
    }
    return false;
}

namespace either {

using namespace ::usocket;
namespace api = ::usocket;
using socket_base = api::usocket;

// Names.
inline auto get_hosts_by_name(host const& name, name_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::get_hosts_by_name(name, options, ec...); });
}
inline auto get_host_by_name(host const& name, name_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::get_host_by_name(name, options, ec...); });
}
inline auto get_random_host_by_name(host const& name, index_generator const& generator = {},
                                    name_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::get_random_host_by_name(name, generator, options, ec...); });
}
inline auto get_host_by_address(ip_address const& address, name_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::get_host_by_address(address, options, ec...); });
}
inline auto get_host_name() {
    return in_either_form([](auto&... ec) { return api::get_host_name(ec...); });
}
inline auto get_port_by_service(port const& service, service_protocol of = service_protocol::tcp) {
    return in_either_form([&](auto&... ec) { return api::get_port_by_service(service, of, ec...); });
}
inline auto get_service_by_port(port const& number, service_protocol of = service_protocol::tcp) {
    return in_either_form([&](auto&... ec) { return api::get_service_by_port(number, of, ec...); });
}

inline auto host_to_hostname(host const& designator) {
    return in_either_form([&](auto&... ec) { return api::host_to_hostname(designator, ec...); });
}

// Opening.
inline auto socket_connect(host const& host, port const& port, connect_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_connect(host, port, options, ec...); });
}
inline auto socket_connect(host const& host, port const& port, protocol::stream_tag tag,
                           connect_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_connect(host, port, tag, options, ec...); });
}
inline auto socket_connect(endpoint const& remote, connect_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_connect(remote, options, ec...); });
}
inline auto socket_connect(host const& host, port const& port, protocol::datagram_tag tag,
                           datagram_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_connect(host, port, tag, options, ec...); });
}
inline auto socket_connect(endpoint const& remote, protocol::datagram_tag tag, datagram_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_connect(remote, tag, options, ec...); });
}
inline auto socket_connect(protocol::datagram_tag tag, datagram_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_connect(tag, options, ec...); });
}
inline auto socket_listen(host const& host, port const& port, listen_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_listen(host, port, options, ec...); });
}
inline auto socket_listen(endpoint const& local, listen_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_listen(local, options, ec...); });
}
inline auto socket_accept(stream_server_usocket& listener, accept_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_accept(listener, options, ec...); });
}
inline auto make_socket_pair(element type = element::character) {
    return in_either_form([&](auto&... ec) { return api::make_socket_pair(type, ec...); });
}
inline auto make_datagram_pair() {
    return in_either_form([](auto&... ec) { return api::make_datagram_pair(ec...); });
}
inline auto make_stream_socket(native_handle_type handle, element type = element::character) {
    return in_either_form([&](auto&... ec) { return api::make_stream_socket(handle, type, ec...); });
}
inline auto make_stream_server_socket(native_handle_type handle, element type = element::character) {
    return in_either_form([&](auto&... ec) { return api::make_stream_server_socket(handle, type, ec...); });
}
inline auto make_datagram_socket(native_handle_type handle) {
    return in_either_form([&](auto&... ec) { return api::make_datagram_socket(handle, ec...); });
}

// What a socket knows, and its end.
inline auto get_local_endpoint(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_local_endpoint(socket, ec...); });
}
inline auto get_peer_endpoint(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_peer_endpoint(socket, ec...); });
}
inline auto get_local_name(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_local_name(socket, ec...); });
}
inline auto get_local_address(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_local_address(socket, ec...); });
}
inline auto get_local_port(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_local_port(socket, ec...); });
}
inline auto get_peer_name(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_peer_name(socket, ec...); });
}
inline auto get_peer_address(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_peer_address(socket, ec...); });
}
inline auto get_peer_port(socket_base const& socket) {
    return in_either_form([&](auto&... ec) { return api::get_peer_port(socket, ec...); });
}
inline void socket_close(socket_base& socket) {
    in_either_form([&](auto&... ec) { api::socket_close(socket, ec...); });
}
inline void socket_shutdown(socket_base& socket, direction which) {
    in_either_form([&](auto&... ec) { api::socket_shutdown(socket, which, ec...); });
}
inline auto release(socket_base& socket) {
    return in_either_form([&](auto&... ec) { return socket.release(ec...); });
}
[[nodiscard]] inline socket_stream& stream_of(stream_usocket& socket) {
    return *in_either_form([&](auto&... ec) {
        if constexpr (sizeof...(ec) == 0)
            return &socket.stream();
        else
            return socket.stream(ec...);
    });
}

// Options.
template <class Option>
auto socket_option(socket_base const& socket, Option option) {
    return in_either_form([&](auto&... ec) { return api::socket_option(socket, option, ec...); });
}
template <class Option, class Value>
void set_socket_option(socket_base& socket, Option option, Value const& value) {
    in_either_form([&](auto&... ec) { api::set_socket_option(socket, option, value, ec...); });
}

// Transfers.
inline auto socket_send(stream_usocket& socket, octet_span buffer, send_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_send(socket, buffer, options, ec...); });
}
inline auto socket_send(datagram_usocket& socket, octet_span buffer) {
    return in_either_form([&](auto&... ec) { return api::socket_send(socket, buffer, ec...); });
}
inline auto socket_send(datagram_usocket& socket, octet_span buffer, datagram_send_options const& options) {
    return in_either_form([&](auto&... ec) { return api::socket_send(socket, buffer, options, ec...); });
}
inline auto socket_send_to(datagram_usocket& socket, octet_span buffer, endpoint const& destination) {
    return in_either_form([&](auto&... ec) { return api::socket_send_to(socket, buffer, destination, ec...); });
}
inline auto socket_receive(stream_usocket& socket, mutable_octet_span buffer, receive_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_receive(socket, buffer, options, ec...); });
}
inline auto socket_receive(datagram_usocket& socket, mutable_octet_span buffer, receive_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_receive(socket, buffer, options, ec...); });
}
inline auto socket_receive(datagram_usocket& socket, receive_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_receive(socket, options, ec...); });
}
inline auto socket_send_batch(datagram_usocket& socket, std::span<outgoing_datagram> datagrams,
                              send_batch_options const& options = {}) {
    return batch_in_either_form([&](auto&... ec) { return api::socket_send_batch(socket, datagrams, options, ec...); });
}
inline auto socket_send_split(datagram_usocket& socket, octet_span buffer, std::size_t size,
                              endpoint const* destination = nullptr, send_batch_options const& options = {}) {
    return batch_in_either_form(
        [&](auto&... ec) { return api::socket_send_split(socket, buffer, size, destination, options, ec...); });
}
inline auto socket_receive_batch(datagram_usocket& socket, datagram_batch& batch,
                                 receive_batch_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::socket_receive_batch(socket, batch, options, ec...); });
}

// Streams.
inline auto read_line(socket_stream& stream, std::string& line, read_line_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::read_line(stream, line, options, ec...); });
}
inline auto read_line_view(socket_stream& stream, read_line_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::read_line_view(stream, options, ec...); });
}
inline auto read_exactly(socket_stream& stream, mutable_octet_span buffer) {
    return in_either_form([&](auto&... ec) { return api::read_exactly(stream, buffer, ec...); });
}
inline auto read_some(socket_stream& stream, mutable_octet_span buffer) {
    return in_either_form([&](auto&... ec) { return api::read_some(stream, buffer, ec...); });
}
inline auto listen(socket_stream& stream) {
    return in_either_form([&](auto&... ec) { return api::listen(stream, ec...); });
}

// Waiting.
inline void set_default_backend(enum backend which) {
    in_either_form([&](auto&... ec) { api::set_default_backend(which, ec...); });
}
inline auto make_wait_list(std::initializer_list<socket_base*> sockets, wait_list_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::make_wait_list(sockets, options, ec...); });
}
inline auto make_wait_list(std::span<socket_base* const> sockets, wait_list_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::make_wait_list(sockets, options, ec...); });
}
inline void add_waiter(wait_list& list, socket_base& socket, readiness interest = readiness::read) {
    in_either_form([&](auto&... ec) { api::add_waiter(list, socket, interest, ec...); });
}
inline auto wait_for_input(wait_list& list, wait_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::wait_for_input(list, options, ec...); });
}
inline auto wait_for_input(socket_base& socket, wait_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::wait_for_input(socket, options, ec...); });
}
inline auto wait_for_input(std::span<socket_base* const> sockets, wait_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::wait_for_input(sockets, options, ec...); });
}
inline auto wait_for_input(std::initializer_list<socket_base*> sockets, wait_options const& options = {}) {
    return in_either_form([&](auto&... ec) { return api::wait_for_input(sockets, options, ec...); });
}

// Servers.
template <class Handler>
auto socket_server(host const& host, port const& port, Handler handler, server_options const& options) {
    return in_either_form([&](auto&... ec) { return api::socket_server(host, port, handler, options, ec...); });
}
template <class Handler>
auto socket_server(std::span<endpoint const> addresses, Handler handler, server_options const& options) {
    return in_either_form([&](auto&... ec) { return api::socket_server(addresses, handler, options, ec...); });
}
inline auto wait(server& server) {
    return in_either_form([&](auto&... ec) { return server.wait(ec...); });
}

} // namespace either
} // namespace torture
