// SPDX-License-Identifier: MIT
#include <usocket/with.hpp>

#include <array>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <usocket/transfer.hpp>

#include "support/loopback.hpp"
#include "support/pairs.hpp"
#include "support/system_traits.hpp"

namespace u = usocket;

namespace {
u::ip_address const v4 = u::ip_address::loopback_v4();
}

TEST(with_connected_socket, closes_after_the_body_and_returns_its_value) {
    auto [left, right] = u::test::connected_pair();
    int const value = u::with_connected_socket(std::move(left), [](u::stream_usocket& socket) {
        socket.stream() << "bye";
        return 7;
    });
    EXPECT_EQ(value, 7);
    std::array<char, 8> buffer{};
    EXPECT_EQ(u::socket_receive(right, buffer).size, 3U) << "flushed";
    EXPECT_EQ(u::socket_receive(right, buffer).size, 0U) << "closed";
}

TEST(with_connected_socket, closes_when_the_body_raises) {
    auto [left, right] = u::test::connected_pair();
    EXPECT_THROW(u::with_connected_socket(std::move(left), [](auto&) { throw std::logic_error("mine"); }),
                 std::logic_error);
    std::array<char, 8> buffer{};
    EXPECT_EQ(u::socket_receive(right, buffer).size, 0U);
}

TEST(with_connected_socket, raises_when_the_last_flush_fails) {
    if (!u::test::pairs_hang_up)
        GTEST_SKIP() << "pairs are TCP connections, and what is sent first after the peer's end is sent in vain";
    auto [left, right] = u::test::connected_pair();
    u::socket_close(right);
    EXPECT_THROW(u::with_connected_socket(std::move(left), [](auto& socket) { socket.stream() << "lost"; }),
                 u::connection_aborted_error);
}

TEST(with_connected_socket, passes_no_closed_socket_on) {
    bool called = false;
    u::with_connected_socket(u::stream_usocket(), [&](auto&) { called = true; });
    EXPECT_FALSE(called);
}

TEST(with_helpers, a_whole_conversation) {
    std::string const heard = u::with_socket_listener(v4, u::auto_port, [](u::stream_server_usocket& listener) {
        u::with_client_socket(v4, u::get_local_port(listener),
                              [](u::stream_usocket&, u::socket_stream& stream) { stream << "hello\n"; });
        return u::with_accepted_connection(listener, [](u::stream_usocket&, u::socket_stream& stream) {
            std::string line;
            std::getline(stream, line);
            return line;
        });
    });
    EXPECT_EQ(heard, "hello");
}

TEST(with_helpers, pass_options_on) {
    u::with_socket_listener(v4, 0, {.element_type = u::element::octet}, [](auto& listener) {
        EXPECT_EQ(listener.element_type(), u::element::octet);
        u::with_client_socket(v4, u::get_local_port(listener), {.element_type = u::element::octet},
                              [](auto& socket, auto&) { EXPECT_EQ(socket.element_type(), u::element::octet); });
    });
    u::with_server_socket(u::socket_listen(v4, 0), [](auto& listener) { EXPECT_TRUE(listener.is_open()); });
}
