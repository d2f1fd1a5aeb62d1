// SPDX-License-Identifier: MIT
#include <usocket/socket_scope.hpp>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <usocket/options.hpp>
#include <usocket/usocket.hpp>

#include "limits/limit.hpp"
#include "socket/socket_access.hpp"
#include "support/loopback.hpp"
#include "support/system_traits.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// Whether a call on the socket is the bare system call now.
bool is_bare(u::usocket const& socket) {
    return u::detail::limit::none({}, u::detail::socket_access::core(socket)->point());
}

/// Runs `call` in a scope on `socket` on a thread of its own, ends the scope by `end` once the thread is about to call,
/// and returns what the call reported.
template <class Socket, class Call, class End>
std::error_code end_while_in(Socket& socket, Call&& call, End&& end) {
    std::atomic<u::socket_scope*> scope_of_thread{nullptr};
    std::atomic<bool> ended{false};
    std::error_code ec;
    std::thread thread([&] {
        u::socket_scope scope(socket);
        scope_of_thread = &scope;
        call(ec);
        while (!ended) // the scope is used until then
            std::this_thread::yield();
    });
    while (scope_of_thread == nullptr)
        std::this_thread::yield();
    end(*scope_of_thread.load());
    ended = true;
    thread.join();
    return ec;
}

void cancel(u::socket_scope& scope) { scope.cancel(); }

} // namespace

TEST(socket_scope, calls_on_its_socket_stay_bare) {
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
            EXPECT_TRUE(is_bare(pair.server));
            u::socket_scope const third(other.server);
            EXPECT_FALSE(is_bare(pair.server));
            EXPECT_FALSE(is_bare(other.server));
        }
        EXPECT_TRUE(is_bare(pair.server));
    }
    EXPECT_TRUE(is_bare(pair.server));
}

TEST(socket_scope, a_deadline_is_looked_after) {
    auto pair = loopback::tcp();
    u::socket_scope scope(pair.server);
    scope.set_deadline(std::chrono::steady_clock::now() + 10ms);
    EXPECT_FALSE(is_bare(pair.server));
    std::array<std::byte, 1> room{};
    EXPECT_THROW((void)u::socket_receive(pair.server, room), u::deadline_timeout_error);
    scope.set_deadline(std::nullopt);
    EXPECT_TRUE(is_bare(pair.server));
    u::socket_send(pair.client, "x"); // a deadline on the same thread has shut nothing down
    EXPECT_EQ(u::socket_receive(pair.server, room).size, 1U);
}

TEST(socket_scope, cancelling_ends_a_receive) {
    auto pair = loopback::tcp();
    auto const ec = end_while_in(
        pair.server,
        [&](std::error_code& failure) {
            std::array<std::byte, 1> room{};
            (void)u::socket_receive(pair.server, room, failure);
        },
        cancel);
    EXPECT_EQ(ec, u::errc::interrupted);
    std::array<std::byte, 1> room{};
    EXPECT_EQ(u::socket_receive(pair.client, room).size, 0U) << "the peer sees the end";
}

TEST(socket_scope, cancelling_ends_a_send) {
    auto pair = loopback::tcp();
    std::string const much(1U << 20U, 'x');
    auto const ec = end_while_in(
        pair.server,
        [&](std::error_code& failure) {
            while (!failure)
                u::socket_send(pair.server, much, failure);
        },
        cancel);
    EXPECT_EQ(ec, u::errc::interrupted);
}

TEST(socket_scope, cancelling_ends_an_accept) {
    auto listener = u::socket_listen("127.0.0.1", u::auto_port);
    EXPECT_EQ(end_while_in(
                  listener, [&](std::error_code& failure) { (void)u::socket_accept(listener, failure); }, cancel),
              u::errc::interrupted);
}

TEST(socket_scope, cancelling_ends_a_datagram_receive) {
    for (auto const* const host : {"127.0.0.1", "::1"}) {
        auto socket = u::socket_connect(u::protocol::datagram, {.local_host = host});
        EXPECT_EQ(end_while_in(
                      socket,
                      [&](std::error_code& failure) {
                          std::array<std::byte, 1> room{};
                          (void)u::socket_receive(socket, room, {}, failure);
                      },
                      cancel),
                  u::errc::interrupted)
            << host;
    }
}

TEST(socket_scope, cancelling_ends_reading_a_stream_as_no_clean_end) {
    auto pair = loopback::tcp();
    auto& stream = pair.server.stream();
    auto const ec = end_while_in(
        pair.server,
        [&](std::error_code& failure) {
            std::string line;
            EXPECT_FALSE(std::getline(stream, line));
            EXPECT_TRUE(stream.bad());
            EXPECT_FALSE(stream.eof());
            failure = stream.condition();
        },
        cancel);
    EXPECT_EQ(ec, u::errc::interrupted);
}

