// SPDX-License-Identifier: MIT
//
// Datagrams in batches: the same results on every path through the system.
#include <usocket/usocket.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/system_traits.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;

/// Octets that tell which datagram they are of, and where in it they are.
std::string made(std::size_t number, std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('a' + (number * 7 + i) % 26);
    return text;
}

char const* name_of(datagram_path path) {
    switch (path) {
    case datagram_path::automatic:
        return "automatic";
    case datagram_path::offload:
        return "offload";
    case datagram_path::calls_of_many:
        return "calls_of_many";
    case datagram_path::single_calls:
        return "single_calls";
    }
    return "";
}

datagram_usocket bound(ip_address where = ip_address::loopback_v4(), bool large_buffer = true) {
    auto socket = socket_connect(protocol::datagram, {.read_timeout = patience, .local_host = where});
    if (large_buffer)
        set_socket_option(socket, option::receive_buffer_size, std::size_t{4} << 20);
    return socket;
}

/// Where nobody listens.
endpoint closed_port() { return get_local_endpoint(bound()); }

std::vector<outgoing_datagram> to(endpoint const& destination, std::vector<std::string> const& texts) {
    std::vector<outgoing_datagram> all;
    for (auto const& text : texts)
        all.push_back({.data = text, .destination = &destination});
    return all;
}

bool is_ready(datagram_usocket& socket, time_limit timeout = 0ms) {
    return !wait_for_input(socket, {.timeout = timeout, .ready_only = true}).sockets.empty();
}

class datagram_batches : public testing::TestWithParam<datagram_path> {
protected:
    void SetUp() override {
        if (!supports(GetParam()))
            GTEST_SKIP() << "this system has no such path";
    }

    [[nodiscard]] static send_batch_options sending() { return {.timeout = patience, .path = GetParam()}; }
    [[nodiscard]] static receive_batch_options receiving() { return {.timeout = patience, .path = GetParam()}; }

    /// Receives so many datagrams, in as many batches as it takes.
    std::vector<std::string> receive(datagram_usocket& from, std::size_t count) {
        std::vector<std::string> texts;
        while (texts.size() < count) {
            std::size_t const got = socket_receive_batch(from, batch, receiving());
            EXPECT_GT(got, 0U);
            EXPECT_EQ(got, batch.size());
            for (auto const& one : batch) {
                EXPECT_FALSE(one.truncated());
                texts.emplace_back(one.text());
            }
        }
        return texts;
    }

    datagram_usocket receiver = bound();
    datagram_usocket sender = bound();
    endpoint where = get_local_endpoint(receiver);
    datagram_batch batch;
};
INSTANTIATE_TEST_SUITE_P(all, datagram_batches,
                         testing::Values(datagram_path::automatic, datagram_path::offload, datagram_path::calls_of_many,
                                         datagram_path::single_calls),
                         [](auto const& instance) { return name_of(instance.param); });

TEST_P(datagram_batches, keep_contents_and_order_of_equal_sizes) {
    for (std::size_t const size : {1U, 64U, 1200U, 8000U}) {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < 150; ++i)
            texts.push_back(made(i, size));
        auto all = to(where, texts);
        auto const result = socket_send_batch(sender, all, sending());
        EXPECT_EQ(result.taken, 150U);
        EXPECT_EQ(result.sent(), 150U);
        EXPECT_FALSE(result.stopped);
        EXPECT_EQ(receive(receiver, 150), texts) << size;
    }
}

TEST_P(datagram_batches, keep_contents_and_order_of_any_sizes) {
    std::vector<std::string> texts;
    std::size_t number = 0;
    for (std::size_t const size : {0U,  0U,     100U, 100U, 100U, 40U,    40U,    0U,     41U,    40U,
                                   39U, 65507U, 1U,   1U,   2U,   65507U, 30000U, 30000U, 30000U, 5U})
        texts.push_back(made(number++, size));
    auto all = to(where, texts);
    EXPECT_EQ(socket_send_batch(sender, all, sending()).sent(), texts.size());
    EXPECT_EQ(receive(receiver, texts.size()), texts);
}

