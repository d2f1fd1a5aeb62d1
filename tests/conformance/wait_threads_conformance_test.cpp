// SPDX-License-Identifier: MIT
//
// Members that come, change and go while a thread waits. Worth most under ThreadSanitizer.
#include <usocket/wait.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/connect.hpp>
#include <usocket/listen.hpp>
#include <usocket/local.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"
#include "support/loopback.hpp"
#include "support/pairs.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

class wait_threads_conformance : public wait_test {};

TEST_P(wait_threads_conformance, a_member_added_during_a_wait_ends_it) {
    for (int round = 0; round < 200; ++round) {
        auto [near, far] = connected_pair();
        auto list = make_list();
        socket_send(far, "x");
        std::thread adder([&list, &socket = near] { add_waiter(list, socket); });
        EXPECT_EQ(ready(list), sockets{&near});
        adder.join();
    }
}

TEST_P(wait_threads_conformance, interest_changed_during_a_wait_counts_in_it) {
    for (int round = 0; round < 200; ++round) {
        auto [near, far] = connected_pair();
        auto list = make_list({&near});
        std::thread changer([&list, &socket = near] { add_waiter(list, socket, readiness::read_write); });
        EXPECT_EQ(ready(list), sockets{&near});
        changer.join();
        EXPECT_EQ(near.state(), readiness::write);
    }
}

TEST_P(wait_threads_conformance, a_member_closed_during_a_wait_is_let_go_of) {
    for (int round = 0; round < 200; ++round) {
        auto [near, far] = connected_pair();
        auto list = make_list({&near});
        std::thread closer([&socket = near, &peer = far, &list] {
            socket_close(socket);
            // The peer sees the end even though the system may have been waiting on the handle.
            EXPECT_EQ(wait_for_input(peer, {.timeout = 20s, .ready_only = true}).sockets.size(), 1U);
            list.wake();
        });
        EXPECT_TRUE(ready(list).empty()) << "neither ready nor failed";
        closer.join();
        EXPECT_TRUE(list.empty());
    }
}

TEST_P(wait_threads_conformance, a_handle_reused_during_a_wait_is_not_taken_for_its_predecessor) {
    if (is_wine())
        GTEST_SKIP() << "closing what others wait for can end Wine's server by an assertion, and all programs with it";
    // The other thread closes a member with input and at once adds a quiet one, mostly with the same handle and place.
    auto list = make_list();
    auto [noisy, peer_of_noisy] = connected_pair();
    auto [quiet, peer_of_quiet] = connected_pair();
    std::atomic<bool> done{false};
    std::thread churner([&list, &done, &first = noisy, &second = quiet, &peer_of_first = peer_of_noisy,
                         &peer_of_second = peer_of_quiet] {
        for (int round = 0; round < 2000; ++round) {
            std::tie(first, peer_of_first) = connected_pair();
            add_waiter(list, first);
            socket_send(peer_of_first, "x");
            socket_close(first);
            std::tie(second, peer_of_second) = connected_pair();
            add_waiter(list, second);
            remove_waiter(list, second);
        }
        done.store(true);
        list.wake();
    });
    std::size_t times_noisy = 0;
    while (!done.load()) {
        for (usocket const* const socket : wait_for_input(list, {.timeout = 20s, .ready_only = true}).sockets) {
            EXPECT_EQ(socket, &noisy);
            ++times_noisy;
        }
    }
    churner.join();
    EXPECT_TRUE(list.empty());
    RecordProperty("times_noisy", std::to_string(times_noisy));
}