TEST(socket_scope, cancelling_ends_calls_on_other_sockets_too) {
    auto pair = loopback::tcp();
    auto other = loopback::tcp();
    EXPECT_EQ(end_while_in(
                  pair.server,
                  [&](std::error_code& failure) {
                      std::array<std::byte, 1> room{};
                      (void)u::socket_receive(other.server, room, failure);
                  },
                  cancel),
              u::errc::interrupted);
    std::array<std::byte, 1> room{};
    u::socket_send(other.client, "x");
    EXPECT_EQ(u::socket_receive(other.server, room).size, 1U) << "the other one is as it was";
}

TEST(socket_scope, a_deadline_that_has_passed_ends_the_call_under_way) {
    auto pair = loopback::tcp();
    EXPECT_EQ(end_while_in(
                  pair.server,
                  [&](std::error_code& failure) {
                      std::array<std::byte, 1> room{};
                      (void)u::socket_receive(pair.server, room, failure);
                  },
                  [](u::socket_scope& scope) { scope.set_deadline(std::chrono::steady_clock::now()); }),
              u::errc::deadline_timeout);
}

TEST(socket_scope, later_calls_are_refused_without_trying) {
    auto pair = loopback::tcp();
    u::socket_send(pair.client, "x");
    u::socket_scope scope(pair.server);
    scope.cancel();
    std::array<std::byte, 1> room{};
    EXPECT_THROW((void)u::socket_receive(pair.server, room), u::interrupted_condition);
    EXPECT_THROW(u::socket_send(pair.server, "x"), u::interrupted_condition);
}

TEST(socket_scope, a_real_end_or_failure_stays_what_it_is) {
    auto pair = loopback::tcp();
    u::socket_scope const scope(pair.server);
    u::socket_close(pair.client);
    std::array<std::byte, 1> room{};
    EXPECT_EQ(u::socket_receive(pair.server, room).size, 0U);
}

TEST(socket_scope, an_empty_datagram_is_received) {
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    auto client = u::socket_connect("127.0.0.1", u::get_local_port(server), u::protocol::datagram);
    u::socket_scope const scope(server);
    u::socket_send(client, "");
    std::array<std::byte, 1> room{std::byte{7}};
    auto const got = u::socket_receive(server, room);
    EXPECT_EQ(got.size, 0U);
    EXPECT_EQ(got.port, u::get_local_port(client));
}

TEST(socket_scope, the_socket_may_move_and_go_first) {
    auto pair = loopback::tcp();
    u::socket_scope scope(pair.server);
    {
        auto moved = std::move(pair.server);
        EXPECT_TRUE(is_bare(moved));
        u::socket_send(pair.client, "four");
        std::array<std::byte, 8> room{};
        EXPECT_EQ(u::socket_receive(moved, room).size, 4U);
    }
    scope.cancel();
    EXPECT_TRUE(scope.cancelled());
    EXPECT_EQ(scope.traffic().received, 4U);
}

TEST(socket_scope, an_interruption_does_not_meet_the_next_owner_of_the_number) {
    auto pair = loopback::tcp();
    std::atomic<u::socket_scope*> scope_of_thread{nullptr};
    std::atomic<bool> done{false};
    std::thread thread([&] {
        u::socket_scope scope(pair.server);
        u::socket_close(pair.server);
        scope_of_thread = &scope;
        while (!done)
            std::this_thread::yield();
    });
    while (scope_of_thread == nullptr)
        std::this_thread::yield();
    auto next = loopback::tcp(); // takes the number
    scope_of_thread.load()->cancel();
    done = true;
    thread.join();
    u::socket_send(next.client, "x");
    std::array<std::byte, 1> room{};
    EXPECT_EQ(u::socket_receive(next.server, room).size, 1U);
    u::socket_send(next.server, "y");
    EXPECT_EQ(u::socket_receive(next.client, room).size, 1U);
}

TEST(socket_scope, a_released_handle_is_out_of_its_reach) {
    auto pair = loopback::tcp();
    u::native_handle_type handle = u::invalid_native_handle;
    {
        u::socket_scope scope(pair.server);
        handle = pair.server.release();
        scope.cancel();
    }
    auto again = u::make_stream_socket(handle);
    u::socket_send(again, "x");
    std::array<std::byte, 1> room{};
    EXPECT_EQ(u::socket_receive(pair.client, room).size, 1U);
}

