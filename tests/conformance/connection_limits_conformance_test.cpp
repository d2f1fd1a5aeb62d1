// SPDX-License-Identifier: MIT
//
// When calls on any connection end, whatever limits them.
#include <usocket/usocket.hpp>

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "conformance/connection_contract.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;
using namespace test;

class connection_limits : public connection_contract {};
INSTANTIATE_TEST_SUITE_P(all, connection_limits, all_forms, name_of);

/// What streams do otherwise: a scope that ends now has ended, where a timeout of nothing is one try.
class connection_limits_by_calls : public connection_contract {};
INSTANTIATE_TEST_SUITE_P(all, connection_limits_by_calls, forms_of_calls, name_of);

TEST_P(connection_limits, a_read_ends_by_its_limit_and_no_sooner) {
    std::array<char, 8> buffer{};
    auto const begin = clock::now();
    std::error_code ec;
    EXPECT_EQ(receive(client, buffer, ec, 20ms), 0U);
    EXPECT_TRUE(is_timeout(ec)) << ec.message();
    EXPECT_GE(clock::now() - begin, 20ms);
    expect_alive();
}

TEST_P(connection_limits, a_write_ends_by_its_limit_and_no_sooner) {
    std::string const flood(16 << 20, 'f');
    auto const begin = clock::now();
    std::error_code ec;
    std::size_t const sent = send(client, flood, ec, 20ms);
    EXPECT_TRUE(is_timeout(ec)) << ec.message();
    EXPECT_GE(clock::now() - begin, 20ms);
    if (form.counts_what_failed) {
        EXPECT_LT(sent, flood.size());
        ASSERT_GT(sent, 0U);
        EXPECT_TRUE(exactly(server, sent) == flood.substr(0, sent));
        expect_alive();
    }
}

TEST_P(connection_limits, a_limit_that_has_passed_moves_nothing) {
    std::array<char, 8> buffer{};
    must_send(server, "kept");
    {
        cancel_scope const passed{-1s};
        std::error_code ec;
        ASSERT_EQ(receive(client, buffer, ec), 0U);
        EXPECT_EQ(ec, errc::deadline_timeout);
        if (form.counts_what_failed) { // a stream would keep it, and send it with the next
            ASSERT_EQ(send(client, "never", ec), 0U);
            EXPECT_EQ(ec, errc::deadline_timeout);
        }
    }
    EXPECT_EQ(exactly(client, 4), "kept");
    expect_alive();
}

TEST_P(connection_limits_by_calls, a_limit_of_nothing_takes_what_is_there) {
    std::array<char, 8> buffer{};
    std::error_code ec;
    EXPECT_EQ(receive(client, buffer, ec, 0ns), 0U);
    EXPECT_TRUE(is_timeout(ec)) << ec.message();
    must_send(server, "there");
    EXPECT_EQ(receive(client, buffer, ec, 10s), 5U);
    EXPECT_EQ(send(client, "room", ec, 0ns), 4U);
    EXPECT_FALSE(ec) << ec.message();
    EXPECT_EQ(receive(server, buffer, ec, 0ns), 4U);
    EXPECT_FALSE(ec) << ec.message();
}

TEST_P(connection_limits, a_deadline_may_be_moved_during_a_call) {
    std::array<char, 8> buffer{};
    {
        cancel_scope scope{1h};
        std::thread moving([&] { scope.set_deadline(clock::now()); });
        std::error_code ec;
        EXPECT_EQ(receive(client, buffer, ec), 0U);
        EXPECT_EQ(ec, errc::deadline_timeout);
        moving.join();
        scope.set_deadline({});
        must_send(server, "later");
        EXPECT_EQ(receive(client, buffer, ec), 5U) << "it is no longer limited";
        EXPECT_FALSE(ec) << ec.message();
    }
    expect_alive();
}

TEST_P(connection_limits, the_limits_of_a_socket_hold_from_the_next_call_on) {
    std::array<char, 8> buffer{};
    std::error_code ec;
    for (int i = 0; i < 3; ++i) {
        set_socket_option(client, option::receive_timeout, time_limit(1ms));
        EXPECT_EQ(receive(client, buffer, ec), 0U);
        EXPECT_EQ(ec, errc::timeout);
        set_socket_option(client, option::receive_timeout, time_limit());
        std::thread answering([&] { must_send(server, "x"); });
        EXPECT_EQ(receive(client, buffer, ec), 1U) << "nothing limits it";
        EXPECT_FALSE(ec) << ec.message();
        answering.join();
    }
    set_socket_option(client, option::send_timeout, time_limit(1ms));
    static_cast<void>(send(client, std::string(16 << 20, 'f'), ec));
    EXPECT_EQ(ec, errc::timeout);
}

TEST_P(connection_limits, the_limits_of_a_socket_can_be_changed_during_a_call) {
    std::array<char, 8> buffer{};
    std::error_code ec;
    std::thread changing([&] {
        for (int i = 0; i < 100; ++i)
            set_socket_option(client, option::receive_timeout, time_limit(1h + i * 1s));
        must_send(server, "x");
    });
    EXPECT_EQ(receive(client, buffer, ec), 1U);
    EXPECT_FALSE(ec) << ec.message();
    changing.join();
    EXPECT_EQ(socket_option(client, option::receive_timeout), time_limit(1h + 99s));
}

} // namespace
} // namespace usocket
