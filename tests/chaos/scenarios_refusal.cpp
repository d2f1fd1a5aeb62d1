// SPDX-License-Identifier: MIT
//
// Connecting to where it is refused, or nobody answers: the condition is that of the cause, and comes in time.
#include "chaos/refusals.hpp"
#include "chaos/scenario.hpp"

namespace chaos {
namespace {

/// Connects to where it cannot, and tells why not; with a limit, which is not reached, or without.
std::error_code connect_in_vain(u::endpoint const& where, bool has_limit) {
    stopwatch const watch;
    try {
        auto const made =
            u::socket_connect(where, {.connect_timeout = has_limit ? u::time_limit(10s) : u::time_limit()});
        fail("a connection that was refused was made");
    } catch (u::socket_error const& error) {
        require(watch.elapsed() < 5s, "a refusal was not noticed");
        require(error.operation() == "socket_connect", "a condition names another operation");
        require(error.remote() == where, "a condition does not name the peer");
        require(error.attempts().size() == 1 && error.attempts()[0].reason == error.code(), "a condition's attempts");
        return error.code();
    }
}

void refused(link& wire, std::uint64_t seed) {
    chance random(seed);
    auto const trip = std::chrono::microseconds(random.between(0, 10'000));
    wire.set({.delay = trip});
    auto const listener = listen_far(wire);
    u::endpoint const where(wire.far_address(), u::get_local_port(listener));
    std::string const rule = std::string("tcp dport ").append(std::to_string(where.port())).append(" ");

    doing("nobody listens");
    require_one_of(connect_in_vain({wire.far_address(), 1}, random.happens(500)), {u::errc::connection_refused},
                   "a connect to where nobody listens");
    doing("refused by a reset");
    wire.rules(wire.far(), rule + "reject with tcp reset");
    require_one_of(connect_in_vain(where, random.happens(500)), {u::errc::connection_refused}, "a connect");
    for (refusal const& each : refusals_by_notice(wire.of())) {
        doing(each.words);
        wire.rules(wire.far(), rule + each.words);
        require_one_of(connect_in_vain(where, random.happens(500)), {each.means}, "a connect");
    }
    doing("no longer refused");
    wire.rules(wire.far(), "");
    auto const made = u::socket_connect(where, {.connect_timeout = patience});
    require(made.is_open(), "a connect");
}

/// Routes that say no.
void routes(link& wire, std::uint64_t seed) {
    chance random(seed);
    struct kind {
        char const* words;
        u::errc means;
    };
    // That a black hole is an invalid argument is what the system says of it.
    constexpr kind kinds[] = {{"blackhole", u::errc::invalid_argument},
                              {"unreachable", u::errc::host_unreachable},
                              {"prohibit", u::errc::operation_not_permitted},
                              {"throw", u::errc::network_unreachable}};
    auto const target = link::far_address(wire.of(), 5);
    std::string const length = wire.of() == family::v4 ? "/32" : "/128";
    for (kind const& each : kinds) {
        if (std::string_view(each.words) == "throw" && wire.of() == family::v6)
            continue; // goes on with the default route there
        doing(each.words);
        std::string const route = std::string(each.words).append(" ").append(target.to_string()).append(length);
        wire.near().command("ip route add " + route);
        require_one_of(connect_in_vain({target, 9}, random.happens(500)), {each.means}, "a connect");
        std::error_code ec;
        auto const socket = u::socket_connect(u::endpoint(target, 9), u::protocol::datagram, {}, ec);
        require_one_of(ec, {each.means}, "a datagram socket's connect");
        auto unconnected = u::socket_connect(u::protocol::datagram);
        u::endpoint const where(target, 9);
        u::socket_send(unconnected, "x", {.destination = &where}, ec);
        require_one_of(ec, {each.means}, "a datagram");
        wire.near().command("ip route del " + route);
    }
    doing("no route");
    u::ip_address const nowhere =
        wire.of() == family::v4 ? u::ip_address(192, 0, 2, 1) : u::ip_address::parse("2001:db8::1").value();
    require_one_of(connect_in_vain({nowhere, 9}, random.happens(500)), {u::errc::network_unreachable}, "a connect");
}

void black_hole(link& wire, std::uint64_t seed) {
    chance random(seed);
    u::endpoint const where(wire.far_address(), 9);
    wire.black_hole(true);
    std::error_code ec;
    auto const limit = [&] { return std::chrono::milliseconds(random.between(0, 250)); };

    auto each = limit();
    stopwatch const timed;
    auto socket = u::socket_connect(where, {.connect_timeout = each}, ec);
    timed.timed_out_after(each, "a connect with a timeout");
    require_one_of(ec, {u::errc::timeout}, "a connect with a timeout");

    each = limit();
    stopwatch const deadline;
    socket = u::socket_connect(where, {.deadline = steady::now() + each}, ec);
    deadline.timed_out_after(each, "a connect with a deadline");
    require_one_of(ec, {u::errc::deadline_timeout}, "a connect with a deadline");

    each = limit();
    {
        stopwatch const scoped;
        u::cancel_scope const scope(each);
        socket = u::socket_connect(where, {.connect_timeout = patience}, ec);
        scoped.timed_out_after(each, "a connect in a scope");
        require_one_of(ec, {u::errc::deadline_timeout}, "a connect in a scope");
    }
    {
        u::cancel_scope scope;
        std::atomic<steady::time_point> when{};
        auto const canceller = start_thread([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 100)));
            when = steady::now();
            scope.cancel();
        });
        socket = u::socket_connect(where, {}, ec);
        require_one_of(ec, {u::errc::interrupted}, "a cancelled connect");
        require(steady::now() - when.load() < tolerance + pulse::worst_since(when), "a cancelled connect went on");
    }
    doing("the system gives up");
    wire.near().set("ipv4/tcp_syn_linear_timeouts", "0");
    wire.near().set("ipv4/tcp_syn_retries", "1");
    stopwatch const given_up;
    socket = u::socket_connect(where, {}, ec);
    require_one_of(ec, {u::errc::timeout}, "a connect that the system gave up");
    require(ec != u::errc::deadline_timeout, "a connect that the system gave up, by no deadline");
    require(given_up.elapsed() > 1s && given_up.elapsed() < 15s, "a connect that the system gave up, in time");
    require(!socket.is_open(), "no socket");
}

constexpr scenario table[] = {
    {"connect_refused", refused},
    {"connect_routes", routes},
    {"connect_black_hole", black_hole},
};

} // namespace

std::span<scenario const> refusal_scenarios() { return table; }

} // namespace chaos
