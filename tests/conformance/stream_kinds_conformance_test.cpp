// SPDX-License-Identifier: MIT
//
// What every connected stream must do, whatever carries it.
#include <usocket/usocket.hpp>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/stream_kinds.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;
using loopback::connection;

class stream_kinds : public testing::TestWithParam<test::kind_of_stream> {
protected:
    void SetUp() override {
        if (!missing.empty())
            GTEST_SKIP() << missing;
    }

    std::string missing;
    connection made = GetParam().make_if_there(missing);
    stream_usocket& client = made.client;
    stream_usocket& server = made.server;
};
INSTANTIATE_TEST_SUITE_P(all, stream_kinds, testing::ValuesIn(test::kinds_of_stream),
                         [](auto const& instance) { return instance.param.name; });

TEST_P(stream_kinds, carries_octets_both_ways) {
    std::string const all_octets = [] {
        std::string text;
        for (int octet = 0; octet < 256; ++octet)
            text += static_cast<char>(octet);
        return text;
    }();
    for (auto const& [from, to] : {std::pair(&client, &server), std::pair(&server, &client)}) {
        EXPECT_EQ(socket_send(*from, all_octets), 256U);
        std::string got(256, '\0');
        EXPECT_EQ(read_exactly(to->stream(), got), 256U);
        EXPECT_EQ(got, all_octets);
    }
}

TEST_P(stream_kinds, answers_each_ping) {
    std::thread answering([&] {
        for (std::string line; read_line(server.stream(), line);)
            server.stream() << line << '\n' << std::flush;
    });
    std::string line;
    for (int i = 0; i < 500; ++i) {
        client.stream() << "ping " << i << '\n';
        ASSERT_TRUE(read_line(client.stream(), line)); // flushes before it waits
        EXPECT_EQ(line, "ping " + std::to_string(i));
    }
    socket_shutdown(client, direction::output);
    answering.join();
}

TEST_P(stream_kinds, carries_much_in_both_directions_at_once) {
    constexpr std::size_t size = 3'000'000;
    std::string const there(size, 't');
    std::string const back(size, 'b');
    std::vector<std::thread> threads;
    std::string got_there(size, '\0');
    std::string got_back(size, '\0');
    threads.emplace_back([&] { socket_send(client, there); });
    threads.emplace_back([&] { socket_send(server, back); });
    threads.emplace_back([&] {
        for (std::size_t done = 0; done < size;)
            done += socket_receive(server, std::span(got_there).subspan(done)).size;
    });
    threads.emplace_back([&] {
        for (std::size_t done = 0; done < size;)
            done += socket_receive(client, std::span(got_back).subspan(done)).size;
    });
    for (auto& thread : threads)
        thread.join();
    EXPECT_TRUE(got_there == there);
    EXPECT_TRUE(got_back == back);
}

TEST_P(stream_kinds, ends_cleanly_in_one_direction_alone) {
    client.stream() << "last";
    socket_shutdown(client, direction::output);
    std::string word;
    EXPECT_TRUE(server.stream() >> word);
    EXPECT_EQ(word, "last");
    EXPECT_TRUE(server.stream().eof());
    EXPECT_EQ(server.stream().condition(), errc::end_of_stream);
    server.stream().clear();
    server.stream() << "answer\n" << std::flush;
    std::string line;
    EXPECT_TRUE(read_line(client.stream(), line));
    EXPECT_EQ(line, "answer");
}

TEST_P(stream_kinds, past_present_and_future_limits) {
    std::array<char, 8> buffer{};
    EXPECT_THROW(static_cast<void>(socket_receive(client, buffer, {.timeout = -1s})), timeout_error);
    EXPECT_THROW(static_cast<void>(socket_receive(client, buffer, {.timeout = 0s})), timeout_error);
    EXPECT_THROW(static_cast<void>(socket_receive(client, buffer, {.timeout = 2ms})), timeout_error);
    {
        cancel_scope const passed{-1s};
        EXPECT_THROW(static_cast<void>(socket_receive(client, buffer)), deadline_timeout_error);
        EXPECT_THROW(socket_send(client, "x"), deadline_timeout_error);
    }
    cancel_scope const ahead{1h};
    socket_send(client, "x");
    EXPECT_EQ(socket_receive(server, buffer).size, 1U);
}

TEST_P(stream_kinds, a_full_peer_bounds_writing_and_nothing_is_lost) {
    std::string const flood(16 << 20, 'f');
    std::error_code ec;
    std::size_t const sent = socket_send(client, flood, {.timeout = 5ms}, ec);
    EXPECT_EQ(ec, errc::timeout);
    socket_shutdown(client, direction::output);
    std::size_t received = 0;
    std::string buffer(1 << 16, '\0');
    while (auto const size = socket_receive(server, buffer).size)
        received += size;
    EXPECT_EQ(received, sent);
}

TEST_P(stream_kinds, closing_wakes_whoever_is_blocked) {
    for (auto const timeout : {time_limit(), time_limit(1h)}) {
        connection fresh = GetParam().make();
        std::thread closing([&] { socket_close(fresh.client); });
        std::array<char, 8> buffer{};
        std::error_code ec;
        static_cast<void>(socket_receive(fresh.client, buffer, {.timeout = timeout}, ec));
        EXPECT_EQ(ec, errc::invalid_socket);
        closing.join();
        EXPECT_EQ(socket_receive(fresh.server, buffer).size, 0U) << "and the peer sees the end";
    }
}

TEST_P(stream_kinds, cancelling_wakes_whoever_is_blocked_and_the_socket_lives_on) {
    std::array<char, 8> buffer{};
    {
        cancel_scope scope;
        std::thread cancelling([&] { scope.cancel(); });
        EXPECT_THROW(static_cast<void>(socket_receive(client, buffer)), interrupted_condition);
        cancelling.join();
    }
    socket_send(server, "alive");
    EXPECT_EQ(socket_receive(client, buffer).text(), "alive");
}

TEST_P(stream_kinds, tells_its_ends) {
    EXPECT_EQ(get_local_endpoint(server), get_peer_endpoint(client));
    EXPECT_EQ(get_local_endpoint(client), get_peer_endpoint(server));
    EXPECT_TRUE(wait_for_input(client, {.timeout = 0s, .ready_only = true}).sockets.empty());
    socket_send(server, "x");
    EXPECT_EQ(wait_for_input(client, {.timeout = 1h, .ready_only = true}).sockets.size(), 1U);
    EXPECT_EQ(client.state(), readiness::read);
}

} // namespace
} // namespace usocket
