// SPDX-License-Identifier: MIT
//
// When a call on a socket need not look at any limit, which is decided by one comparison.
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include <gtest/gtest.h>
#include <usocket/usocket.hpp>

#include "limits/limit.hpp"
#include "socket/socket_access.hpp"
#include "support/loopback.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

bool is_bare(u::usocket const& socket) { return u::detail::socket_access::core(socket)->is_bare(); }

void on_another_thread(std::function<void()> const& body) { std::thread(body).join(); }

template <class Socket>
std::error_code receive(Socket& socket) {
    std::array<std::byte, 8> room{};
    std::error_code ec;
    (void)u::socket_receive(socket, room, ec);
    return ec;
}

} // namespace

TEST(bare_scope, is_the_only_one_of_its_thread) {
    auto pair = loopback::tcp();
    auto other = loopback::tcp();
    EXPECT_TRUE(is_bare(pair.server));
    {
        u::socket_scope const scope(pair.server);
        EXPECT_TRUE(is_bare(pair.server));
        EXPECT_FALSE(is_bare(other.server));
        {
            u::cancel_scope const inner;
            EXPECT_FALSE(is_bare(pair.server));
        }
        {
            u::socket_scope const second(pair.server);
            EXPECT_FALSE(is_bare(pair.server));
        }
        EXPECT_TRUE(is_bare(pair.server));
    }
    EXPECT_TRUE(is_bare(pair.server));
    u::cancel_scope const outer;
    u::socket_scope const inner(pair.server);
    EXPECT_FALSE(is_bare(pair.server)) << "the outer scope has to be looked after";
}

TEST(bare_scope, is_not_that_of_other_threads) {
    auto pair = loopback::tcp();
    u::socket_send(pair.client, "12345678");
    u::socket_send(pair.client, "12345678");
    u::socket_scope const scope(pair.server);
    on_another_thread([&] {
        EXPECT_FALSE(is_bare(pair.server));
        EXPECT_EQ(receive(pair.server), std::error_code()) << "without a scope of its own, nothing bounds it";
        {
            u::socket_scope const own(pair.server);
            EXPECT_FALSE(is_bare(pair.server));
            EXPECT_EQ(receive(pair.server), std::error_code());
        }
    });
    EXPECT_TRUE(is_bare(pair.server)) << "the end of another one changes nothing";
}

TEST(bare_scope, is_none_once_cancelled) {
    auto pair = loopback::tcp();
    u::socket_send(pair.client, "there is input");
    u::socket_scope scope(pair.server);
    on_another_thread([&] { scope.cancel(); });
    EXPECT_FALSE(is_bare(pair.server));
    EXPECT_EQ(receive(pair.server), u::errc::interrupted);
}

TEST(bare_scope, is_none_with_a_deadline) {
    auto pair = loopback::tcp();
    u::socket_scope scope(pair.server);
    on_another_thread([&] { scope.set_deadline(std::chrono::steady_clock::now() + 10ms); });
    EXPECT_FALSE(is_bare(pair.server));
    EXPECT_EQ(receive(pair.server), u::errc::deadline_timeout);
    scope.set_deadline(std::nullopt);
    u::socket_send(pair.client, "x");
    EXPECT_EQ(receive(pair.server), std::error_code());
}

/// Ends the scope of a thread by `end`, and receives there as soon as `is_seen`: what was seen must bind.
void receive_once_seen(std::function<void(u::socket_scope&)> const& end,
                       std::function<bool(u::socket_scope const&)> const& is_seen, u::errc expected) {
    for (int round = 0; round < 300; ++round) {
        auto pair = loopback::tcp();
        u::socket_send(pair.client, "x");
        std::atomic<u::socket_scope*> made{nullptr};
        std::thread ending([&] {
            u::socket_scope* scope = nullptr;
            while ((scope = made.load()) == nullptr)
                std::this_thread::yield();
            end(*scope);
        });
        u::socket_scope scope(pair.server);
        made = &scope;
        while (!is_seen(scope))
            ; // not a moment later
        EXPECT_EQ(receive(pair.server), expected);
        ending.join();
    }
}

TEST(bare_scope, binds_whoever_sees_it_cancelled) {
    receive_once_seen([](u::socket_scope& scope) { scope.cancel(); },
                      [](u::socket_scope const& scope) { return scope.cancelled(); }, u::errc::interrupted);
}

TEST(bare_scope, binds_whoever_sees_its_deadline) {
    receive_once_seen([](u::socket_scope& scope) { scope.set_deadline(u::time_point()); },
                      [](u::socket_scope const& scope) { return scope.deadline().has_value(); },
                      u::errc::deadline_timeout);
}

TEST(bare_scope, ends_with_the_scope) {
    auto pair = loopback::tcp();
    u::socket_send(pair.client, "x");
    std::optional<u::socket_scope> scope(pair.server);
    scope.reset();
    EXPECT_TRUE(is_bare(pair.server));
    EXPECT_EQ(receive(pair.server), std::error_code());
    scope.emplace(pair.server); // at the same address
    EXPECT_TRUE(is_bare(pair.server));
}

TEST(bare_scope, may_outlive_the_socket) {
    auto pair = loopback::tcp();
    auto other = loopback::tcp();
    u::socket_scope scope(pair.server);
    pair.server = u::stream_usocket();
    scope.set_deadline(std::chrono::steady_clock::now());
    scope.cancel();
    EXPECT_EQ(receive(other.server), u::errc::interrupted);
}

TEST(bare_scope, an_empty_datagram_within_it_is_received) {
    auto receiver = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    auto const where = u::get_local_endpoint(receiver);
    auto sender = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    u::socket_scope const scope(receiver);
    EXPECT_TRUE(is_bare(receiver));
    u::socket_send(sender, "", {.destination = &where});
    u::socket_send(sender, "one", {.destination = &where});
    std::array<std::byte, 8> room{};
    EXPECT_EQ(u::socket_receive(receiver, room).size, 0U);
    EXPECT_EQ(u::socket_receive(receiver, room).text(), "one");
}
