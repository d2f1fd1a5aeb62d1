// SPDX-License-Identifier: MIT
//
// Names with several addresses, of which some do not answer: the next one is tried when it should be.
#include "chaos/scenario.hpp"

namespace chaos {
namespace {

std::string daddr(u::ip_address const& address) {
    return std::string(address.is_v4() ? "ip daddr " : "ip6 daddr ").append(address.to_string());
}

/// Connects to a name of these addresses.
u::stream_usocket connect_to_name(std::vector<u::ip_address> const& addresses, std::uint16_t port,
                                  std::chrono::milliseconds delay, u::time_limit limit, std::error_code& ec) {
    return u::socket_connect(
        "several.test", port,
        {.connect_timeout = limit,
         .attempt_delay = delay,
         .resolver = [&](std::string_view) { return u::sequence<u::ip_address>(std::span(addresses)); }},
        ec);
}

void several(link& wire, std::uint64_t seed) {
    chance random(seed);
    auto const trip = 2 * std::chrono::microseconds(random.between(0, 4000));
    wire.set({.delay = trip / 2});
    u::stream_server_usocket listener;
    wire.far().in([&] { listener = u::socket_listen(u::wildcard_host, u::auto_port, {.backlog = 100}); });
    auto const port = u::get_local_port(listener);

    // Of both families where there are both.
    auto const other = wire.mtu() >= 1280 ? (wire.of() == family::v4 ? family::v6 : family::v4) : wire.of();
    auto const good = wire.far_address();
    u::ip_address const dropped[] = {link::far_address(wire.of(), 3), link::far_address(other, 4)};
    auto const reset = link::far_address(wire.of(), 6);
    auto const unreachable = link::far_address(other, 7);
    wire.rules(wire.far(), daddr(dropped[0])
                               .append(" drop\n")
                               .append(daddr(dropped[1]))
                               .append(" drop\n")
                               .append(daddr(reset))
                               .append(" tcp dport != 0 reject with tcp reset\n")
                               .append(daddr(unreachable))
                               .append(" reject\n"));
    struct attempt {
        char const* words;
        std::vector<u::ip_address> addresses;
        int delays; ///< That pass before the good one is tried.
    };
    attempt const attempts[] = {
        {"the first one answers", {good, dropped[0]}, 0},
        {"the first one does not answer", {dropped[0], good}, 1},
        {"two do not answer", {dropped[0], dropped[1], good}, -1},
        {"the first one is refused", {reset, good}, 0},
        {"the first one is unreachable", {unreachable, good}, 0},
        {"one is refused, one does not answer", {reset, dropped[0], good}, 1},
    };
    for (attempt const& each : attempts) {
        doing(each.words);
        std::chrono::milliseconds const delay(random.between(10, 300));
        std::error_code ec;
        stopwatch const watch;
        auto const socket = connect_to_name(each.addresses, port, delay, patience, ec);
        if (ec)
            fail("no address: " + ec.message());
        require(u::get_peer_address(socket) == good, "connected to another address");
        int const delays = each.delays >= 0 ? each.delays : 2;
        watch.ended_within(delays * delay + 3 * trip, "connecting to the next address");
        if (each.delays > 0)
            require(watch.elapsed() >= delay, "the next address was tried too early");
        auto const accepted = u::socket_accept(listener, {.timeout = patience});
        require(accepted.is_open(), "accepted");
    }
    doing("none answers");
    std::chrono::milliseconds const limit(random.between(50, 400));
    stopwatch const watch;
    try {
        std::vector<u::ip_address> const addresses{dropped[0], dropped[1]};
        auto const socket = u::socket_connect(
            "several.test", port, {.connect_timeout = limit, .attempt_delay = 20ms, .resolver = [&](std::string_view) {
                                       return u::sequence<u::ip_address>(addresses);
                                   }});
        fail("connected to nobody");
    } catch (u::timeout_error const& error) {
        watch.timed_out_after(limit, "connecting to addresses that do not answer");
        require(error.attempts().size() == 2, "a condition names the addresses that were tried");
    }
}

constexpr scenario table[] = {
    {"several_addresses", several},
};

} // namespace

std::span<scenario const> address_scenarios() { return table; }

} // namespace chaos
