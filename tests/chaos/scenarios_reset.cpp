// SPDX-License-Identifier: MIT
//
// Connections that are refused in the middle: a reset is no clean end, and a refusal that passes is no end at all.
#include "chaos/refusals.hpp"
#include "chaos/scenario.hpp"

namespace chaos {
namespace {

/// One side of a connection that breaks, sending and receiving at once.
class broken_side {
public:
    broken_side(u::stream_usocket& socket, std::uint64_t outgoing, std::uint64_t incoming)
        : socket_(socket), outgoing_(outgoing), incoming_(incoming), sender_(start_thread([this] { send(); })),
          receiver_(start_thread([this] { receive(); })) {}

    void join() {
        sender_.join();
        receiver_.join();
    }
    [[nodiscard]] std::error_code how_sending_ended() const noexcept { return sending_; }
    [[nodiscard]] std::error_code how_receiving_ended() const noexcept { return receiving_; }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }

private:
    void send() {
        chance random(outgoing_);
        stream_content const content(outgoing_);
        while (!sending_) {
            auto const piece = content.piece(sent_, random.between(1, 20'000));
            sent_ += u::socket_send(socket_, piece, sending_);
        }
    }
    void receive() {
        stream_content const content(incoming_);
        std::vector<std::byte> buffer(10'000);
        while (!receiving_) {
            auto const got = u::socket_receive(socket_, buffer, receiving_);
            if (got.size == 0 && !receiving_)
                fail("a connection that was broken ended cleanly");
            content.compare(received_, got.buffer);
            received_ += got.size;
        }
    }

    u::stream_usocket& socket_;
    std::uint64_t outgoing_;
    std::uint64_t incoming_;
    std::error_code sending_{};
    std::error_code receiving_{};
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::jthread sender_;
    std::jthread receiver_;
};

void reset(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    auto both = connect(wire, 1s);
    bool const is_near = random.happens(500);
    auto& victim_socket = is_near ? both.near : both.far;
    broken_side near(both.near, seed, seed + 1);
    broken_side far(both.far, seed + 1, seed);
    std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 100)));
    std::string const port = std::to_string(u::get_local_port(both.far));
    wire.rules(is_near ? wire.far() : wire.near(),
               (is_near ? "tcp dport " : "tcp sport ") + port + " reject with tcp reset");
    near.join();
    far.join();

    auto const& victim = is_near ? near : far;
    auto const& other = is_near ? far : near;
    require_one_of(victim.how_receiving_ended(), {u::errc::connection_reset}, "receiving on a reset connection");
    require_one_of(victim.how_sending_ended(), {u::errc::connection_reset, u::errc::connection_aborted},
                   "sending on a reset connection");
    // The other side hears nothing at first; its packets are answered by a reset when they come through again.
    require_one_of(other.how_receiving_ended(), {u::errc::timeout, u::errc::connection_reset}, "receiving at the peer");
    require_one_of(other.how_sending_ended(),
                   {u::errc::timeout, u::errc::connection_reset, u::errc::connection_aborted}, "sending at the peer");
    require(victim.received() <= other.sent() && other.received() <= victim.sent(), "more came than was sent");

    doing("reading on");
    char octet = 0;
    std::error_code ec;
    for (int i = 0; i < 2; ++i) {
        static_cast<void>(u::socket_receive(victim_socket, {&octet, 1}, ec));
        require_one_of(ec, {u::errc::connection_reset}, "reading on after a reset");
    }
    require(!u::read_some(victim_socket.stream(), {&octet, 1}, ec), "reading on");
    require_one_of(ec, {u::errc::connection_reset}, "reading on from the stream");
    require(victim_socket.stream().get() == EOF && victim_socket.stream().bad(), "a stream took a reset for its end");
}

/// Notices that something cannot be reached are no reason to give up a connection.
void unreachable(link& wire, std::uint64_t seed) {
    chance random(seed);
    wire.set(bad_weather(random));
    auto both = connect(wire);
    auto const kinds = refusals_by_notice(wire.of());
    auto const& kind = kinds[random.between(0, kinds.size() - 1)];
    doing(kind.words);
    auto const threads = exchange(both, seed, random.between(200'000, 400'000));
    for (int i = 0; i < 3; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 30)));
        auto const& where = random.happens(500) ? wire.far() : wire.near();
        wire.rules(where, std::string("meta l4proto tcp ").append(kind.words));
        std::this_thread::sleep_for(std::chrono::milliseconds(random.between(0, 150)));
        wire.rules(where, "");
    }
}

constexpr scenario table[] = {
    {"stream_reset", reset},
    {"stream_unreachable", unreachable},
};

} // namespace

std::span<scenario const> reset_scenarios() { return table; }

} // namespace chaos
