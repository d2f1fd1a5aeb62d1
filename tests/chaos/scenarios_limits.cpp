// SPDX-License-Identifier: MIT
//
// Limits over a link on which everything vanishes: each call ends by its own, and what it said of octets was right.
#include <functional>

#include "chaos/scenario.hpp"

namespace chaos {
namespace {

/// Each way in which a read can be bounded, with a limit of its own.
void try_reads(u::stream_usocket& socket, u::stream_server_usocket& listener, chance& random) {
    char buffer[100];
    std::error_code ec;
    auto const limit = [&] { return std::chrono::milliseconds(random.between(0, 200)); };

    auto each = limit();
    stopwatch const receiving;
    require(u::socket_receive(socket, buffer, {.timeout = each}, ec).size == 0, "octets from nowhere");
    receiving.timed_out_after(each, "socket_receive");
    require_one_of(ec, {u::errc::timeout}, "socket_receive");

    each = limit();
    u::set_socket_option(socket, u::option::receive_timeout, each);
    std::string line;
    stopwatch const reading;
    require(!u::read_line(socket.stream(), line, ec), "a line from nowhere");
    reading.timed_out_after(each, "read_line");
    require_one_of(ec, {u::errc::timeout}, "read_line");

    stopwatch const formatted;
    require(!(socket.stream().input() >> line), "a word from nowhere");
    formatted.timed_out_after(each, ">>");
    require(!socket.stream().input().eof(), "a timeout was taken for a clean end");
    require_one_of(socket.stream().condition(), {u::errc::timeout}, ">>");
    socket.stream().input().clear();
    u::set_socket_option(socket, u::option::receive_timeout, u::time_limit(patience));

    each = limit();
    {
        u::cancel_scope const scope(each);
        stopwatch const scoped;
        u::read_some(socket.stream(), buffer, ec);
        scoped.timed_out_after(each - 1ms, "read_some in a scope"); // the scope began before
        require_one_of(ec, {u::errc::deadline_timeout}, "read_some in a scope");
    }
    each = limit();
    stopwatch const waiting;
    auto const ready = u::wait_for_input(socket, {.timeout = each, .ready_only = true});
    waiting.timed_out_after(each, "wait_for_input");
    require(ready.sockets.empty() && !ready.remaining, "ready, though nothing came");

    each = limit();
    stopwatch const accepting;
    auto const none = u::socket_accept(listener, {.timeout = each}, ec);
    accepting.timed_out_after(each, "socket_accept");
    require_one_of(ec, {u::errc::timeout}, "socket_accept");
}

/// Cancelled by another thread.
void try_cancelling(u::stream_usocket& socket, std::function<void(std::error_code&)> const& call, chance& random) {
    auto const after = std::chrono::milliseconds(random.between(0, 100));
    std::error_code ec;
    u::cancel_scope scope;
    std::atomic<steady::time_point> when{};
    auto const canceller = start_thread([&] {
        std::this_thread::sleep_for(after);
        when = steady::now();
        scope.cancel();
    });
    call(ec);
    auto const late = steady::now() - when.load();
    require_one_of(ec, {u::errc::interrupted}, "a cancelled call");
    require(late < tolerance + pulse::worst_since(when), "a cancelled call went on");
    require(socket.is_open(), "a cancelled call closed its socket");
}

/// Sends until the system takes no more; how much it took in all.
std::uint64_t fill(u::stream_usocket& socket, stream_content const& content, std::uint64_t sent, chance& random) {
    for (int refused = 0; refused < 4;) {
        auto const limit = std::chrono::milliseconds(random.between(0, 150));
        auto const piece = content.piece(sent, random.between(1, 400'000));
        std::error_code ec;
        stopwatch const watch;
        std::size_t taken = 0;
        if (refused % 2 == 0) {
            taken = u::socket_send(socket, piece, {.timeout = limit}, ec);
            watch.ended_within(limit, "socket_send");
        } else {
            u::cancel_scope const scope(limit);
            taken = u::socket_send(socket, piece, ec);
            watch.ended_within(limit, "socket_send in a scope");
        }
        require(ec ? taken < piece.size() : taken == piece.size(), "a send reports another count than it should");
        if (ec) {
            require_one_of(ec, {u::errc::timeout}, "a send into the void");
            watch.timed_out_after(limit - 1ms, "a send into the void");
            ++refused;
        }
        sent += taken;
    }
    return sent;
}

void deadlines(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set({.loss = 10, .delay = std::chrono::microseconds(random.between(0, 5000))});
    auto listener = u::socket_listen(wire.near_address(), u::auto_port);
    auto both = connect(wire);
    stream_content const there(seed);
    stream_content const back(seed + 1);
    std::uint64_t const before = random.between(1, 5000);
    u::socket_send(both.near, there.piece(0, before));
    std::vector<char> buffer(before);
    require(u::read_exactly(both.far.stream(), buffer) == before, "the first octets");

    wire.black_hole(true);
    doing("while all is dropped");
    std::uint64_t const after = random.between(1, 5000);
    u::socket_send(both.far, back.piece(0, after));
    try_reads(both.near, listener, random);
    try_cancelling(
        both.near, [&](std::error_code& ec) { static_cast<void>(u::socket_receive(both.near, buffer, ec)); }, random);
    std::uint64_t sent = fill(both.near, there, before, random);
    try_cancelling(
        both.near,
        [&](std::error_code& ec) {
            auto const piece = there.piece(sent, 300'000);
            sent += u::socket_send(both.near, piece, ec);
        },
        random);

    // A write that fails has taken its octets all the same.
    auto const last = there.piece(sent, 30'000);
    sent += last.size();
    {
        u::cancel_scope const scope(20ms);
        stopwatch const flushing;
        both.near.stream().output() << last << std::flush;
        flushing.ended_within(20ms, "a flush");
        require(!both.near.stream().output(), "a flush into the void");
    }
    wire.black_hole(false);
    doing("after all was dropped");
    auto const far = start_thread([&] {
        std::vector<char> rest(sent - before);
        require(u::read_exactly(both.far.stream(), rest) == rest.size(), "all that was said to be sent came");
        there.compare(before, std::as_bytes(std::span(rest)));
        require(u::socket_receive(both.far, rest).size == 0, "more came than was said to be sent");
    });
    both.near.stream().output().clear();
    both.near.stream().output().flush();
    require(static_cast<bool>(both.near.stream().output()), "a flush after a timeout");
    u::socket_shutdown(both.near, u::direction::output);
    std::vector<char> answer(after);
    require(u::read_exactly(both.near.stream(), answer) == after, "what was sent meanwhile came");
    back.compare(0, std::as_bytes(std::span(answer)));
}

/// The loss of a connection, which stays one.
void require_lost(u::stream_usocket& socket, std::initializer_list<u::errc> allowed, std::chrono::seconds limit) {
    char octet = 0;
    std::error_code ec;
    for (int i = 0; i < 3; ++i) {
        stopwatch const watch;
        auto const got = u::socket_receive(socket, {&octet, 1}, {.timeout = limit}, ec);
        require(got.size == 0, "octets from nowhere");
        require_one_of(ec, allowed, "reading from a peer that is gone");
        require(watch.elapsed() < limit, "the loss of a connection was not noticed");
    }
}

void vanished(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set({.delay = std::chrono::microseconds(random.between(0, 5000))});
    auto listener = listen_far(wire);

    doing("what is sent is not acknowledged");
    auto first = connect_to(wire, listener);
    u::set_socket_option(first.near, u::option::tcp_user_timeout, 200ms);
    auto idle = connect_to(wire, listener);
    u::set_socket_option(idle.near, u::option::tcp_keepalive_idle, 1s);
    u::set_socket_option(idle.near, u::option::tcp_keepalive_interval, 1s);
    u::set_socket_option(idle.near, u::option::tcp_keepalive_count, 1);
    u::set_socket_option(idle.near, u::option::tcp_keepalive, true);
    auto crashed = connect_to(wire, listener);
    u::socket_send(crashed.near, "never read");
    require(!u::wait_for_input(crashed.far, {.timeout = patience, .ready_only = true}).sockets.empty(), "input");

    wire.black_hole(true);
    u::socket_send(first.near, "nobody hears it");
    require_lost(first.near, {u::errc::timeout}, 20s);
    doing("a peer that does not keep the connection alive");
    require_lost(idle.near, {u::errc::timeout}, 20s);

    doing("a peer that crashed");
    u::socket_close(crashed.far); // with unread input: a reset, which is lost
    char octet = 0;
    std::error_code ec;
    stopwatch const watch;
    static_cast<void>(u::socket_receive(crashed.near, {&octet, 1}, {.timeout = 50ms}, ec));
    watch.timed_out_after(50ms, "reading from a peer that is gone");
    require_one_of(ec, {u::errc::timeout}, "reading before the loss is known");
    wire.black_hole(false);
    u::socket_send(crashed.near, "is anybody there?");
    require_lost(crashed.near, {u::errc::connection_reset}, 20s);
}

constexpr scenario table[] = {
    {"stream_deadlines", deadlines},
    {"peer_vanishes", vanished},
};

} // namespace

std::span<scenario const> limit_scenarios() { return table; }

} // namespace chaos
