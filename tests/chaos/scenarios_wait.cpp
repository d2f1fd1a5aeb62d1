// SPDX-License-Identifier: MIT
//
// A wait list over many connections, of which some end, some are reset and some fall silent, on every backend.
#include <algorithm>
#include <map>

#include "chaos/scenario.hpp"

namespace chaos {
namespace {

enum class ending : std::uint8_t { clean, reset, silence };

struct member {
    connection both;
    std::uint64_t seed = 0;
    ending how = ending::clean;
    std::uint64_t size = 0; ///< So much is sent.
    std::uint64_t received = 0;
    bool has_ended = false;

    [[nodiscard]] bool is_through() const noexcept { return has_ended || (how == ending::silence && received == size); }
};

/// Sends what each is to receive, in turns, and ends it.
void send_all(std::vector<member>& members, std::uint64_t seed) {
    chance random(seed);
    std::vector<std::uint64_t> sent(members.size());
    for (std::size_t left = members.size(); left != 0;) {
        std::size_t const which = random.between(0, members.size() - 1);
        member& each = members[which];
        if (!each.both.far.is_open() || sent[which] > each.size)
            continue;
        auto const size = std::min<std::uint64_t>(each.size - sent[which], random.between(1, 4000));
        u::socket_send(each.both.far, stream_content(each.seed).piece(sent[which], size));
        sent[which] += size;
        if (random.happens(100))
            std::this_thread::sleep_for(1ms);
        if (sent[which] != each.size)
            continue;
        --left;
        ++sent[which]; // done with
        if (each.how == ending::reset)
            u::set_socket_option(each.both.far, u::option::linger, std::optional<std::chrono::seconds>(0s));
        if (each.how != ending::silence)
            u::socket_close(each.both.far);
    }
}

/// Reads from one that is ready: it never has to wait.
void read_ready(member& one) {
    require(!one.has_ended, "ready again after the end");
    std::vector<std::byte> buffer(3000);
    std::error_code ec;
    auto const got = u::socket_receive(one.both.near, buffer, {.timeout = 0ms}, ec);
    if (ec) {
        require_one_of(ec, {u::errc::connection_reset}, "reading what is ready");
        require(one.how == ending::reset, "a connection was reset that was not");
    }
    if (got.size == 0 && !ec)
        require(one.how == ending::clean && one.received == one.size, "a clean end where there was none");
    stream_content(one.seed).compare(one.received, got.buffer);
    one.received += got.size;
    require(one.received <= one.size, "more came than was sent");
    one.has_ended = got.size == 0;
}

void wait_with(link& wire, weather const& now, u::backend which, std::uint64_t seed) {
    chance random(seed);
    wire.set({.delay = now.delay}); // connecting is not what is tried here
    auto listener = listen_far(wire, {.backlog = 100});
    std::vector<member> members(30);
    std::map<u::usocket const*, member*> of;
    u::wait_list list({.backend = which});
    for (member& each : members) {
        each.both = connect_to(wire, listener);
        each.seed = random();
        each.size = random.between(1, 30'000);
        each.how = static_cast<ending>(random.between(0, 2));
        u::add_waiter(list, each.both.near);
        of[&each.both.near] = &each;
    }
    auto const read_until = [&](auto const& is_done) {
        while (!std::ranges::all_of(members, is_done)) {
            auto const ready = u::wait_for_input(list, {.timeout = patience, .ready_only = true});
            require(!ready.sockets.empty(), "nothing was ready, though something is left");
            for (auto* const socket : ready.sockets) {
                member& one = *of.at(socket);
                read_ready(one);
                if (one.has_ended)
                    u::remove_waiter(list, one.both.near);
            }
        }
    };
    wire.set(now);
    {
        auto const far = start_thread([&] { send_all(members, seed); });
        read_until([&](member const& each) { return each.how == ending::reset || each.is_through(); });
    }
    // A reset is sent once, and may be lost with all that was before it; who asks is sent another.
    for (member& each : members) {
        std::error_code ec;
        if (!each.is_through())
            u::socket_send(each.both.near, "?", ec);
    }
    read_until([](member const& each) { return each.is_through(); });
    auto const limit = std::chrono::milliseconds(random.between(0, 50));
    stopwatch const watch;
    require(u::wait_for_input(list, {.timeout = limit, .ready_only = true}).sockets.empty(), "ready for nothing");
    watch.timed_out_after(limit, "a wait on those that are silent");
}

void wait(link& wire, std::uint64_t seed) {
    chance random(seed);
    auto now = bad_weather(random);
    for (auto const which : {u::backend::select, u::backend::poll, u::backend::epoll, u::backend::io_uring}) {
        if (!u::supports(which))
            continue;
        wait_with(wire, now, which, seed * 10 + static_cast<unsigned>(which));
    }
}

constexpr scenario table[] = {
    {"wait_lists", wait},
};

} // namespace

std::span<scenario const> wait_scenarios() { return table; }

} // namespace chaos