TEST_P(datagram_batches, may_lie_in_one_piece_of_memory) {
    std::string const whole = made(3, 1000);
    std::vector<outgoing_datagram> all;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 1000; i += 50) {
        texts.push_back(whole.substr(i, 50));
        all.push_back({.data = {whole.data() + i, 50}, .destination = &where});
    }
    EXPECT_EQ(socket_send_batch(sender, all, sending()).sent(), texts.size());
    EXPECT_EQ(receive(receiver, texts.size()), texts);
}

TEST_P(datagram_batches, are_cut_from_a_buffer) {
    for (std::size_t const length : {0U, 1U, 64U, 65U, 6400U, 6401U, 100'000U}) {
        std::string const whole = made(1, length);
        auto const result = socket_send_split(sender, whole, 64, &where, sending());
        std::size_t const count = (length + 63) / 64;
        EXPECT_EQ(result.sent(), count);
        std::string joined;
        for (auto const& text : receive(receiver, count))
            joined += text;
        EXPECT_EQ(joined, whole);
    }
}

TEST_P(datagram_batches, go_to_several_destinations_from_several_sources) {
    if (test::is_wine())
        GTEST_SKIP() << "Wine sends from an address of its own choice";
    auto other = bound(ip_address(127, 0, 0, 2));
    set_socket_option(other, option::packet_info, true);
    endpoint const there = get_local_endpoint(other);
    endpoint const own_sources[] = {{ip_address(127, 0, 0, 3), 0}, {ip_address(127, 0, 0, 4), 0}, {}};
    auto from_anywhere = socket_connect(protocol::datagram, {.local_host = wildcard_host_v4});
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 60; ++i)
        texts.push_back(made(i, 30));
    std::vector<outgoing_datagram> all;
    std::vector<std::string> expected[2];
    for (std::size_t i = 0; i < texts.size(); ++i) {
        bool const is_other = i % 20 >= 10;
        all.push_back({.data = texts[i], .destination = is_other ? &there : &where, .source = &own_sources[i / 20]});
        expected[is_other ? 1 : 0].push_back(texts[i]);
    }
    EXPECT_EQ(socket_send_batch(from_anywhere, all, sending()).sent(), texts.size());
    EXPECT_EQ(receive(receiver, 30), expected[0]);
    std::size_t count = 0;
    while (count < 30) {
        socket_receive_batch(other, batch, receiving());
        for (auto const& one : batch) {
            EXPECT_EQ(one.text(), expected[1][count]);
            if (auto const& source = own_sources[count / 10]; source.is_ip()) {
                EXPECT_EQ(one.source.address(), source.address());
            }
            EXPECT_EQ(one.source.port(), get_local_port(from_anywhere));
            EXPECT_EQ(one.details.destination, there);
            EXPECT_NE(one.details.interface_number, 0U);
            ++count;
        }
    }
}

