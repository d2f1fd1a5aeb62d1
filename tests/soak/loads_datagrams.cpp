// SPDX-License-Identifier: MIT
//
// Datagrams, one by one and in batches.
#include <array>
#include <vector>

#include "load.hpp"

namespace soak {
namespace {

struct two {
    u::datagram_usocket sender;
    u::datagram_usocket receiver;
    u::endpoint to;
};

two any_two(hand& with) {
    if (with.below(3) == 0) {
        auto [near, far] = u::make_datagram_pair();
        return {std::move(near), std::move(far), {}};
    }
    u::ip_address const host = with.coin() ? u::ip_address::loopback_v4() : u::ip_address::loopback_v6();
    auto receiver = u::socket_connect(u::protocol::datagram, {.read_timeout = patience, .local_host = host});
    auto const to = u::get_local_endpoint(receiver);
    if (with.coin())
        return {u::socket_connect(to, u::protocol::datagram), std::move(receiver), {}};
    return {u::socket_connect(u::protocol::datagram, {.local_host = host}), std::move(receiver), to};
}

void singles(hand& with) {
    auto [from, into, to] = any_two(with);
    std::string buffer(2000, '\0');
    for (int i = 0; i < 10; ++i) {
        std::string const text = with.octets(1500);
        u::socket_send(from, text, {.destination = to.is_ip() ? &to : nullptr});
        check(u::socket_receive(into, buffer, {.timeout = patience}).text() == text, "the datagram that was sent");
    }
    std::error_code ec;
    static_cast<void>(u::socket_receive(into, buffer, {.timeout = 0s}, ec));
    with.counts.failed_as("datagrams, single", ec, u::errc::timeout);
}

void batches(hand& with) {
    two sockets = any_two(with);
    bool const is_udp = u::get_local_endpoint(sockets.receiver).is_ip();
    u::endpoint const* const to = sockets.to.is_ip() ? &sockets.to : nullptr;
    constexpr std::array paths{u::datagram_path::automatic, u::datagram_path::calls_of_many,
                               u::datagram_path::single_calls};
    u::datagram_path const path = is_udp ? paths[with.below(paths.size())] : u::datagram_path::automatic;
    u::datagram_batch batch(8);
    for (int round = 0; round < 3; ++round) {
        std::vector<std::string> texts;
        std::vector<u::outgoing_datagram> out;
        std::size_t const size = with.below(1000) + 1;
        for (std::size_t i = 0; i < 10; ++i)
            texts.push_back(with.coin() ? with.octets(1000) : std::string(size, static_cast<char>('a' + i)));
        for (auto const& text : texts)
            out.push_back({.data = text, .destination = to});
        check(u::socket_send_batch(sockets.sender, out, {.path = path}).sent() == out.size(), "all were sent");
        for (std::size_t have = 0; have < texts.size();) {
            u::socket_receive_batch(sockets.receiver, batch, {.timeout = patience, .path = path});
            for (auto const& one : batch)
                check(have < texts.size() && one.text() == texts[have++], "the datagrams that were sent, in order");
        }
    }
}

void splits(hand& with) {
    auto receiver = u::socket_connect(u::protocol::datagram, {.local_host = u::ip_address::loopback_v4()});
    auto sender = u::socket_connect(u::get_local_endpoint(receiver), u::protocol::datagram);
    std::string const all = with.octets(8000);
    std::size_t const size = with.below(700) + 300;
    std::size_t const count = (all.size() + size - 1) / size;
    check(u::socket_send_split(sender, all, size).sent() == count, "all were sent");
    std::string got;
    u::datagram_batch batch(4);
    while (got.size() < all.size()) {
        u::socket_receive_batch(receiver, batch, {.timeout = patience});
        for (auto const& one : batch)
            got.append(one.text());
    }
    check(got == all, "the octets that were sent");
}

constexpr std::array all_loads{
    load{"datagrams, single", singles},
    load{"datagrams, batches", batches},
    load{"datagrams, split", splits},
};

} // namespace

std::span<load const> datagram_loads() { return all_loads; }

} // namespace soak
