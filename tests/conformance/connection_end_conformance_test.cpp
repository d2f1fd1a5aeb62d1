// SPDX-License-Identifier: MIT
//
// How any connection ends: in one direction, by a reset, by closing; and that moving it is no end.
#include <usocket/usocket.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include "conformance/connection_contract.hpp"
#include "support/system_traits.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;
using namespace test;

class connection_end : public connection_contract {};
INSTANTIATE_TEST_SUITE_P(all, connection_end, all_forms, name_of);

TEST_P(connection_end, closing_wakes_a_reader_and_a_writer) {
    using limit = std::optional<std::chrono::nanoseconds>;
    std::string const flood(16 << 20, 'f');
    for (auto const& allowed : {limit(), limit(1h)}) {
        auto fresh = std::get<0>(GetParam()).make();
        std::atomic<bool> reader_begun{false};
        std::error_code read_code;
        std::error_code write_code;
        std::thread reading([&] {
            std::array<char, 8> buffer{};
            reader_begun = true;
            static_cast<void>(receive(fresh.client, buffer, read_code, allowed));
        });
        std::thread writing([&] {
            // Not through the stream, whose output must not be in use when it is closed.
            send_options options;
            options.timeout = limit_of(allowed);
            static_cast<void>(socket_send(fresh.client, flood, options, write_code));
        });
        while (!reader_begun)
            std::this_thread::yield();
        EXPECT_EQ(exactly(fresh.server, 1000), flood.substr(0, 1000)); // the writer is at it
        socket_close(fresh.client);
        reading.join();
        writing.join();
        EXPECT_EQ(read_code, form.counts_what_failed ? errc::invalid_socket : errc::invalid_socket_stream);
        EXPECT_EQ(write_code, errc::invalid_socket);
        EXPECT_FALSE(fresh.client.is_open());
    }
}

TEST_P(connection_end, each_direction_ends_by_itself) {
    must_send(client, "there");
    socket_shutdown(client, direction::output);
    EXPECT_EQ(rest_of(server), "there");
    must_send(server, "back");
    socket_shutdown(server, direction::output);
    EXPECT_EQ(rest_of(client), "back");
    EXPECT_EQ(rest_of(client), "") << "an end stays an end";
    std::error_code ec;
    static_cast<void>(send(client, "more", ec));
    EXPECT_TRUE(ec) << "what was shut down takes no more";
}

TEST_P(connection_end, a_reset_is_never_an_end) {
    if (!test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    must_send(client, "never read, which makes of the close a reset");
    EXPECT_FALSE(wait_for_input(server, {.timeout = 10s, .ready_only = true}).sockets.empty());
    socket_close(server);
    std::array<char, 8> buffer{};
    for (int i = 0; i < 3; ++i) {
        std::error_code ec;
        EXPECT_EQ(receive(client, buffer, ec, 10s), 0U);
        EXPECT_EQ(ec, errc::connection_reset) << "time " << i;
    }
}

TEST_P(connection_end, what_is_closed_stays_closed) {
    socket_close(client);
    EXPECT_NO_THROW(socket_close(client));
    std::array<char, 8> buffer{};
    std::error_code ec;
    EXPECT_EQ(receive(client, buffer, ec), 0U);
    EXPECT_TRUE(ec == errc::invalid_socket || ec == errc::invalid_socket_stream) << ec.message();
    EXPECT_EQ(send(client, "x", ec), 0U);
    EXPECT_TRUE(ec == errc::invalid_socket || ec == errc::invalid_socket_stream) << ec.message();
    EXPECT_EQ(rest_of(server), "");
}

TEST_P(connection_end, a_connection_goes_where_its_socket_is_moved) {
    must_send(server, "before");
    stream_usocket moved = std::move(client);
    EXPECT_FALSE(client.is_open());
    EXPECT_EQ(exactly(moved, 6), "before");
    client = std::move(moved);
    expect_alive();
}

TEST_P(connection_end, a_reset_is_told_to_a_reader_that_waits) {
    if (!test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    must_send(client, "never read");
    EXPECT_FALSE(wait_for_input(server, {.timeout = 10s, .ready_only = true}).sockets.empty());
    std::thread closing([&] { socket_close(server); });
    std::array<char, 8> buffer{};
    std::error_code ec;
    EXPECT_EQ(receive(client, buffer, ec), 0U);
    EXPECT_EQ(ec, errc::connection_reset);
    closing.join();
}

} // namespace
} // namespace usocket