TEST_P(datagram_batches, lose_nothing_to_a_destination_that_fails) {
    if (test::is_wine())
        GTEST_SKIP() << "Wine sends from an address of its own choice, and refuses none";
    endpoint const broadcast(ip_address(255, 255, 255, 255), 9); // takes a permission
    endpoint const foreign(ip_address(192, 0, 2, 1), 0);
    std::vector<outgoing_datagram> all = {{.data = "one", .destination = &where},
                                          {.data = "bad", .destination = &broadcast},
                                          {.data = "two", .destination = &where},
                                          {.data = "bad", .destination = &where, .source = &foreign},
                                          {.data = "bad"},
                                          {.data = "six", .destination = &where}};
    auto const result = socket_send_batch(sender, all, sending());
    EXPECT_EQ(result.taken, 6U);
    EXPECT_EQ(result.refused, 3U);
    EXPECT_EQ(result.sent(), 3U);
    EXPECT_FALSE(result.stopped);
    EXPECT_EQ(receive(receiver, 3), (std::vector<std::string>{"one", "two", "six"}));
    EXPECT_FALSE(all[0].error);
    EXPECT_EQ(all[1].error, errc::operation_not_permitted) << all[1].error.message();
    EXPECT_EQ(all[3].error, errc::address_not_available) << all[3].error.message();
    EXPECT_EQ(all[4].error, errc::invalid_argument) << all[4].error.message();
    EXPECT_FALSE(all[5].error);
    // Once more: an error of an earlier call is gone.
    all[1].destination = all[4].destination = &where;
    all[3].source = nullptr;
    EXPECT_EQ(socket_send_batch(sender, all, sending()).sent(), 6U);
    for (auto const& one : all)
        EXPECT_FALSE(one.error);
    EXPECT_EQ(receive(receiver, 6).size(), 6U);
}

TEST_P(datagram_batches, refuse_what_is_too_large_for_a_datagram) {
    std::string const large(65508, 'x');
    std::vector<outgoing_datagram> all = {{.data = large, .destination = &where}, {.data = "y", .destination = &where}};
    auto const result = socket_send_batch(sender, all, sending());
    EXPECT_EQ(result.refused, 1U);
    EXPECT_EQ(all[0].error, errc::invalid_argument);
    EXPECT_EQ(receive(receiver, 1).front(), "y");
}

TEST_P(datagram_batches, report_a_refusing_peer_once_and_lose_nothing) {
    if (!test::tells_refused_datagrams)
        GTEST_SKIP() << "nobody is told of a refused datagram";
    endpoint const closed = closed_port();
    auto client = socket_connect(closed, protocol::datagram, {.read_timeout = patience});
    socket_send(client, "nobody hears it");
    std::error_code ec;
    ASSERT_TRUE(is_ready(client, patience)) << "the refusal has come";
    auto const server = socket_connect(
        protocol::datagram, {.read_timeout = patience, .local_host = closed.address(), .local_port = closed.port()});
    std::vector<std::string> texts{"one", "two", "three"};
    std::vector<outgoing_datagram> all{{.data = texts[0]}, {.data = texts[1]}, {.data = texts[2]}};
    auto result = socket_send_batch(client, all, sending(), ec);
    EXPECT_EQ(ec, errc::connection_refused) << ec.message();
    EXPECT_EQ(result.stopped, ec);
    EXPECT_EQ(result.taken, 0U);
    result = socket_send_batch(client, all, sending(), ec);
    EXPECT_FALSE(ec) << ec.message();
    EXPECT_EQ(result.sent(), 3U);
    EXPECT_EQ(receive(const_cast<datagram_usocket&>(server), 3), texts);
}

TEST_P(datagram_batches, report_it_where_it_comes_in_the_middle_of_a_batch) {
    if (!test::tells_refused_datagrams)
        GTEST_SKIP() << "nobody is told of a refused datagram";
    endpoint const closed = closed_port();
    auto client = socket_connect(closed, protocol::datagram);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 20; ++i)
        texts.push_back(made(i, 10 + i)); // each larger than the one before: no two go together
    std::vector<outgoing_datagram> all;
    for (auto const& text : texts)
        all.push_back({.data = text});
    // The refusal of one is there before the next is sent, or soon.
    auto const deadline = std::chrono::steady_clock::now() + patience;
    bool reported = false;
    while (!reported && std::chrono::steady_clock::now() < deadline) {
        std::error_code ec;
        auto const result = socket_send_batch(client, all, sending(), ec);
        EXPECT_EQ(result.refused, 0U);
        reported = ec == errc::connection_refused && result.taken > 0;
        if (reported) {
            EXPECT_LT(result.taken, all.size());
        }
    }
    EXPECT_TRUE(reported);
}

