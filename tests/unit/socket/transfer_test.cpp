// SPDX-License-Identifier: MIT
#include <usocket/transfer.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <usocket/cancel_scope.hpp>
#include <usocket/options.hpp>
#include <usocket/stream.hpp>

#include "support/loopback.hpp"
#include "support/pairs.hpp"
#include "support/system_traits.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

std::string text_of(u::receive_result const& result) {
    return {reinterpret_cast<char const*>(result.buffer.data()), result.buffer.size()};
}

/// Waits until the peer's reset has come: reading reports it.
void await_reset(u::stream_usocket& socket) {
    std::array<char, 8> buffer{};
    EXPECT_THROW(static_cast<void>(u::socket_receive(socket, buffer)), u::connection_reset_error);
}

} // namespace

TEST(socket_send, sends_all_of_a_buffer_or_a_part) {
    auto [client, server] = u::test::connected_pair();
    EXPECT_EQ(u::socket_send(client, "hello"), 5U);
    EXPECT_EQ(u::socket_send(client, "hello", {.length = 2, .offset = 1}), 2U);
    EXPECT_EQ(u::socket_send(client, "hello", {.offset = 4}), 1U);
    EXPECT_EQ(u::socket_send(client, "", {}), 0U);
    std::array<char, 32> buffer{};
    EXPECT_EQ(text_of(u::socket_receive(server, buffer)), "helloelo");
}

TEST(socket_send, an_offset_or_length_beyond_the_buffer_is_refused) {
    auto [client, server] = u::test::connected_pair();
    EXPECT_THROW(u::socket_send(client, "hello", {.length = 6}), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(client, "hello", {.length = 3, .offset = 3}), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(client, "hello", {.offset = 6}), u::invalid_argument_error);
    EXPECT_THROW(u::socket_send(client, "hello", {.length = SIZE_MAX, .offset = 1}), u::invalid_argument_error);
}

TEST(socket_send, comes_after_what_the_stream_has_buffered) {
    auto [client, server] = u::test::connected_pair();
    client.stream() << "first ";
    u::socket_send(client, "second");
    std::array<char, 32> buffer{};
    std::string got;
    while (got.size() < 12)
        got += text_of(u::socket_receive(server, buffer));
    EXPECT_EQ(got, "first second");
}

TEST(socket_send, a_timeout_tells_exactly_how_much_went_out) {
    auto [client, server] = u::test::connected_pair();
    std::string const flood(8 << 20, 'x');
    std::size_t sent = 0;
    try {
        u::socket_send(client, flood, {.timeout = 5ms});
        FAIL();
    } catch (u::timeout_error const& condition) {
        sent = condition.bytes_transferred();
    }
    u::socket_close(client);
    std::string buffer(1 << 16, '\0');
    std::size_t received = 0;
    while (auto const size = u::socket_receive(server, buffer).size)
        received += size;
    EXPECT_EQ(received, sent);
}

TEST(socket_send, to_a_peer_that_is_gone) {
    if (!u::test::pairs_hang_up)
        GTEST_SKIP() << "pairs are TCP connections, and what is sent first after the peer's end is sent in vain";
    auto [client, server] = u::test::connected_pair();
    u::socket_close(server);
    EXPECT_THROW(u::socket_send(client, "x"), u::connection_aborted_error);
    std::error_code ec;
    EXPECT_EQ(u::socket_send(client, "x", {}, ec), 0U);
    EXPECT_EQ(ec, std::errc::broken_pipe);
}

TEST(socket_send, after_our_own_shutdown_says_so) {
    auto made = loopback::tcp();
    u::socket_shutdown(made.client, u::direction::output);
    EXPECT_THROW(u::socket_send(made.client, "x"), u::shutdown_error);
}

TEST(socket_receive, reports_the_clean_end_of_a_stream) {
    auto made = loopback::tcp();
    u::socket_send(made.client, "bye");
    u::socket_close(made.client);
    std::array<char, 8> buffer{};
    EXPECT_EQ(text_of(u::socket_receive(made.server, buffer)), "bye");
    EXPECT_EQ(u::socket_receive(made.server, buffer).size, 0U);
    EXPECT_EQ(u::socket_receive(made.server, buffer).size, 0U);
}

TEST(socket_receive, a_reset_is_never_a_clean_end) {
    if (!u::test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    auto made = loopback::tcp();
    u::set_socket_option(made.client, u::option::linger, 0s);
    u::socket_close(made.client); // resets
    await_reset(made.server);
    std::error_code ec;
    std::array<char, 8> buffer{};
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(u::socket_receive(made.server, buffer, {}, ec));
        EXPECT_EQ(ec, u::errc::connection_reset);
        EXPECT_EQ(u::socket_send(made.server, "x", {}, ec), 0U);
        EXPECT_EQ(ec, u::errc::connection_reset);
    }
}

TEST(socket_receive, a_reset_that_sending_meets_first_is_remembered) {
    auto made = loopback::tcp();
    u::set_socket_option(made.client, u::option::linger, 0s);
    u::socket_close(made.client);
    std::error_code ec;
    while (!ec) // the reset is on its way
        u::socket_send(made.server, "x", {}, ec);
    EXPECT_EQ(ec, u::errc::connection_reset);
    std::array<char, 8> buffer{};
    static_cast<void>(u::socket_receive(made.server, buffer, {}, ec));
    EXPECT_EQ(ec, u::errc::connection_reset) << "the system would say: end of stream";
}

