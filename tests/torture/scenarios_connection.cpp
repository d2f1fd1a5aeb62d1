// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include "torture/ledger.hpp"
#include "torture/peer.hpp"
#include "torture/scenario.hpp"

/// Connecting, listening, accepting, local sockets, handles that come and go.
namespace torture {
namespace {

using namespace std::chrono_literals;

u::endpoint at(std::uint16_t port) { return {u::ip_address::loopback_v4(), port}; }

std::string text_of(std::uint16_t port) {
    unharmed const own;
    return "127.0.0.1:" + std::to_string(port);
}

void connect() {
    auto const listener = raw_listener();
    std::uint16_t const port = listener.port();
    auto const peer = text_of(port);
    doing("socket_connect", peer);
    closed_at_end socket(u::socket_connect(at(port)));
    doing("get_local_port");
    std::uint16_t const own_port = u::get_local_port(*socket);
    doing("get_local_name");
    u::socket_name const name{u::ip_address::loopback_v4(), own_port};
    require(u::get_local_name(*socket) == name, "the socket's name");
    doing("get_local_address");
    require(u::get_local_address(*socket) == u::ip_address::loopback_v4(), "the socket's address");
    doing("");
    require(u::get_peer_port(*socket) == port, "the peer's port");
    require(u::get_peer_name(*socket).port == port, "the peer's name");
    require(u::get_peer_address(*socket) == u::ip_address::loopback_v4(), "the peer's address");
    auto const accepted = raw_accept(listener);
    require(accepted.get() >= 0, "nobody connected");
    doing("socket_close");
    u::socket_close(*socket);
}

void connect_with_timeout() {
    auto const listener = raw_listener();
    std::uint16_t const port = listener.port();
    auto const peer = text_of(port);
    doing("socket_connect", peer);
    closed_at_end socket(u::socket_connect(at(port), {.timeout = 5s, .local_host = "127.0.0.1", .local_port = 0}));
    auto const accepted = raw_accept(listener);
    require(accepted.get() >= 0, "nobody connected");
}

/// The first address refuses, the second takes.
void connect_to_the_next_address() {
    auto const listener = raw_listener();
    doing("socket_connect", "several.test");
    u::connect_options options;
    options.resolver = [](std::string_view) {
        u::ip_address const addresses[] = {u::ip_address(127, 0, 0, 2), u::ip_address::loopback_v6(),
                                           u::ip_address::loopback_v4()};
        return u::sequence<u::ip_address>(addresses);
    };
    closed_at_end socket(u::socket_connect("several.test", listener.port(), options));
    auto const accepted = raw_accept(listener);
    require(accepted.get() >= 0, "nobody connected");
}

/// By the system's resolver, on a worker of the library's.
void connect_by_name() {
    auto const listener = raw_listener();
    doing("socket_connect", "localhost");
    closed_at_end socket(u::socket_connect("localhost", listener.port(), {.timeout = 5s}));
    auto const accepted = raw_accept(listener);
    require(accepted.get() >= 0, "nobody connected");
}

void connect_where_nobody_listens() {
    std::uint16_t const port = raw_closed_port();
    auto const peer = text_of(port);
    doing("socket_connect", peer);
    bool const is_refused = ends_by<u::connection_refused_error>(u::errc::connection_refused, [&] {
        try {
            closed_at_end const socket(u::socket_connect(at(port)));
        } catch (u::connection_refused_error const& error) {
            require(error.attempts().size() == 1, "the attempts of a refused connect");
            throw;
        }
    });
    expect(is_refused);
}

/// The failure handler knows a better port.
void connect_to_another_port() {
    std::uint16_t const port = raw_closed_port();
    auto const listener = raw_listener();
    std::uint16_t const other_port = listener.port();
    u::connect_options options;
    int failures = 0;
    options.on_failure = [&](u::condition const&) -> u::restart {
        if (++failures > 5)
            return {};
        return u::use_other_port{other_port};
    };
    options.configure = [](u::usocket& socket) {
        ::usocket::set_socket_option(socket, u::option::tcp_keepalive, true);
    };
    doing("socket_connect|set_socket_option"); // which has no peer yet
    closed_at_end socket(u::socket_connect("127.0.0.1", port, u::protocol::stream, options));
    auto const accepted = raw_accept(listener);
    require(accepted.get() >= 0, "nobody connected");
}

void listen_and_accept() {
    doing("socket_listen", "127.0.0.1");
    closed_at_end listener(u::socket_listen("127.0.0.1", 0));
    doing("get_local_port");
    auto const client = raw_connection(u::get_local_port(*listener));
    doing("socket_accept");
    closed_at_end socket(u::socket_accept(*listener));
    doing("get_peer_port");
    require(u::get_peer_port(*socket) == client.port(), "the client's port");
}

void accept_with_timeout() {
    doing("socket_listen");
    closed_at_end listener(u::socket_listen(u::wildcard_host, 0, {.reuse_port = true}));
    doing("get_local_port");
    auto const client = raw_connection(u::get_local_port(*listener));
    doing("socket_accept");
    closed_at_end socket(u::socket_accept(*listener, {.timeout = 5s}));
    doing("get_peer_endpoint");
    require(u::get_peer_endpoint(*socket).port() == client.port(), "the client's port");
}

struct removed_at_end {
    std::string path = local_path();
    removed_at_end() = default;
    removed_at_end(removed_at_end const&) = delete;
    removed_at_end& operator=(removed_at_end const&) = delete;
    ~removed_at_end() { remove_local(path); }
};

void listen_locally() {
    removed_at_end const place;
    {
        auto const stale = raw_local_listener(place.path);
    }
    doing("socket_listen", place.path);
    closed_at_end listener(u::socket_listen(u::endpoint::local_path(place.path), {.mode = 0600}));
    auto const client = raw_local_connection(place.path);
    doing("socket_accept");
    closed_at_end socket(u::socket_accept(*listener, {.timeout = 5s}));
    client.send("x");
    char octet[1];
    doing("socket_receive");
    expect(u::socket_receive(*socket, octet).size == 1);
}

void connect_locally() {
    removed_at_end const place;
    auto const listener = raw_local_listener(place.path);
    doing("socket_connect", place.path);
    closed_at_end socket(u::socket_connect(u::endpoint::local_path(place.path)));
    auto const accepted = raw_accept(listener);
    require(accepted.get() >= 0, "nobody connected");
    doing("socket_send", place.path);
    u::socket_send(*socket, "hello");
    require(accepted.receive().starts_with("hello"), "what was sent did not come");
}

void socket_pairs() {
    doing("make_socket_pair");
    auto streams = u::make_socket_pair();
    closed_at_end one(std::move(streams.first));
    closed_at_end other(std::move(streams.second));
    doing("socket_send");
    require(u::socket_send(*one, "hello") == 5, "the count of what was sent");
    char buffer[5];
    doing("read_exactly");
    expect(u::read_exactly(u::stream_of(*other), buffer) == 5);
    doing("make_datagram_pair");
    auto datagrams = u::make_datagram_pair();
    doing("socket_send");
    u::socket_send(datagrams.first, "abc");
    doing("socket_receive");
    expect(u::socket_receive(datagrams.second).buffer == "abc");
}

void adopt_and_release() {
    auto const listener = raw_listener();
    auto connection = raw_connection(listener.port());
    raw_socket handle(ledger::given(connection.give()));
    doing("make_stream_socket");
    closed_at_end socket(u::stream_usocket{});
    try {
        *socket = u::make_stream_socket(handle.get());
    } catch (...) {
        ledger::taken(handle.get());
        throw;
    }
    require(socket->native_handle() == handle.give(), "the handle");
    doing("release");
    raw_socket released(u::release(*socket));
    ledger::taken(released.get());
    require(!socket->is_open(), "open after release");
}

/// `make(handle)` takes the handle, or fails and leaves it.
template <class Socket, class Make>
void adopt(raw_socket given, Make make) {
    raw_socket handle(ledger::given(given.give()));
    closed_at_end socket(Socket{});
    try {
        *socket = make(handle.get());
    } catch (...) {
        ledger::taken(handle.get());
        throw;
    }
    require(socket->native_handle() == handle.give(), "the handle");
}

void adopt_others() {
    doing("make_stream_server_socket");
    adopt<u::stream_server_usocket>(raw_listener(), [](int handle) { return u::make_stream_server_socket(handle); });
    doing("make_datagram_socket");
    adopt<u::datagram_usocket>(raw_datagram(), [](int handle) { return u::make_datagram_socket(handle); });
}

/// A conversation within the bodies of the helpers that close.
void with_helpers() {
    doing("");
    std::string line;
    auto const talk = [&](u::stream_server_usocket& listener) {
        auto const port = u::get_local_port(listener);
        u::with_client_socket("127.0.0.1", port, [&](u::stream_usocket&, u::socket_stream& client) {
            client.exceptions(std::ios::badbit);
            client << "hello\n" << std::flush;
            u::with_accepted_connection(listener, [&](u::stream_usocket&, u::socket_stream& stream) {
                expect(u::read_line(stream, line) && line == "hello");
            });
        });
    };
    u::with_socket_listener("127.0.0.1", 0, talk);
    u::with_server_socket(u::socket_listen("127.0.0.1", 0), talk);
    u::with_connected_socket(u::make_socket_pair().first,
                             [](u::stream_usocket& socket) { require(socket.is_open(), "closed before the end"); });
}

constexpr scenario all[] = {
    {"connect", connect},
    {"connect_with_timeout", connect_with_timeout},
    {"connect_to_the_next_address", connect_to_the_next_address},
    {"connect_by_name", connect_by_name},
    {"connect_where_nobody_listens", connect_where_nobody_listens},
    {"connect_to_another_port", connect_to_another_port},
    {"listen_and_accept", listen_and_accept},
    {"accept_with_timeout", accept_with_timeout},
    {"listen_locally", listen_locally},
    {"connect_locally", connect_locally},
    {"socket_pairs", socket_pairs},
    {"adopt_and_release", adopt_and_release},
    {"adopt_others", adopt_others},
    {"with_helpers", with_helpers},
};

} // namespace

std::span<scenario const> connection_scenarios() { return all; }

} // namespace torture