TEST_P(datagram_batches, report_it_to_a_receiver_too) {
    if (!test::tells_refused_datagrams)
        GTEST_SKIP() << "nobody is told of a refused datagram";
    endpoint const closed = closed_port();
    auto client = socket_connect(closed, protocol::datagram, {.read_timeout = patience});
    socket_send(client, "nobody hears it");
    EXPECT_THROW(socket_receive_batch(client, batch, receiving()), connection_refused_error);
    EXPECT_TRUE(batch.empty());
    auto server = socket_connect(protocol::datagram, {.local_host = closed.address(), .local_port = closed.port()});
    endpoint const back = get_local_endpoint(client);
    socket_send(server, "hello", {.destination = &back});
    EXPECT_EQ(receive(client, 1).front(), "hello");
}

TEST_P(datagram_batches, have_their_timeouts_and_scopes) {
    std::error_code ec;
    EXPECT_THROW(socket_receive_batch(receiver, batch, {.timeout = 1ms, .path = GetParam()}), timeout_error);
    EXPECT_EQ(socket_receive_batch(receiver, batch, {.timeout = 0ms, .path = GetParam()}, ec), 0U);
    EXPECT_EQ(ec, errc::timeout);
    {
        cancel_scope const limit(1ms);
        EXPECT_THROW(socket_receive_batch(receiver, batch, receiving()), deadline_timeout_error);
    }
    {
        cancel_scope scope;
        std::thread canceller([&] { scope.cancel(); });
        EXPECT_THROW(socket_receive_batch(receiver, batch, receiving()), interrupted_condition);
        canceller.join();
        auto all = to(where, {"never sent"});
        EXPECT_THROW(socket_send_batch(sender, all, sending()), interrupted_condition);
    }
    {
        socket_scope scope(receiver);
        std::thread canceller([&] { scope.cancel(); });
        EXPECT_THROW(socket_receive_batch(receiver, batch, receiving()), interrupted_condition);
        canceller.join();
        EXPECT_TRUE(batch.empty());
    }
}

TEST_P(datagram_batches, come_back_when_the_socket_closes) {
    std::thread closer([&] { socket_close(receiver); });
    std::error_code ec;
    EXPECT_EQ(socket_receive_batch(receiver, batch, receiving(), ec), 0U);
    EXPECT_EQ(ec, errc::invalid_socket) << ec.message();
    closer.join();
    EXPECT_TRUE(batch.empty());
    auto all = to(where, {"x"});
    socket_close(sender);
    EXPECT_THROW(socket_send_batch(sender, all, sending()), invalid_socket_error);
}

TEST_P(datagram_batches, mix_with_single_calls) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 40; ++i)
        texts.push_back(made(i, i % 10 == 9 ? 20 : 50));
    auto all = to(where, texts);
    ASSERT_EQ(socket_send_batch(sender, all, sending()).sent(), 40U);
    EXPECT_EQ(receive(receiver, 40), texts);

    ASSERT_EQ(socket_send_batch(sender, all, sending()).sent(), 40U);
    endpoint source;
    datagram_details details;
    for (std::size_t i = 0; i < 35; ++i) {
        EXPECT_TRUE(is_ready(receiver)) << "ready as long as there is one";
        std::array<char, 100> room{};
        room.fill('#');
        auto const peeked = socket_receive(receiver, room, {.peek = true, .source = &source});
        EXPECT_EQ(peeked.text(), texts[i]);
        EXPECT_EQ(room[texts[i].size()], '#') << "what is behind the datagram is not touched";
        if (i % 3 == 0) {
            auto const cut = socket_receive(receiver, room, {.length = 10, .details = &details});
            EXPECT_EQ(cut.text(), texts[i].substr(0, 10));
            EXPECT_EQ(cut.size, texts[i].size());
        } else {
            EXPECT_EQ(socket_receive(receiver).buffer, texts[i]);
        }
        EXPECT_EQ(source, get_local_endpoint(sender));
    }
    EXPECT_EQ(receive(receiver, 5), std::vector<std::string>(texts.end() - 5, texts.end()));
    EXPECT_FALSE(is_ready(receiver));

    ASSERT_EQ(socket_send_batch(sender, all, sending()).sent(), 40U);
    for (auto const& text : texts)
        EXPECT_EQ(socket_receive(receiver).buffer, text);
    socket_send(sender, "", {.destination = &where});
    EXPECT_EQ(socket_receive(receiver).buffer, "");
}