TEST(socket_scope, counts_what_the_socket_moves) {
    auto pair = loopback::tcp();
    std::array<std::byte, 8> room{};
    u::socket_send(pair.client, "before");
    EXPECT_EQ(u::socket_receive(pair.server, room).size, 6U);
    u::socket_scope const scope(pair.server);
    EXPECT_EQ(scope.traffic(), u::socket_traffic());
    u::socket_send(pair.client, "12345678901");
    EXPECT_EQ(u::socket_receive(pair.server, room, {.peek = true}).size, 8U);
    EXPECT_EQ(scope.traffic().received, 0U);
    EXPECT_EQ(u::socket_receive(pair.server, room).size, 8U);
    EXPECT_EQ(pair.server.stream().get(), '9');
    EXPECT_EQ(scope.traffic().received, 11U) << "what is buffered was received";
    pair.server.stream() << "ab";
    EXPECT_EQ(scope.traffic().sent, 0U) << "what is buffered was not sent";
    pair.server.stream() << std::flush;
    u::socket_send(pair.server, "cd");
    EXPECT_EQ(scope.traffic(), (u::socket_traffic{.received = 11, .sent = 4}));
    u::socket_close(pair.server);
    EXPECT_EQ(scope.traffic(), (u::socket_traffic{.received = 11, .sent = 4}));
    pair.server = u::stream_usocket();
    EXPECT_EQ(scope.traffic(), (u::socket_traffic{.received = 11, .sent = 4}));
}

TEST(socket_scope, counts_datagrams) {
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    auto client = u::socket_connect("127.0.0.1", u::get_local_port(server), u::protocol::datagram);
    u::socket_scope const scope(server);
    u::socket_send(client, "four");
    std::array<std::byte, 8> room{};
    u::endpoint source;
    EXPECT_EQ(u::socket_receive(server, room, {.source = &source}).size, 4U);
    u::socket_send(server, "answer", {.destination = &source});
    EXPECT_EQ(scope.traffic(), (u::socket_traffic{.received = 4, .sent = 6}));

    // The same with addresses.
    u::set_socket_option(server, u::option::packet_info, true);
    u::socket_send(client, "four");
    u::endpoint destination;
    EXPECT_EQ(u::socket_receive(server, room, {.peek = true, .source = &source, .destination = &destination}).size, 4U);
    EXPECT_EQ(scope.traffic().received, 4U);
    EXPECT_EQ(u::socket_receive(server, room, {.source = &source, .destination = &destination}).size, 4U);
    u::socket_send(server, "answer", {.destination = &source, .source = &destination});
    EXPECT_EQ(scope.traffic(), (u::socket_traffic{.received = 8, .sent = 12}));

    // And in batches.
    std::array<u::outgoing_datagram, 3> all{{{.data = "12"}, {.data = "34"}, {.data = "5"}}};
    for (auto& one : all)
        one.destination = &source;
    EXPECT_EQ(u::socket_send_batch(server, all).sent(), 3U);
    EXPECT_EQ(scope.traffic().sent, 17U);
    u::socket_send_split(client, "abcde", 2);
    u::datagram_batch batch;
    for (std::size_t count = 0; count < 3;)
        count += u::socket_receive_batch(server, batch);
    EXPECT_EQ(scope.traffic().received, 13U);
    u::socket_send_split(client, "fghij", 2);
    EXPECT_EQ(u::socket_receive(server).size, 2U); // of a message of which the batch gets the rest
    for (std::size_t count = 0; count < 2;)
        count += u::socket_receive_batch(server, batch);
    EXPECT_EQ(scope.traffic().received, 18U);
}

TEST(socket_scope, of_a_closed_socket_is_refused) {
    u::stream_usocket closed;
    EXPECT_THROW((void)u::socket_scope{closed}, u::invalid_socket_error);
    std::error_code ec;
    u::socket_scope const scope(closed, ec);
    EXPECT_EQ(ec, u::errc::invalid_socket);
    EXPECT_EQ(scope.traffic(), u::socket_traffic());
}

TEST(socket_scope, threads_that_make_it_at_once_share_the_socket) {
    for (int round = 0; round < 50; ++round) {
        auto pair = loopback::tcp();
        std::atomic<int> ready{0};
        auto const join_in = [&] {
            ++ready;
            while (ready < 2)
                std::this_thread::yield();
            u::socket_scope scope(pair.server);
            EXPECT_TRUE(is_bare(pair.server));
        };
        std::thread first(join_in);
        std::thread second(join_in);
        first.join();
        second.join();
    }
}

/// Whoever closes a socket while its first scope is made leaves a scope that cancels nothing, or was never made.
TEST(socket_scope, may_be_made_while_another_thread_closes) {
    for (int round = 0; round < 300; ++round) {
        auto pair = loopback::tcp();
        std::atomic<bool> go{false};
        std::thread closer([&] {
            while (!go)
                std::this_thread::yield();
            u::socket_close(pair.client);
        });
        std::error_code ec;
        go = true;
        u::socket_scope scope(pair.client, ec);
        closer.join();
        if (ec) {
            EXPECT_EQ(ec, u::errc::invalid_socket);
        }
        // Its number may be that of another socket now, which must not be shut down.
        auto next = loopback::tcp();
        scope.cancel();
        std::thread other([&] { // outside of the scope
            std::array<std::byte, 8> room{};
            u::socket_send(next.server, "x");
            EXPECT_EQ(u::socket_receive(next.client, room).size, 1U);
        });
        other.join();
    }
}

