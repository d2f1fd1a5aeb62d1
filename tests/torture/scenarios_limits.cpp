// SPDX-License-Identifier: MIT
#include <chrono>
#include <optional>
#include <string>

#include <usocket/stop_token.hpp>

#include "torture/peer.hpp"
#include "torture/scenario.hpp"

/// Cancelling, deadlines, names.
namespace torture {
namespace {

using namespace std::chrono_literals;

u::stream_usocket connected(raw_socket& peer) {
    auto const listener = raw_listener();
    doing("socket_connect", "127.0.0.1");
    auto socket = u::socket_connect(u::endpoint(u::ip_address::loopback_v4(), listener.port()));
    peer = raw_accept(listener);
    require(peer.get() >= 0, "nobody connected");
    return socket;
}

void cancel_scopes() {
    raw_socket peer;
    closed_at_end socket(connected(peer));
    char octet[1];
    doing("socket_receive", "127.0.0.1");
    expect(ends_by<u::deadline_timeout_error>(u::errc::deadline_timeout, [&] {
        u::cancel_scope const limit(1ms);
        static_cast<void>(u::socket_receive(*socket, octet));
    }));
    expect(ends_by<u::interrupted_condition>(u::errc::interrupted, [&] {
        u::cancel_scope limit;
        limit.cancel();
        static_cast<void>(u::socket_receive(*socket, octet));
    }));
    expect(ends_by<u::interrupted_condition>(u::errc::interrupted, [&] {
        std::stop_source source;
        u::cancel_scope const limit(source.get_token());
        source.request_stop();
        static_cast<void>(u::socket_receive(*socket, octet));
    }));
    peer.send("x");
    u::cancel_scope const until(std::chrono::steady_clock::now() + 5s);
    u::cancel_scope limit(5s);
    limit.set_deadline(*limit.deadline() + 5s);
    require(u::time_remaining() > 1s && !u::scope_ended() && !limit.cancelled(), "an end before its time");
    expect(u::socket_receive(*socket, octet).size == 1);
}

void socket_scopes() {
    raw_socket peer;
    closed_at_end socket(connected(peer));
    peer.send("x");
    char octet[1];
    doing("socket_scope");
    std::optional<u::socket_scope> scope;
    in_either_form([&](auto&... ec) { scope.emplace(*socket, ec...); });
    doing("socket_receive", "127.0.0.1");
    expect(u::socket_receive(*socket, octet).size == 1);
    require(scope->traffic().received == 1, "the traffic");
    static_cast<void>(scope->progress());
    scope->cancel();
    expect(ends_by<u::interrupted_condition>(u::errc::interrupted,
                                             [&] { static_cast<void>(u::socket_receive(*socket, octet)); }));
}

void names() {
    doing("get_hosts_by_name", "localhost");
    expect(!u::get_hosts_by_name("localhost").empty());
    doing("get_host_by_name", "localhost");
    expect(u::get_host_by_name("localhost").is_loopback());
    doing("get_random_host_by_name", "localhost");
    expect(u::get_random_host_by_name("localhost").is_loopback());
    doing("get_host_by_address", "127.0.0.1");
    expect(!u::get_host_by_address(u::ip_address::loopback_v4()).empty());
    doing("host_to_hostname");
    u::host const long_name("a-name-that-is-too-long-to-be-kept-without-an-allocation.test");
    require(u::host_to_hostname(long_name) == long_name.name(), "a host's name");
    doing("get_host_name");
    expect(!u::get_host_name().empty());
    doing("get_port_by_service");
    expect(u::get_port_by_service("http") == 80);
    doing("get_service_by_port");
    expect(u::get_service_by_port(80) == "http");
}

void names_with_timeout() {
    doing("get_hosts_by_name", "localhost");
    expect(!u::get_hosts_by_name("localhost", {.timeout = 5s}).empty());
    doing("get_host_by_address", "127.0.0.1");
    expect(!u::get_host_by_address(u::ip_address::loopback_v4(), {.timeout = 5s}).empty());
}

constexpr scenario all[] = {
    {"cancel_scopes", cancel_scopes},
    {"socket_scopes", socket_scopes},
    {"names", names},
    {"names_with_timeout", names_with_timeout},
};

} // namespace

std::span<scenario const> limit_scenarios() { return all; }

} // namespace torture
