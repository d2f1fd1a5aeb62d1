// SPDX-License-Identifier: MIT
//
// A datagram socket on the wildcard address answers from where the request came to.
#include <usocket/usocket.hpp>

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/system_traits.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;

/// A server's address, the requests' destinations: all of them are this machine's.
struct place {
    char const* name;
    wildcard_host_tag wildcard;
    ip_address address;
};

place const places[] = {
    {"v4", wildcard_host_v4, ip_address(127, 0, 0, 1)},       {"second_v4", wildcard_host_v4, ip_address(127, 0, 0, 2)},
    {"third_v4", wildcard_host_v4, ip_address(127, 0, 0, 3)}, {"v6", wildcard_host_v6, ip_address::loopback_v6()},
    {"dual_v4", wildcard_host, ip_address(127, 0, 0, 2)},     {"dual_v6", wildcard_host, ip_address::loopback_v6()},
};

class datagram_addresses : public testing::TestWithParam<place> {
protected:
    void SetUp() override { set_socket_option(server, option::packet_info, true); }

    datagram_usocket server = socket_connect(protocol::datagram, {.local_host = GetParam().wildcard});
    endpoint where = endpoint(GetParam().address, get_local_port(server));
    /// Connected, so that it takes answers from there only.
    datagram_usocket client = socket_connect(where, protocol::datagram, {.read_timeout = patience});
    endpoint from;
    endpoint to;
};
INSTANTIATE_TEST_SUITE_P(all, datagram_addresses, testing::ValuesIn(places),
                         [](auto const& instance) { return instance.param.name; });

TEST_P(datagram_addresses, an_answer_comes_from_where_the_request_went) {
    if (test::is_wine())
        GTEST_SKIP() << "Wine sends from an address of its own choice";
    for (std::string_view const text : {"request", "", "again"}) {
        socket_send(client, text);
        std::array<char, 16> room{};
        auto const got = socket_receive(server, room, {.timeout = patience, .source = &from, .destination = &to});
        EXPECT_EQ(got.text(), text);
        EXPECT_EQ(from, get_local_endpoint(client));
        EXPECT_EQ(to, where);
        EXPECT_EQ(socket_send(server, text, {.destination = &from, .source = &to}), text.size());
        EXPECT_EQ(socket_receive(client).buffer, text);
    }
}

TEST_P(datagram_addresses, peeking_and_cutting_off_tell_it_as_well) {
    socket_send(client, "0123456789");
    std::array<char, 4> room{};
    for (bool const peek : {true, false}) {
        from = to = endpoint();
        auto const got = socket_receive(server, room, {.peek = peek, .source = &from, .destination = &to});
        EXPECT_EQ(got.text(), "0123");
        EXPECT_EQ(got.size, 10U);
        EXPECT_EQ(got.host, from.address());
        EXPECT_EQ(from, get_local_endpoint(client));
        EXPECT_EQ(to, where);
    }
}

TEST_P(datagram_addresses, so_do_the_other_forms) {
    if (test::is_wine())
        GTEST_SKIP() << "Wine sends from an address of its own choice";
    std::error_code ec;
    socket_send(client, "one");
    EXPECT_EQ(socket_receive(server, {.source = &from, .destination = &to}).buffer, "one");
    EXPECT_EQ(to, where);
    socket_send(server, "two", {.destination = &from, .source = &to, .timeout = patience}, ec);
    EXPECT_FALSE(ec) << ec.message();
    to = endpoint();
    EXPECT_EQ(socket_receive(client, {.destination = &to}, ec).buffer, "two");
    EXPECT_FALSE(ec) << ec.message();
    EXPECT_EQ(to, get_local_endpoint(client)) << "without the option, our end";
    std::array<std::byte, 8> room{};
    socket_send(client, "three");
    EXPECT_EQ(socket_receive(server, room, {.destination = &to}, ec).text(), "three");
    EXPECT_FALSE(ec) << ec.message();
    EXPECT_EQ(to, where);
}

TEST_P(datagram_addresses, without_the_option_the_destination_is_our_end) {
    set_socket_option(server, option::packet_info, false);
    socket_send(client, "request");
    EXPECT_EQ(socket_receive(server, {.source = &from, .destination = &to}).buffer, "request");
    EXPECT_EQ(to, get_local_endpoint(server));
    EXPECT_TRUE(to.address().is_unspecified());
    auto listening = socket_connect(protocol::datagram, {.local_host = GetParam().address});
    auto const there = get_local_endpoint(listening);
    EXPECT_EQ(socket_send(server, "x", {.destination = &there, .source = &to}), 1U) << "the system chooses";
    EXPECT_EQ(socket_receive(listening, {.timeout = patience, .destination = &to}).buffer, "x");
    EXPECT_EQ(to, there);
}

TEST_P(datagram_addresses, waiting_for_a_request_is_bounded) {
    std::error_code ec;
    static_cast<void>(socket_receive(server, {.timeout = 1ms, .destination = &to}, ec));
    EXPECT_EQ(ec, errc::timeout);
    cancel_scope const scope{1ms};
    EXPECT_THROW(static_cast<void>(socket_receive(server, {.destination = &to})), deadline_timeout_error);
}

TEST_P(datagram_addresses, a_source_that_is_not_ours_is_refused) {
    if (test::is_wine())
        GTEST_SKIP() << "Wine sends from an address of its own choice";
    socket_send(client, "request");
    EXPECT_EQ(socket_receive(server, {.source = &from}).buffer, "request");
    // For documentation, a group, and what no broadcast may come from.
    for (char const* const text : {"203.0.113.1", "2001:db8::1", "224.0.0.1", "ff02::1", "255.255.255.255"}) {
        endpoint const foreign(*ip_address::parse(text), 0);
        try {
            socket_send(server, "answer", {.destination = &from, .source = &foreign});
            ADD_FAILURE() << text << " is taken";
        } catch (address_not_available_error const& condition) {
            EXPECT_EQ(condition.remote(), from);
            EXPECT_NE(std::string_view(condition.what()).find("the source is no address"), std::string_view::npos)
                << condition.what();
        }
        std::error_code ec;
        EXPECT_EQ(socket_send(server, "answer", {.destination = &from, .source = &foreign}, ec), 0U);
        EXPECT_EQ(ec, errc::address_not_available) << text;
    }
    socket_send(server, "after all", {.destination = &from, .source = &where});
    EXPECT_EQ(socket_receive(client).buffer, "after all");
}

TEST_P(datagram_addresses, a_connected_socket_sends_from_there_too) {
    if (test::is_wine())
        GTEST_SKIP() << "Wine sends from an address of its own choice";
    auto receiver = socket_connect(protocol::datagram, {.local_host = GetParam().address});
    auto sender = socket_connect(get_local_endpoint(receiver), protocol::datagram);
    socket_send(sender, "x", {.source = &where});
    EXPECT_EQ(socket_receive(receiver, {.timeout = patience, .source = &from}).buffer, "x");
    EXPECT_EQ(from, endpoint(where.address(), get_local_port(sender))) << "the port is the socket's own";
}

} // namespace
} // namespace usocket