TEST(socket_scope, a_cancelled_read_with_a_timeout_is_no_clean_end) {
    for (int round = 0; round < 300; ++round) {
        auto pair = loopback::tcp();
        auto const ec = end_while_in(
            pair.server,
            [&](std::error_code& failure) {
                std::array<std::byte, 1> room{};
                do { // trying again and again, so that the end falls between the steps of a call
                    auto const got = u::socket_receive(pair.server, room, {.timeout = 0s}, failure);
                    ASSERT_TRUE(failure || got.size != 0) << "taken for the end of the stream";
                } while (failure == u::errc::timeout && failure != u::errc::deadline_timeout);
            },
            cancel);
        ASSERT_EQ(ec, u::errc::interrupted) << "in round " << round;
    }
}

TEST(socket_scope, calls_with_timeouts_need_no_descriptor) {
    if (!u::test::handles_are_the_lowest_free_numbers)
        GTEST_SKIP() << "handles have any numbers here";
    auto pair = loopback::tcp();
    auto const free_number = [] {
        auto listener = u::socket_listen("127.0.0.1", u::auto_port);
        return listener.native_handle();
    };
    std::thread([&] { // whose waker is not open yet
        u::socket_scope const scope(pair.server);
        auto const before = free_number();
        std::array<std::byte, 1> room{};
        EXPECT_THROW((void)u::socket_receive(pair.server, room, {.timeout = 1ms}), u::timeout_error);
        EXPECT_EQ(free_number(), before);
    })
        .join();
}

TEST(socket_scope, cancelling_ends_a_read_with_a_timeout) {
    auto pair = loopback::tcp();
    EXPECT_EQ(end_while_in(
                  pair.server,
                  [&](std::error_code& failure) {
                      std::array<std::byte, 1> room{};
                      (void)u::socket_receive(pair.server, room, {.timeout = 1h}, failure);
                  },
                  cancel),
              u::errc::interrupted);
}

TEST(socket_scope, a_deadline_may_lie_as_far_back_as_can_be) {
    auto pair = loopback::tcp();
    u::cancel_scope scope;
    scope.set_deadline(u::time_point::min());
    EXPECT_EQ(u::time_remaining(), 0ns);
    std::array<std::byte, 1> room{};
    EXPECT_THROW((void)u::socket_receive(pair.server, room), u::deadline_timeout_error);
}

TEST(socket_scope, progress_shows_in_the_middle_of_a_call) {
    auto pair = loopback::tcp();
    u::socket_scope const scope(pair.server);
    std::atomic<bool> sent{false};
    std::string const much(64U << 20U, 'x');
    std::thread sender([&] {
        std::error_code ec;
        u::socket_send(pair.server, much, ec); // blocks until the peer has taken nearly all
        sent = true;
    });
    auto const before = scope.progress();
    std::vector<char> room(1U << 20U);
    for (std::size_t taken = 0; taken < 32U << 20U;)
        taken += u::socket_receive(pair.client, room).size;
    EXPECT_FALSE(sent);
    EXPECT_EQ(scope.traffic().sent == 0, u::test::calls_count_at_their_end);
    EXPECT_NE(scope.progress(), before);
    u::socket_close(pair.client);
    sender.join();
}

TEST(socket_scope, an_empty_datagram_that_was_sent_is_sent) {
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    auto client = u::socket_connect("127.0.0.1", u::get_local_port(server), u::protocol::datagram);
    std::atomic<bool> begun{false};
    std::atomic<u::socket_scope*> scope_of_thread{nullptr};
    std::size_t sent = 0;
    std::thread sender([&] {
        u::socket_scope scope(client);
        scope_of_thread = &scope;
        std::error_code ec;
        for (; !ec; ++sent) {
            u::socket_send(client, "", ec);
            begun = true;
        }
        --sent; // the last one failed
    });
    while (!begun)
        std::this_thread::yield();
    scope_of_thread.load()->cancel();
    sender.join();
    std::size_t received = 0;
    std::error_code ec;
    std::array<std::byte, 1> room{};
    while (received <= sent) {
        (void)u::socket_receive(server, room, {.timeout = 20ms}, ec);
        if (ec)
            break;
        ++received;
    }
    EXPECT_LE(received, sent) << "one was sent and reported as interrupted";
}