TEST(socket_receive, takes_what_the_stream_has_buffered_first) {
    auto [client, server] = u::test::connected_pair();
    u::socket_send(client, "line\nrest");
    std::string line;
    ASSERT_TRUE(u::read_line(server.stream(), line));
    std::array<char, 32> buffer{};
    EXPECT_EQ(text_of(u::socket_receive(server, buffer, {.peek = true})), "rest");
    EXPECT_EQ(text_of(u::socket_receive(server, buffer, {.length = 2})), "re");
    EXPECT_EQ(text_of(u::socket_receive(server, buffer)), "st");
}

TEST(socket_receive, peek_leaves_the_input) {
    auto [client, server] = u::test::connected_pair();
    u::socket_send(client, "abc");
    std::array<char, 8> buffer{};
    EXPECT_EQ(text_of(u::socket_receive(server, buffer, {.peek = true})), "abc");
    EXPECT_EQ(text_of(u::socket_receive(server, buffer)), "abc");
}

TEST(socket_receive, names_the_peer_of_a_stream) {
    auto made = loopback::tcp();
    u::socket_send(made.client, "x");
    std::array<char, 8> buffer{};
    auto const [bytes, size, host, port] = u::socket_receive(made.server, buffer);
    EXPECT_EQ(bytes.size(), 1U);
    EXPECT_EQ(size, 1U);
    EXPECT_EQ(host, u::ip_address::loopback_v4());
    EXPECT_EQ(port, u::get_local_port(made.client));
}

TEST(socket_receive, is_bounded_and_loses_nothing) {
    auto [client, server] = u::test::connected_pair();
    std::array<char, 8> buffer{};
    EXPECT_THROW(static_cast<void>(u::socket_receive(server, buffer, {.timeout = 1ms})), u::timeout_error);
    {
        u::cancel_scope scope;
        std::thread canceller([&] { scope.cancel(); });
        EXPECT_THROW(static_cast<void>(u::socket_receive(server, buffer)), u::interrupted_condition);
        canceller.join();
    }
    u::socket_send(client, "abc");
    EXPECT_EQ(text_of(u::socket_receive(server, buffer)), "abc");
}

TEST(socket_receive, tells_who_and_what_timed_out) {
    auto made = loopback::tcp();
    std::array<char, 8> buffer{};
    try {
        static_cast<void>(u::socket_receive(made.client, buffer, {.timeout = 2ms}));
        FAIL();
    } catch (u::timeout_error const& condition) {
        EXPECT_EQ(condition.operation(), "socket_receive");
        EXPECT_EQ(condition.remote(), u::get_peer_endpoint(made.client));
        EXPECT_EQ(condition.native_handle(), made.client.native_handle());
        ASSERT_TRUE(condition.elapsed());
        EXPECT_GE(*condition.elapsed(), 2ms);
    }
}

TEST(socket_receive, a_closed_socket_is_refused) {
    auto [client, server] = u::test::connected_pair();
    u::socket_close(client);
    std::array<char, 8> buffer{};
    EXPECT_THROW(static_cast<void>(u::socket_receive(client, buffer)), u::invalid_socket_error);
    EXPECT_THROW(u::socket_send(client, "x"), u::invalid_socket_error);
    u::stream_usocket const taken = std::move(server);
    std::error_code ec;
    u::socket_send(server, "x", {}, ec); // NOLINT(bugprone-use-after-move): a moved-from socket is a closed one
    EXPECT_EQ(ec, u::errc::invalid_socket);
}

TEST(socket_send, a_timeout_is_for_all_of_a_send_however_slowly_the_peer_reads) {
    auto [client, server] = u::test::connected_pair();
    u::set_socket_option(client, u::option::send_buffer_size, 4096);
    std::atomic<bool> done{false};
    std::thread slow([&, &from = server] { // always something, and soon enough for each part alone
        std::array<char, 512> buffer{};
        while (!done) {
            std::error_code ec;
            static_cast<void>(u::socket_receive(from, buffer, {.timeout = 0s}, ec));
            std::this_thread::sleep_for(10ms);
        }
    });
    auto const begun = std::chrono::steady_clock::now();
    std::error_code ec;
    std::size_t const sent = u::socket_send(client, std::string(200'000, 'x'), {.timeout = 200ms}, ec);
    auto const took = std::chrono::steady_clock::now() - begun;
    done = true;
    slow.join();
    EXPECT_EQ(ec, u::errc::timeout);
    EXPECT_GT(sent, 0U);
    EXPECT_GE(took, 200ms);
    EXPECT_LT(took, 2s);
}

// The system tells one caller only: to the others a connection that was reset looks like one that has ended.
TEST(socket_receive, a_reset_that_a_sender_is_told_of_first_is_no_end_of_the_stream) {
    auto listener = u::socket_listen(u::ip_address::loopback_v4(), u::auto_port);
    std::string const much(100'000, 'x');
    for (int round = 0; round < 400; ++round) {
        auto [client, server] = loopback::connect_over(listener, u::ip_address::loopback_v4());
        std::thread sender([&, &to = client] {
            std::error_code ec;
            while (!ec)
                u::socket_send(to, much, ec);
        });
        std::error_code ending;
        std::thread receiver([&, &from = client] {
            char octet = 0;
            static_cast<void>(u::socket_receive(from, {&octet, 1}, ending));
        });
        if (round % 2 == 0)
            std::this_thread::yield();
        std::array<char, 8> some{};
        static_cast<void>(u::socket_receive(server, some)); // something is unread
        socket_close(server);
        sender.join();
        receiver.join();
        ASSERT_EQ(ending, u::errc::connection_reset) << "round " << round << ": " << ending.message();
    }
}
