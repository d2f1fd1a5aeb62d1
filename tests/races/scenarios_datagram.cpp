// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "races/round.hpp"

/// Closing against datagrams, one by one and in batches.
namespace races {
namespace {

using u::errc;

/// So many and so small that a receive buffer of the default size takes them all: none is lost over loopback.
constexpr std::size_t most = 48;

struct pair_of_ends {
    u::datagram_usocket near = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    u::datagram_usocket far{};

    pair_of_ends() : far(u::socket_connect("127.0.0.1", u::get_local_port(near), u::protocol::datagram)) {}
};

std::string numbered(std::size_t number) {
    std::string made = std::to_string(number);
    made.resize(20, '.');
    return made;
}

/// Over loopback datagrams come in the order in which they are sent, each once.
class number_check {
public:
    void take(std::string_view text) { require(text == numbered(count_++), "a datagram that is not the next one"); }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    std::size_t count_ = 0;
};

/// The error of a peer that is gone, or none.
void require_delivered(std::error_code const& ec) {
    if (ec)
        require_outcome(ec, {errc::connection_refused}, "a send to a socket that closes");
}

template <class Receive>
void close_receiver(chance& random, Receive receive) {
    pair_of_ends ends;
    auto sender = random.fork();
    auto closer = random.fork();
    std::size_t const count = random.below(most);
    number_check seen;
    together({
        [&] {
            std::error_code ec;
            while (!ec)
                receive(ends.near, seen, ec);
            require_outcome(ec, {errc::invalid_socket}, "a receive");
            require(seen.count() <= count, "more than was sent");
        },
        [&] {
            for (std::size_t i = 0; i < count; ++i) {
                std::error_code ec;
                u::socket_send(ends.far, numbered(i), {}, ec);
                require_delivered(ec);
                if (ec)
                    return;
                if (sender.one_in(3))
                    pause(sender);
            }
        },
        [&] {
            pause(closer);
            pause(closer);
            u::socket_close(ends.near);
        },
    });
}

void close_receive(chance& random) {
    u::time_limit const timeout = random.one_in(2) ? u::time_limit(for_ever) : u::time_limit();
    close_receiver(random, [=](u::datagram_usocket& socket, number_check& seen, std::error_code& ec) {
        std::array<std::byte, 100> buffer;
        auto const got = u::socket_receive(socket, buffer, {.timeout = timeout}, ec);
        if (!ec)
            seen.take(got.text());
    });
}

void close_receive_batch(chance& random) {
    constexpr u::datagram_path paths[] = {u::datagram_path::automatic, u::datagram_path::calls_of_many,
                                          u::datagram_path::single_calls};
    auto const path = paths[random.below(std::size(paths))];
    u::time_limit const timeout = random.one_in(2) ? u::time_limit(for_ever) : u::time_limit();
    u::datagram_batch batch(1 + random.below(8));
    close_receiver(random, [&](u::datagram_usocket& socket, number_check& seen, std::error_code& ec) {
        std::size_t const count = u::socket_receive_batch(socket, batch, {.timeout = timeout, .path = path}, ec);
        if (count != batch.size() || (count == 0) != static_cast<bool>(ec))
            throw torture::mismatch("a batch of " + std::to_string(batch.size()) + " reported as " +
                                    std::to_string(count) + ", " + ec.message());
        for (auto const& each : batch)
            seen.take(each.text());
    });
}

/// The sender is closed: what it has reported as sent has come.
void close_send_batch(chance& random) {
    pair_of_ends ends;
    auto sender = random.fork();
    auto closer = random.fork();
    bool const singly = random.one_in(3);
    std::size_t sent = 0;
    together({
        [&] {
            std::error_code ec;
            std::vector<std::string> texts;
            std::vector<u::outgoing_datagram> datagrams;
            while (!ec && sent < most) {
                std::size_t const size = singly ? 1 : 1 + sender.below(most - sent);
                texts.clear();
                datagrams.clear();
                for (std::size_t i = 0; i < size; ++i)
                    texts.push_back(numbered(sent + i));
                for (auto const& text : texts)
                    datagrams.push_back({.data = u::octet_span(text)});
                if (singly) {
                    u::socket_send(ends.far, texts[0], {}, ec);
                    sent += ec ? 0 : 1;
                    continue;
                }
                auto const done = u::socket_send_batch(ends.far, datagrams, {}, ec);
                require(done.refused == 0 && (ec ? done.taken < size : done.taken == size), "a batch's count");
                sent += done.sent();
                pause(sender);
            }
            if (ec)
                require_outcome(ec, {errc::invalid_socket}, "a send");
        },
        [&] {
            pause(closer);
            u::socket_close(ends.far);
        },
    });
    number_check seen;
    std::array<std::byte, 100> buffer;
    std::error_code ec;
    while (!ec) {
        auto const got = u::socket_receive(ends.near, buffer, {.timeout = 0s}, ec);
        if (!ec)
            seen.take(got.text());
    }
    require_outcome(ec, {errc::timeout}, "a receive when all has come");
    require(seen.count() == sent, "another number than was reported as sent");
}

constexpr scenario all[] = {
    {"close_receive", close_receive},
    {"close_receive_batch", close_receive_batch},
    {"close_send_batch", close_send_batch},
};

} // namespace

std::span<scenario const> datagram_scenarios() { return all; }

} // namespace races