TEST_P(datagram_batches, serve_a_dual_stack_socket) {
    auto dual = socket_connect(protocol::datagram, {.read_timeout = patience, .local_host = wildcard_host});
    set_socket_option(dual, option::packet_info, true);
    endpoint const v4(ip_address::loopback_v4(), get_local_port(dual));
    endpoint const v6(ip_address::loopback_v6(), get_local_port(dual));
    std::vector<std::string> const texts{made(0, 9), made(1, 9), made(2, 9)};
    for (auto const& destination : {v4, v6}) {
        auto client =
            socket_connect(protocol::datagram, {.read_timeout = patience, .local_host = destination.address()});
        auto all = to(destination, texts);
        ASSERT_EQ(socket_send_batch(client, all, sending()).sent(), 3U);
        std::size_t count = 0;
        std::vector<outgoing_datagram> replies;
        while (count < 3) {
            socket_receive_batch(dual, batch, receiving());
            replies.clear();
            for (auto const& one : batch) {
                EXPECT_EQ(one.source, get_local_endpoint(client));
                EXPECT_EQ(one.details.destination, destination);
                replies.push_back(one.reply(one.buffer));
                ++count;
            }
            EXPECT_EQ(socket_send_batch(dual, replies, sending()).sent(), replies.size());
        }
        EXPECT_EQ(receive(client, 3), texts);
    }
}

TEST_P(datagram_batches, know_what_the_system_noted) {
    set_socket_option(receiver, option::packet_info, true);
    set_socket_option(receiver, option::receive_hop_limit, true);
    if (test::has_all_datagram_notes) {
        set_socket_option(receiver, option::timestamps, true);
        set_socket_option(receiver, option::receive_traffic_class, true);
        set_socket_option(sender, option::traffic_class, 0x2a);
    } else {
        EXPECT_THROW(set_socket_option(receiver, option::timestamps, true), unsupported);
        EXPECT_THROW(set_socket_option(receiver, option::count_lost_datagrams, true), unsupported);
        EXPECT_THROW(set_socket_option(sender, option::traffic_class, 0x2a), unsupported);
    }
    set_socket_option(sender, option::hop_limit, 17);
    std::vector<std::string> const texts{made(0, 9), made(1, 9), made(2, 9)};
    auto const check = [&](datagram_details const& details) {
        EXPECT_EQ(details.destination, where);
        EXPECT_NE(details.interface_number, 0U);
        EXPECT_EQ(details.hop_limit, 17);
        EXPECT_FALSE(details.lost_before);
        ASSERT_EQ(details.received_at.has_value(), test::has_all_datagram_notes);
        ASSERT_EQ(details.traffic_class.has_value(), test::has_all_datagram_notes);
        if (!test::has_all_datagram_notes)
            return;
        EXPECT_EQ(details.traffic_class, 0x2a);
        EXPECT_EQ(details.congestion_notice(), datagram_details::congestion::capable_0);
        EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - *details.received_at), 1h);
    };
    for (int round = 0; round < 2; ++round) { // the second after joining was turned on
        auto all = to(where, texts);
        ASSERT_EQ(socket_send_batch(sender, all, sending()).sent(), 3U);
        datagram_details details;
        std::array<char, 20> room{};
        EXPECT_EQ(socket_receive(receiver, room, {.timeout = patience, .details = &details}).text(), texts[0]);
        check(details);
        std::size_t count = 1;
        while (count < 3) {
            socket_receive_batch(receiver, batch, receiving());
            for (auto const& one : batch) {
                EXPECT_EQ(one.text(), texts[count++]);
                check(one.details);
            }
        }
    }
}