TEST_P(wait_threads_conformance, everything_at_once) {
    if (is_wine())
        GTEST_SKIP() << "closing what others wait for can end Wine's server by an assertion, and all programs with it";
    constexpr int rounds = 400;
    auto list = make_list();
    constexpr std::size_t least_waits = 50;
    std::atomic<int> running{3};
    std::atomic<std::size_t> waits{0};
    auto const churn = [&list, &running, &waits](unsigned seed) {
        std::vector<std::pair<stream_usocket, stream_usocket>> pairs;
        for (int i = 0; i < 8; ++i)
            pairs.push_back(connected_pair());
        for (int round = 0; round < rounds || waits.load() < least_waits; ++round) {
            seed = seed * 1664525U + 1013904223U;
            auto& [near, far] = pairs[(seed >> 8U) % pairs.size()];
            switch ((seed >> 16U) % 8U) {
            case 0:
                remove_waiter(list, near);
                break;
            case 1:
                near = connected_pair().first; // the old one dies, the new one hangs up
                break;
            case 2:
                socket_close(near);
                std::tie(near, far) = connected_pair();
                break;
            case 3:
                add_waiter(list, near, readiness::read_write);
                break;
            case 4:
                list.wake();
                break;
            case 5: {
                std::error_code code;
                socket_send(far, "x", {}, code);
                break;
            }
            case 6: {
                auto moved = std::move(near);
                near = std::move(moved);
                break;
            }
            default:
                add_waiter(list, near);
            }
        }
        pairs.clear();
        running.fetch_sub(1);
        list.wake();
    };
    std::vector<std::thread> threads;
    for (unsigned seed = 1; seed <= 3; ++seed)
        threads.emplace_back(churn, seed);
    while (running.load() != 0) {
        static_cast<void>(wait_for_input(list, {.timeout = 20s, .ready_only = waits.load() % 2 == 0}));
        ++waits;
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_TRUE(list.empty());
    EXPECT_TRUE(ready_now(list).empty());
}

TEST_P(wait_threads_conformance, connections_that_come_and_go_while_a_thread_waits) {
    // Over TCP and read empty by the waiting thread, which is what servers do. The members change under it: closed by
    // the peer or here, their numbers used again at once, moved, removed and added.
    constexpr int rounds = 150;
    auto list = make_list();
    auto listener = socket_listen(ip_address::loopback_v4(), auto_port, {.backlog = 128});
    add_waiter(list, listener);
    std::atomic<int> running{2};
    auto const churn = [&list, &running, port = get_local_port(listener)](unsigned seed) {
        std::vector<stream_usocket> clients(4);
        for (int round = 0; round < rounds; ++round) {
            seed = seed * 1664525U + 1013904223U;
            auto& client = clients[(seed >> 8U) % clients.size()];
            std::error_code code;
            switch ((seed >> 16U) % 6U) {
            case 0:
                client = socket_connect(ip_address::loopback_v4(), port);
                add_waiter(list, client, readiness::read_write);
                break;
            case 1:
                socket_close(client, code);
                break;
            case 2:
                remove_waiter(list, client);
                break;
            case 3:
                add_waiter(list, client, (seed & 1U) != 0 ? readiness::read : readiness::none, code);
                break;
            case 4: {
                auto moved = std::move(client);
                client = std::move(moved);
                break;
            }
            default:
                socket_send(client, "hello", {}, code);
            }
        }
        clients.clear();
        running.fetch_sub(1);
        list.wake();
    };
    std::vector<std::thread> threads;
    for (unsigned seed = 1; seed <= 2; ++seed)
        threads.emplace_back(churn, seed);
    std::vector<stream_usocket> served(8);
    std::size_t next = 0;
    while (running.load() != 0) {
        static_cast<void>(wait_for_input(list, {.timeout = 20s, .ready_only = true}));
        std::error_code code;
        if (includes(listener.state(), readiness::read)) {
            auto accepted = socket_accept(listener, {.timeout = 0s}, code);
            if (!code) {
                add_waiter(list, accepted);
                served[next++ % served.size()] = std::move(accepted);
            }
        }
        for (auto& connection : served) {
            if (!connection.is_open() || !includes(connection.state(), readiness::read))
                continue;
            std::byte octets[16];
            if (socket_receive(connection, octets, {.timeout = 0s}, code).size == 0 && code != errc::timeout)
                socket_close(connection, code);
        }
    }
    for (auto& thread : threads)
        thread.join();
    for (auto& connection : served)
        socket_close(connection);
    EXPECT_EQ(list.size(), 1U) << "the listener alone is left";
}

TEST_P(wait_threads_conformance, who_was_closed_during_a_wait_is_gone_when_it_ends) {
    for (int round = 0; round < 20; ++round) {
        auto [near, far] = connected_pair();
        auto list = make_list({&near});
        std::thread closer([&member = near, &list] {
            socket_close(member);
            list.wake();
        });
        wait_for_input(list);
        closer.join();
        std::byte octets[1];
        EXPECT_EQ(socket_receive(far, octets, {.timeout = 20s}).size, 0U) << "without another wait on the list";
    }
}

TEST_P(wait_threads_conformance, threads_that_take_turns_waiting) {
    // Whoever armed something in the system may be gone when it is needed.
    auto over = loopback::tcp();
    auto [near, far] = connected_pair();
    auto list = make_list({&over.server, &near});
    auto const one_turn = [&list, &member = near, &peer = far, &over](bool reads) {
        socket_send(peer, "x");
        EXPECT_EQ(ready(list), sockets{&member});
        socket_send(over.client, "y");
        while (ready(list).size() < 2) {
        }
        if (!reads)
            return;
        std::byte octets[100];
        EXPECT_EQ(socket_receive(member, octets).size, 1U);
        EXPECT_EQ(socket_receive(over.server, octets).size, 1U);
        EXPECT_EQ(ready_now(list), sockets{});
    };
    for (int round = 0; round < 100; ++round)
        std::thread(one_turn, true).join();
    one_turn(true);

    // Two live threads, one after the other.
    std::mutex turn;
    std::atomic<int> waits{0};
    auto const take_turns = [&] {
        for (int round = 0; round < 100; ++round) {
            std::lock_guard const guard(turn);
            one_turn(true);
            waits.fetch_add(1);
        }
    };
    std::thread first(take_turns);
    std::thread second(take_turns);
    first.join();
    second.join();
    EXPECT_EQ(waits.load(), 200);

    // Ready at the last wait of a thread that has ended, and untouched since.
    std::thread(one_turn, false).join();
    EXPECT_EQ(ready(list), sorted({&near, &over.server}));
}

TEST_P(wait_threads_conformance, members_destroyed_and_remade_during_waits_are_told_apart) {
    // The waiting thread must never be told of input that came to a predecessor of the same number: only `noisy` gets
    // input, over TCP, where a backend may rely on what it was told earlier.
    auto listener = socket_listen(ip_address::loopback_v4(), auto_port);
    auto list = make_list();
    stream_usocket quiet;
    std::atomic<bool> done{false};
    std::thread churner([&] {
        for (int round = 0; round < 150; ++round) {
            auto over = loopback::connect_over(listener, ip_address::loopback_v4());
            add_waiter(list, over.server);
            socket_send(over.client, "x");
            list.wake();
            over.server = stream_usocket(); // destroyed with its input unread
            over.client = stream_usocket();
            over = loopback::connect_over(listener, ip_address::loopback_v4());
            quiet = std::move(over.server);
            add_waiter(list, quiet);
            list.wake();
            remove_waiter(list, quiet);
        }
        done.store(true);
        list.wake();
    });
    while (!done.load()) {
        auto const result = wait_for_input(list, {.timeout = 20s, .ready_only = true});
        EXPECT_EQ(std::ranges::count(result.sockets, &quiet), 0);
    }
    churner.join();
    EXPECT_TRUE(list.empty());
}

TEST_P(wait_threads_conformance, closing_members_while_their_list_goes) {
    for (int round = 0; round < 500; ++round) {
        auto [near, far] = connected_pair();
        auto list = std::make_unique<wait_list>(make_list({&near, &far}));
        std::thread closer([&first = near, &second = far] {
            socket_close(first);
            socket_close(second);
        });
        list.reset();
        closer.join();
    }
}

TEST_P(wait_threads_conformance, many_lists_at_once) {
    auto const ping_pong = [] {
        auto [near, far] = connected_pair();
        auto list = make_list({&near});
        for (int round = 0; round < 500; ++round) {
            socket_send(far, "x");
            EXPECT_EQ(ready(list), sockets{&near});
            std::byte octet{};
            EXPECT_EQ(socket_receive(near, std::span(&octet, 1)).size, 1U);
        }
    };
    std::thread other(ping_pong);
    ping_pong();
    other.join();
}

INSTANTIATE_TEST_SUITE_P(backends, wait_threads_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
