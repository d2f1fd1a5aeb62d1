// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "races/ledger.hpp"
#include "races/round.hpp"

/// Waiting, on every backend, while others wake, add, remove and close.
namespace races {
namespace {

using u::errc;

std::span<u::usocket* const> wait_on(u::wait_list& list, u::time_limit timeout = for_ever) {
    ledger::closing_during_polls const allowed;
    auto const found = u::wait_for_input(list, {.timeout = timeout, .ready_only = true});
    require(!timeout.is_set() || timeout.length() < for_ever || found.remaining || !found.sockets.empty(),
            "a wait that nobody ended");
    return found.sockets;
}

/// Each wake-up ends one wait, the one under way or the next.
template <u::backend Which>
void wake(chance& random) {
    if (!u::supports(Which))
        return;
    u::wait_list list({.backend = Which});
    auto [quiet, peer] = u::make_socket_pair();
    u::add_waiter(list, quiet);
    auto waker = random.fork();
    auto waiter = random.fork();
    std::size_t const times = 1 + random.below(6);
    std::atomic<std::size_t> waits{0};
    together({
        [&] {
            for (std::size_t i = 0; i < times; ++i) {
                pause(waiter);
                require(wait_on(list).empty(), "a quiet socket is ready");
                waits.fetch_add(1, std::memory_order_relaxed);
            }
        },
        [&] {
            for (std::size_t i = 0; i < times; ++i) {
                pause(waker);
                list.wake();
                // The next one only when this one has been taken: several before a wait count as one.
                eventually([&] { return waits.load(std::memory_order_relaxed) > i; });
            }
        },
    });
}

/// Members come, change, close and die during waits; what comes at last is found.
template <u::backend Which>
void members(chance& random) {
    if (!u::supports(Which))
        return;
    u::wait_list list({.backend = Which});
    auto [last, peer_of_last] = u::make_socket_pair();
    auto first = random.fork();
    auto second = random.fork();
    std::atomic<int> running{2};
    auto const change = [&](chance& own) {
        std::vector<std::pair<u::stream_usocket, u::stream_usocket>> pairs(3);
        for (auto left = 4 + own.below(24); left != 0; --left) {
            auto& [near, far] = pairs[own.below(pairs.size())];
            std::error_code ec;
            switch (own.below(8)) {
            case 0:
            case 1:
                std::tie(near, far) = u::make_socket_pair();
                break;
            case 2:
            case 3:
                u::add_waiter(list, near, own.one_in(3) ? u::readiness::read_write : u::readiness::read, ec);
                if (ec)
                    require_outcome(ec, {errc::invalid_socket}, "adding");
                break;
            case 4:
                u::remove_waiter(list, near);
                break;
            case 5:
                u::socket_close(near);
                break;
            case 6:
                u::socket_send(far, "x", {}, ec);
                break;
            default:
                pause(own);
            }
        }
        pairs.clear();
        running.fetch_sub(1, std::memory_order_relaxed);
        list.wake();
    };
    together({
        [&] {
            while (running.load(std::memory_order_relaxed) != 0)
                static_cast<void>(wait_on(list));
        },
        [&] { change(first); },
        [&] { change(second); },
    });
    require(list.empty(), "members that are gone");
    u::add_waiter(list, last);
    u::socket_send(peer_of_last, "x");
    auto found = wait_on(list);
    while (found.empty()) // a wake-up that came late
        found = wait_on(list);
    require(found.size() == 1 && found[0] == &last, "not the one that is ready");
}

/// Who walks a result closes one of those that are still to come; another thread closes one more.
template <u::backend Which>
void walk(chance& random) {
    if (!u::supports(Which))
        return;
    std::vector<connection> ends(5);
    u::wait_list list({.backend = Which});
    for (auto& each : ends) {
        std::tie(each.near, each.far) = u::make_socket_pair();
        u::add_waiter(list, each.near);
        u::socket_send(each.far, "x");
    }
    auto walker = random.fork();
    auto other = random.fork();
    std::size_t const at_once = random.below(ends.size());
    std::size_t const meanwhile = random.below(ends.size());
    together({
        [&] {
            pause(walker);
            auto const ready = wait_on(list);
            std::size_t const count = ready.size();
            for (u::usocket* const each : ready) {
                pause(walker);
                u::socket_close(ends[at_once].near);
                std::array<std::byte, 4> buffer;
                std::error_code ec;
                auto const got = u::socket_receive(static_cast<u::stream_usocket&>(*each), buffer, ec);
                if (ec)
                    require_outcome(ec, {errc::invalid_socket}, "reading what a wait has found");
                else
                    require(got.text() == "x", "not what was sent");
            }
            require(ready.size() == count, "a result that changes");
        },
        [&] {
            pause(other);
            u::socket_close(ends[meanwhile].near);
        },
    });
    u::socket_close(ends[at_once].near); // nobody may have been ready
    require(list.size() == ends.size() - (at_once == meanwhile ? 1 : 2), "members that are closed");
}

/// Without a list.
void wait_close(chance& random) {
    auto pair = connect(random);
    auto closer = random.fork();
    bool const bounded = random.one_in(2);
    together({
        [&] {
            std::error_code ec;
            auto const found = u::wait_for_input(
                pair.near, {.timeout = bounded ? u::time_limit(for_ever) : u::time_limit(), .ready_only = true}, ec);
            require_outcome(ec, {errc::invalid_socket}, "a wait on one socket");
        },
        [&] {
            pause(closer);
            u::socket_close(pair.near);
        },
    });
}

using u::backend;

constexpr scenario all[] = {
    {"wake_select", wake<backend::select>},
    {"wake_poll", wake<backend::poll>},
    {"wake_epoll", wake<backend::epoll>},
    {"wake_io_uring", wake<backend::io_uring>},
    {"members_select", members<backend::select>},
    {"members_poll", members<backend::poll>},
    {"members_epoll", members<backend::epoll>},
    {"members_io_uring", members<backend::io_uring>},
    {"walk_select", walk<backend::select>},
    {"walk_poll", walk<backend::poll>},
    {"walk_epoll", walk<backend::epoll>},
    {"walk_io_uring", walk<backend::io_uring>},
    {"wait_close", wait_close},
};

} // namespace

std::span<scenario const> wait_scenarios() { return all; }

} // namespace races