TEST_P(datagram_batches, count_what_was_lost) {
    if (!test::has_all_datagram_notes)
        GTEST_SKIP() << "the system does not count lost datagrams";
    auto small = bound(ip_address::loopback_v4(), false);
    set_socket_option(small, option::receive_buffer_size, 4096);
    set_socket_option(small, option::count_lost_datagrams, true);
    endpoint const there = get_local_endpoint(small);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 100; ++i)
        texts.push_back(std::to_string(i + 1000));
    auto all = to(there, texts);
    ASSERT_EQ(socket_send_batch(sender, all, sending()).sent(), 100U);
    std::size_t received = 0;
    std::error_code ec;
    while (socket_receive_batch(small, batch, {.timeout = 0ms, .path = GetParam()}, ec) != 0)
        received += batch.size();
    ASSERT_LT(received, 100U);
    socket_send(sender, "after", {.destination = &there});
    ASSERT_EQ(socket_receive_batch(small, batch, receiving()), 1U);
    EXPECT_EQ((*batch.begin()).text(), "after");
    ASSERT_TRUE((*batch.begin()).details.lost_before);
    EXPECT_GT(*(*batch.begin()).details.lost_before, 0U);
    if (GetParam() == datagram_path::calls_of_many ||
        GetParam() == datagram_path::single_calls) { // else lost in messages
        EXPECT_EQ(*(*batch.begin()).details.lost_before, 100 - received);
    }
}

TEST_P(datagram_batches, broadcasts_are_answered_from_our_own_address) {
    for (auto const& wildcard : {wildcard_host_tag(wildcard_host_v4), wildcard_host_tag(wildcard_host)}) {
        auto server = socket_connect(protocol::datagram, {.read_timeout = patience, .local_host = wildcard});
        set_socket_option(server, option::packet_info, true);
        set_socket_option(sender, option::broadcast, true);
        endpoint const everybody(ip_address(127, 255, 255, 255), get_local_port(server));
        std::vector<std::string> const texts{"first", "other"};
        auto all = to(everybody, texts);
        ASSERT_EQ(socket_send_batch(sender, all, sending()).sent(), 2U);
        std::size_t count = 0;
        while (count < 2) {
            socket_receive_batch(server, batch, receiving());
            std::vector<outgoing_datagram> replies;
            for (auto const& one : batch) {
                EXPECT_EQ(one.details.destination, everybody);
                EXPECT_TRUE(one.details.sent_to_many || test::is_wine()) << "Wine does not tell";
                replies.push_back(one.reply(one.buffer));
                ++count;
            }
            EXPECT_EQ(socket_send_batch(server, replies, sending()).sent(), replies.size());
        }
        EXPECT_EQ(receive(sender, 2), texts);
    }
}

TEST_P(datagram_batches, multicast_to_a_group) {
    if (test::is_wine())
        GTEST_SKIP() << "Wine does not join by the number of an interface";
    auto group_member = socket_connect(protocol::datagram, {.read_timeout = patience, .local_host = wildcard_host_v4});
    endpoint const group(ip_address(239, 255, 77, 7), get_local_port(group_member));
    std::uint32_t const loopback = 1;
    set_socket_option(group_member, option::packet_info, true);
    set_socket_option(group_member, option::join_multicast_group, {group.address(), loopback});
    set_socket_option(sender, option::multicast_interface, loopback);
    std::vector<std::string> const texts{made(0, 9), made(1, 9), made(2, 5)};
    auto all = to(group, texts);
    ASSERT_EQ(socket_send_batch(sender, all, sending()).sent(), 3U);
    std::size_t count = 0;
    while (count < 3) {
        socket_receive_batch(group_member, batch, receiving());
        for (auto const& one : batch) {
            EXPECT_EQ(one.text(), texts[count++]);
            EXPECT_EQ(one.details.destination, group);
            EXPECT_EQ(one.reply("x").source, nullptr) << "nobody sends from a group's address";
        }
    }
}

