// SPDX-License-Identifier: MIT
//
// Datagrams over a bad link: those that come are those that were sent, one by one.
#include "chaos/scenario.hpp"

namespace chaos {
namespace {

/// So many of hundreds come through any weather; a busy machine may take seconds to bring them.
constexpr std::uint64_t least = 10;
constexpr int most_silences = 60;

/// Receives until nothing has come for a while after all was sent.
void receive_all(u::datagram_usocket& socket, datagram_content& content, u::endpoint const& from,
                 std::atomic<bool> const& all_sent) {
    std::vector<char> buffer(70'000);
    int silences = 0;
    for (;;) {
        bool const was_last = all_sent;
        std::error_code ec;
        u::endpoint source;
        stopwatch const watch;
        auto const got = u::socket_receive(socket, buffer, {.timeout = 150ms, .source = &source}, ec);
        if (!ec) {
            content.check(got.buffer, got.size);
            require(source == from, "a datagram came from elsewhere");
            continue;
        }
        require_one_of(ec, {u::errc::timeout}, "receiving a datagram");
        watch.timed_out_after(150ms, "receiving a datagram");
        if (was_last && (content.came() >= least || ++silences > most_silences))
            return;
    }
}

/// The same in batches.
void receive_batches(u::datagram_usocket& socket, datagram_content& content, u::endpoint const& from,
                     std::atomic<bool> const& all_sent, u::datagram_path path) {
    u::datagram_batch batch;
    int silences = 0;
    for (;;) {
        bool const was_last = all_sent;
        std::error_code ec;
        stopwatch const watch;
        u::socket_receive_batch(socket, batch, {.timeout = 150ms, .path = path}, ec);
        for (auto const& one : batch) {
            require(one.source == from, "a datagram came from elsewhere");
            content.check(one.buffer, one.size);
        }
        if (!ec)
            continue;
        require_one_of(ec, {u::errc::timeout}, "receiving a batch");
        require(batch.empty(), "a batch that timed out is not empty");
        watch.timed_out_after(150ms, "receiving a batch");
        if (was_last && (content.came() >= least || ++silences > most_silences))
            return;
    }
}

std::size_t size_of_some_datagram(link const& wire, chance& random) {
    switch (random.between(0, 9)) {
    case 0:
        return random.between(2000, 9000); // in several pieces
    case 1:
        return wire.mtu();
    case 2:
        return wire.mtu() - 28;
    default:
        return random.between(datagram_content::least, wire.mtu() - 48);
    }
}

void single(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    auto pair = make_datagram_pair(wire);
    datagram_content there(seed);
    datagram_content back(seed + 1'000'000);
    std::atomic<bool> all_sent = false;
    {
        auto const far = start_thread([&] { receive_all(pair.far, there, pair.near_end, all_sent); });
        auto const near = start_thread([&] { receive_all(pair.near, back, pair.far_end, all_sent); });
        for (std::uint64_t i = 0; i < 300; ++i) {
            auto const one = there.make(i, size_of_some_datagram(wire, random));
            require(u::socket_send(pair.near, one) == one.size(), "a datagram was cut");
            auto const other = back.make(i, size_of_some_datagram(wire, random));
            require(u::socket_send(pair.far, other, {.destination = &pair.near_end}) == other.size(),
                    "a datagram was cut");
            std::this_thread::sleep_for(200us); // there is room for so many
        }
        all_sent = true;
    }
    require(there.came() >= least && back.came() >= least, "hardly a datagram came");
}

/// Runs of equal size, which the system may split and join, between others.
void batches(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    for (auto const path :
         {u::datagram_path::automatic, u::datagram_path::calls_of_many, u::datagram_path::single_calls}) {
        bool const is_connected = random.happens(500);
        auto pair = make_datagram_pair(wire);
        if (!is_connected) {
            pair.near = u::socket_connect(u::protocol::datagram, {.local = u::endpoint(wire.near_address(), 0)});
            pair.near_end = u::get_local_endpoint(pair.near);
        }
        datagram_content content(seed);
        std::atomic<bool> all_sent = false;
        {
            auto const far = start_thread([&] { receive_batches(pair.far, content, pair.near_end, all_sent, path); });
            std::uint64_t number = 0;
            for (int i = 0; i < 12; ++i) {
                std::vector<std::string> texts;
                std::vector<u::outgoing_datagram> all;
                while (texts.size() < 40) {
                    auto const size = size_of_some_datagram(wire, random);
                    for (auto left = random.between(1, 12); left > 0; --left)
                        texts.push_back(content.make(number++, size));
                }
                for (auto const& text : texts)
                    all.push_back({.data = text, .destination = is_connected ? nullptr : &pair.far_end});
                auto const result = u::socket_send_batch(pair.near, all, {.timeout = patience, .path = path});
                require(result.sent() == all.size(), "not all of a batch was sent");
                std::this_thread::sleep_for(2ms);
            }
            all_sent = true;
        }
        require(content.came() >= least, "hardly a datagram came");
    }
}

constexpr scenario table[] = {
    {"datagrams", single},
    {"datagram_batches", batches},
};

} // namespace

std::span<scenario const> datagram_scenarios() { return table; }

} // namespace chaos
