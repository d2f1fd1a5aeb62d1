// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <usocket/server.hpp>
#include <usocket/stop_token.hpp>

#include "torture/peer.hpp"
#include "torture/scenario.hpp"

/// Servers from their start to their drained stop. A fault may cost clients their service, but not all of them and not
/// for ever, and the server stops when asked.
namespace torture {
namespace {

using namespace std::chrono_literals;

constexpr int most_requests = 4;

bool is_served(std::uint16_t port) {
    auto const client = raw_connection(port);
    client.send("hello\n");
    unharmed const own;
    std::string answer = client.receive();
    for (std::string more; answer.size() < 6 && !(more = client.receive()).empty();)
        answer += more;
    return answer == "hello\n";
}

/// A client that is turned away comes again in a moment.
bool is_served_soon(std::uint16_t port, bool (*served)(std::uint16_t) = is_served) {
    auto const patience_ends = std::chrono::steady_clock::now() + 3s;
    while (std::chrono::steady_clock::now() < patience_ends) {
        if (served(port))
            return true;
        std::this_thread::sleep_for(20ms);
    }
    return false;
}

void serve(u::server_options options) {
    options.in_new_thread = true;
    options.drain = 2s;
    doing("socket_server|socket_listen|socket_connect|set_socket_option|get_local_endpoint|wait_list");
    auto server = u::socket_server(
        "127.0.0.1", 0,
        [](u::socket_stream& stream) {
            std::string line;
            while (::usocket::read_line(stream, line)) // raises to the server, in either form
                stream << line << '\n' << std::flush;
        },
        options);
    bool const served = is_served_soon(server.port());
    auto const report = server.stop({.drain = 2s});
    require(!server.running(), "a server runs after it was stopped");
    require(report.complete, "a stop that was not complete");
    expect(served);
}

void server_in_turn() { serve({}); }
void server_threads() { serve({.multi_threading = true}); }
void server_pool() { serve({.pool = u::server_pool{.threads = 2}}); }
void server_limits() {
    u::server_options options{.multi_threading = true};
    options.limits.max_connections = 2;
    options.limits.idle_timeout = 5s;
    options.limits.read_timeout = 5s;
    serve(options);
}

void server_datagrams() {
    u::server_options options{.in_new_thread = true, .protocol = u::protocol::datagram, .timeout = 1s};
    doing("socket_server|socket_listen|socket_connect|set_socket_option|get_local_endpoint|wait_list");
    auto server = u::socket_server(u::wildcard_host, 0, u::default_udp_handler, options);
    auto const client = raw_datagram();
    bool served = false;
    for (int i = 0; i < most_requests && !served; ++i) {
        client.send_to("hello", server.port());
        served = client.receive() == "hello";
    }
    auto const report = server.stop();
    require(!server.running(), "a server runs after it was stopped");
    require(report.complete, "a stop that was not complete");
    expect(served);
}

/// On two addresses, watched by hooks, stopped by a token, awaited.
void server_addresses() {
    std::stop_source source;
    std::atomic<int> connected{0};
    u::server_options options{.in_new_thread = true, .multi_threading = true, .name = "torture"};
    options.on_connected = [&](u::connection_info const&) { ++connected; };
    options.on_finished = [](u::connection_summary const&) {};
    options.on_error = [](u::server_failure const&) {};
    u::endpoint const addresses[] = {{u::ip_address::loopback_v4(), 0}, {u::ip_address(127, 0, 0, 2), 0}};
    doing("socket_server|socket_listen|socket_connect|set_socket_option|get_local_endpoint|wait_list");
    auto const echo = [](u::socket_stream& stream) {
        if (u::remote_host() == u::ip_address::loopback_v4() && u::remote_port() == u::remote_endpoint().port())
            u::echo_tcp_handler(stream);
    };
    auto server = u::socket_server(std::span(addresses), echo, options);
    server.stop_on(source.get_token());
    bool const served = is_served_soon(server.port());
    require(server.addresses().size() == 2 && server.address().port() == server.port(), "the addresses");
    require(!served || server.counters().accepted != 0, "a client that nobody accepted");
    source.request_stop();
    doing("");
    auto const report = u::wait(server);
    require(!server.running(), "a server runs after it was stopped");
    require(report.complete, "a stop that was not complete");
    expect(served && connected != 0);
}

void server_stopped_by_its_handler() {
    std::atomic<bool> is_asked{false};
    u::server_options const options{.in_new_thread = true};
    doing("socket_server|socket_listen|socket_connect|set_socket_option|get_local_endpoint|wait_list");
    auto server = u::socket_server(
        "127.0.0.1", 0,
        [&](u::socket_stream& stream) {
            u::default_tcp_handler(stream);
            if (stream.flush())
                is_asked = u::stop_server();
        },
        options);
    bool const served =
        is_served_soon(server.port(), [](std::uint16_t port) { return !raw_connection(port).receive().empty(); });
    auto const patience_ends = std::chrono::steady_clock::now() + 2s;
    while (server.running() && std::chrono::steady_clock::now() < patience_ends)
        std::this_thread::sleep_for(5ms);
    require(!is_asked || !server.running(), "a server runs though its handler has stopped it");
    server.stop();
    doing("");
    require(u::wait(server).complete, "a stop that was not complete");
    expect(served);
}

constexpr scenario all[] = {
    {"server_in_turn", server_in_turn},
    {"server_threads", server_threads},
    {"server_pool", server_pool},
    {"server_limits", server_limits},
    {"server_datagrams", server_datagrams},
    {"server_addresses", server_addresses},
    {"server_stopped_by_its_handler", server_stopped_by_its_handler},
};

} // namespace

std::span<scenario const> server_scenarios() { return all; }

} // namespace torture
