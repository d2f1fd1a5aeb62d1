// SPDX-License-Identifier: MIT
#include "server/open_sockets.hpp"

#include <usocket/conditions.hpp>
#include <usocket/listen.hpp>
#include <usocket/options.hpp>

#include "server/accept_loop.hpp"
#include "server/datagram_loop.hpp"

namespace usocket::detail {

namespace {

constexpr std::string_view operation = "socket_server";

[[noreturn]] void refuse(std::string_view detail) {
    raise_condition({.code = {static_cast<int>(errc::invalid_argument), usocket_category()},
                     .operation = operation,
                     .detail = detail});
}

void require_positive(std::optional<std::size_t> value, std::string_view detail) {
    if (value && *value == 0)
        refuse(detail);
}

listen_options listening(server_options const& options) {
    return {.reuse_address = options.reuse_address,
            .backlog = options.backlog,
            .element_type = options.element_type,
            .reuse_port = options.shards > 1,
            .ipv6_only = options.ipv6_only,
            .mode = options.mode,
            .configure = options.configure};
}

/// What the caller wants to be set on a datagram socket, and what the server does itself.
socket_configurator configuring(server_options const& options, bool many_addresses) {
    return [&options, many_addresses](usocket& socket) {
        if (options.shards > 1)
            set_socket_option(socket, option::reuse_port, true);
        if (many_addresses)
            set_socket_option(socket, option::packet_info, true);
        if (options.configure)
            options.configure(socket);
    };
}

void add_listener(server_state& server, stream_server_usocket listener) {
    server.add(std::make_unique<accept_loop>(server.shared(), server.connections(), std::move(listener)));
}

void add_datagram_socket(server_state& server, datagram_usocket socket) {
    server.add(std::make_unique<datagram_loop>(server.shared(), std::move(socket)));
}

void refuse_local_shards(server_options const& options) {
    if (options.shards > 1)
        raise_condition({.code = {static_cast<int>(errc::unsupported), usocket_category()},
                         .operation = operation,
                         .feature = "shards of a local socket"});
}

/// A local socket, which has neither shards nor further addresses.
void open_local(server_state& server, endpoint const& address) {
    auto const& options = server.shared().options;
    refuse_local_shards(options);
    if (server.shared().handler.connection)
        add_listener(server, socket_listen(address, listening(options)));
    else
        add_datagram_socket(
            server, socket_connect(protocol::datagram, {.local = address, .configure = configuring(options, false)}));
}

} // namespace

void check_options(server_options const& options, bound_handler const& handler) {
    if (options.protocol && options.protocol->is_datagram() != static_cast<bool>(handler.datagram))
        refuse("the handler is for the other protocol");
    require_positive(options.max_buffer_size, "max_buffer_size is 0");
    require_positive(options.shards, "shards is 0");
    if (options.pool)
        require_positive(options.pool->threads, "a pool without threads");
    require_positive(options.limits.max_connections, "max_connections is 0");
    require_positive(options.limits.max_connections_per_client, "max_connections_per_client is 0");
    require_positive(options.limits.accepts_per_second, "accepts_per_second is 0");
    if (options.timeout.is_set() && options.timeout.length() == std::chrono::nanoseconds(0))
        refuse("the timeout is 0");
    if (options.backlog < 0)
        refuse("the backlog is negative");
}

void open_sockets(server_state& server, host const& host, port const& port) {
    auto const& options = server.shared().options;
    class port chosen = port;
    for (std::size_t i = 0; i < options.shards; ++i) {
        if (server.shared().handler.connection) {
            add_listener(server, socket_listen(host, chosen, listening(options)));
        } else {
            bool const many_addresses = host.is_wildcard() || host.address().is_unspecified();
            add_datagram_socket(
                server, socket_connect(protocol::datagram, {.local_host = host,
                                                            .local_port = chosen,
                                                            .ipv6_only = options.ipv6_only,
                                                            .configure = configuring(options, many_addresses)}));
        }
        chosen = server.loops().back()->address().port();
    }
}

void open_sockets(server_state& server, endpoint const& address) {
    if (address.is_local())
        open_local(server, address);
    else if (address.is_ip())
        open_sockets(server, address.address(), address.port());
    else
        refuse("no address to serve on");
}

} // namespace usocket::detail