TEST_P(datagram_batches, work_on_local_sockets) {
    if (!test::has_local_datagrams)
        GTEST_SKIP() << "no local datagram sockets";
    auto const name = endpoint::local_path(testing::TempDir() + "usocket_batch_" + name_of(GetParam()) + "_" +
                                           std::to_string(where.port()));
    auto local = socket_connect(protocol::datagram, {.read_timeout = patience, .local = name});
    auto client = socket_connect(name, protocol::datagram);
    set_socket_option(client, option::send_buffer_size, std::size_t{150'000});
    std::string const large(100'000, 'l');
    std::vector<outgoing_datagram> all{{.data = "one"}, {.data = ""}, {.data = large}, {.data = "four"}};
    if (GetParam() == datagram_path::offload) {
        EXPECT_THROW(socket_send_batch(client, all, sending()), operation_not_supported_error);
        EXPECT_THROW(socket_receive_batch(local, batch, receiving()), operation_not_supported_error);
        return;
    }
    ASSERT_EQ(socket_send_batch(client, all, sending()).sent(), 4U);
    std::size_t count = 0;
    while (count < 4) {
        socket_receive_batch(local, batch, receiving());
        for (auto const& one : batch) {
            auto const& data = all[count++].data;
            EXPECT_EQ(one.size, data.size());
            EXPECT_EQ(one.buffer.size(), std::min(data.size(), datagram_batch::least_room));
            EXPECT_EQ(one.truncated(), data.size() > datagram_batch::least_room);
            EXPECT_EQ(one.source, endpoint::local_unnamed());
            EXPECT_TRUE(std::equal(one.buffer.begin(), one.buffer.end(), data.data()));
        }
    }
    datagram_batch roomy(1, 200'000);
    ASSERT_EQ(socket_send_batch(client, std::span(all).subspan(2, 1), sending()).sent(), 1U);
    ASSERT_EQ(socket_receive_batch(local, roomy, receiving()), 1U);
    EXPECT_EQ((*roomy.begin()).text(), large);
    // With nobody taking anything, there is no room at last, and what was taken is told exactly.
    std::vector<outgoing_datagram> many(10'000, {.data = "x"});
    std::error_code ec;
    auto const result = socket_send_batch(client, many, {.timeout = 1ms, .path = GetParam()}, ec);
    EXPECT_EQ(ec, errc::timeout);
    ASSERT_GT(result.taken, 0U);
    ASSERT_LT(result.taken, many.size());
    std::size_t received = 0;
    while (socket_receive_batch(local, batch, {.timeout = 0ms, .path = GetParam()}, ec) != 0)
        received += batch.size();
    EXPECT_EQ(received, result.taken);
}

TEST(datagram_batch, is_used_by_many_sockets_and_moves) {
    datagram_batch batch(4);
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(batch.begin(), batch.end());
    auto one = bound();
    auto other = bound();
    endpoint const to_one = get_local_endpoint(one);
    endpoint const to_other = get_local_endpoint(other);
    socket_send(one, "to other", {.destination = &to_other});
    socket_send(other, "to one", {.destination = &to_one});
    ASSERT_EQ(socket_receive_batch(one, batch), 1U);
    EXPECT_EQ((*batch.begin()).text(), "to one");
    datagram_batch moved = std::move(batch);
    EXPECT_EQ((*moved.begin()).text(), "to one");
    EXPECT_EQ((*moved.begin()).source, to_other);
    ASSERT_EQ(socket_receive_batch(other, moved), 1U);
    EXPECT_EQ((*moved.begin()).text(), "to other");
    EXPECT_TRUE(batch.empty()); // NOLINT(bugprone-use-after-move): a batch that was moved from is an empty one
    EXPECT_THROW(socket_receive_batch(one, batch), invalid_argument_error);
    EXPECT_THROW(datagram_batch(0), invalid_argument_error);
    EXPECT_THROW(datagram_batch(1025), invalid_argument_error);
}

TEST(datagram_batch, is_left_empty_by_a_socket_that_is_closed) {
    auto server = bound();
    endpoint const there = get_local_endpoint(server);
    auto client = socket_connect(there, protocol::datagram);
    datagram_batch batch;
    std::error_code ec;
    socket_send(client, "first");
    ASSERT_EQ(socket_receive_batch(server, batch), 1U);
    socket_close(server);
    EXPECT_EQ(socket_receive_batch(server, batch, {}, ec), 0U);
    EXPECT_EQ(ec, errc::invalid_socket) << ec.message();
    EXPECT_TRUE(batch.empty()) << "what was received before is taken for new";
    server = socket_connect(protocol::datagram, {.local_host = there.address(), .local_port = there.port()});
    socket_send(client, "second", ec); // may be told that the first socket went
    if (ec)
        socket_send(client, "second");
    ASSERT_EQ(socket_receive_batch(server, batch, {.timeout = patience}), 1U);
    socket_close(server);
    EXPECT_THROW(socket_receive_batch(server, batch), invalid_socket_error);
    EXPECT_TRUE(batch.empty()) << "what was received before is taken for new";
}

TEST(datagram_batch, receives_many_again_after_joined_ones) {
    if (!supports(datagram_path::calls_of_many))
        GTEST_SKIP() << "one datagram is received in a call";
    auto receiver = bound();
    auto sender = bound();
    endpoint const where = get_local_endpoint(receiver);
    datagram_batch batch;
    std::error_code ec;
    socket_receive_batch(receiver, batch, {.timeout = 0ms}, ec); // from now on they are joined
    std::string const text(200, 'x');
    socket_send_split(sender, text, 20, &where);
    std::size_t count = 0;
    while (count < 10)
        count += socket_receive_batch(receiver, batch);
    for (int i = 0; i < 20; ++i)
        socket_send(sender, std::to_string(i), {.destination = &where});
    std::size_t const first = socket_receive_batch(receiver, batch);
    EXPECT_GE(first, 1U);
    EXPECT_EQ(first + socket_receive_batch(receiver, batch, {.timeout = patience}, ec), 20U) << "what is left, at once";
}

TEST(datagram_batch, takes_what_is_there_without_waiting_for_more) {
    if (!supports(datagram_path::calls_of_many))
        GTEST_SKIP() << "one datagram is received in a call";
    auto receiver = bound();
    auto sender = bound();
    endpoint const where = get_local_endpoint(receiver);
    datagram_batch batch(8);
    for (int i = 0; i < 3; ++i)
        socket_send(sender, std::to_string(i), {.destination = &where});
    EXPECT_EQ(socket_receive_batch(receiver, batch), 3U);
    for (int i = 0; i < 20; ++i)
        socket_send(sender, std::to_string(i), {.destination = &where});
    EXPECT_EQ(socket_receive_batch(receiver, batch), 8U) << "no more than there is storage for";
}

TEST(datagram_batch, refuses_datagrams_of_no_octets_in_a_buffer) {
    auto sender = bound();
    endpoint const where = get_local_endpoint(sender);
    std::error_code ec;
    EXPECT_THROW(socket_send_split(sender, "abc", 0, &where), invalid_argument_error);
    EXPECT_EQ(socket_send_split(sender, "abc", 0, &where, {}, ec).taken, 0U);
    EXPECT_EQ(ec, errc::invalid_argument);
    std::string const large(70000, 'x');
    EXPECT_THROW(socket_send_split(sender, large, 66000, &where), invalid_argument_error);
    EXPECT_EQ(socket_send_split(sender, "abc", SIZE_MAX, &where).sent(), 1U);
    EXPECT_EQ(socket_receive(sender).buffer, "abc");
}

} // namespace
} // namespace usocket
