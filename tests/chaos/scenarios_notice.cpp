// SPDX-License-Identifier: MIT
//
// What a connected datagram socket is told of its peer: once, where it is final, and never at all otherwise.
#include "chaos/refusals.hpp"
#include "chaos/scenario.hpp"

namespace chaos {
namespace {

/// The ways to learn of it.
std::error_code by_receiving(u::datagram_usocket& socket) {
    char octet = 0;
    std::error_code ec;
    require(u::socket_receive(socket, {&octet, 1}, {.timeout = 5s}, ec).size == 0, "a datagram from nowhere");
    return ec;
}
std::error_code by_receiving_a_batch(u::datagram_usocket& socket) {
    u::datagram_batch batch;
    std::error_code ec;
    require(u::socket_receive_batch(socket, batch, {.timeout = 5s}, ec) == 0, "a datagram from nowhere");
    return ec;
}
std::error_code by_waiting(u::datagram_usocket& socket) {
    auto const ready = u::wait_for_input(socket, {.timeout = 5s, .ready_only = true});
    require(!ready.sockets.empty(), "a wait was not told");
    return by_receiving(socket);
}
void wait_until_told(u::datagram_usocket& socket) { u::wait_for_input(socket, {.timeout = 5s, .ready_only = true}); }
std::error_code by_sending(u::datagram_usocket& socket) {
    wait_until_told(socket);
    std::error_code ec;
    require(u::socket_send(socket, "not sent", ec) == 0, "a datagram was sent that was not");
    return ec;
}
std::error_code by_sending_a_batch(u::datagram_usocket& socket) {
    wait_until_told(socket);
    std::error_code ec;
    std::vector<u::outgoing_datagram> some{{.data = "one"}, {.data = "two"}};
    auto const result = u::socket_send_batch(socket, some, {}, ec);
    require(result.taken == 0 && result.stopped == ec, "a batch was sent that was not");
    return ec;
}

constexpr std::error_code (*ways[])(u::datagram_usocket&) = {by_receiving, by_receiving_a_batch, by_waiting, by_sending,
                                                             by_sending_a_batch};

/// Nothing more is told.
void require_silence(u::datagram_usocket& socket) {
    char octet = 0;
    std::error_code ec;
    static_cast<void>(u::socket_receive(socket, {&octet, 1}, {.timeout = 60ms}, ec));
    require_one_of(ec, {u::errc::timeout}, "a notice that should not come (again)");
}

void notices(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set({.delay = std::chrono::microseconds(random.between(0, 4000))});
    auto pair = make_datagram_pair(wire);
    auto& near = pair.near;
    auto const rule = "udp dport " + std::to_string(pair.far_end.port()) + " ";

    for (refusal const& each : refusals_by_notice(wire.of())) {
        doing(each.words);
        wire.rules(wire.far(), rule + each.words);
        u::socket_send(near, "refused");
        if (!each.is_final) {
            require_silence(near);
            continue;
        }
        auto const way = ways[random.between(0, std::size(ways) - 1)];
        require_one_of(way(near), {each.means}, "a datagram that was refused");
        require_silence(near);
    }
    doing("after refusals");
    wire.rules(wire.far(), "");
    char buffer[100];
    for (int i = 0; i < 3; ++i) {
        u::socket_send(near, "let in");
        auto const got = u::socket_receive(pair.far, buffer, {.timeout = patience});
        require(got.text() == "let in", "another datagram came than was sent");
        u::socket_send(pair.far, "answer", {.destination = &pair.near_end});
        require(u::socket_receive(near, buffer, {.timeout = patience}).text() == "answer", "another answer came");
    }
    doing("nobody listens any more");
    u::socket_close(pair.far);
    for (auto* const way : ways) {
        u::socket_send(near, "nobody hears it");
        require_one_of(way(near), {u::errc::connection_refused}, "a datagram to nobody");
        require_silence(near);
    }
    // What was lost is not reported.
    wire.black_hole(true);
    u::socket_send(near, "lost");
    require_silence(near);
}

constexpr scenario table[] = {
    {"datagram_notices", notices},
};

} // namespace

std::span<scenario const> notice_scenarios() { return table; }

} // namespace chaos
