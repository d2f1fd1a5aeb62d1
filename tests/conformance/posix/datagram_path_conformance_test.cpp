// SPDX-License-Identifier: MIT
//
// Batches between two network namespaces, over a link with an MTU of 1500: run by datagrams_between_namespaces.sh.
#include <usocket/usocket.hpp>

#include <array>
#include <cstdlib>
#include <cstring>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace usocket {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;
ip_address const here(10, 9, 0, 1);
ip_address const there(10, 9, 0, 2);
ip_address const everybody(10, 9, 0, 255);

/// A socket of the other namespace, on all its addresses.
datagram_usocket open_there(port const& number = 0) {
    char const* const other = std::getenv("USOCKET_TEST_OTHER_NAMESPACE");
    if (other == nullptr)
        throw std::runtime_error("run this by datagrams_between_namespaces.sh");
    auto made = std::async(std::launch::async, [=] {
        int const space = ::open(other, O_RDONLY | O_CLOEXEC);
        if (space < 0 || ::setns(space, CLONE_NEWNET) != 0)
            throw std::runtime_error("no other namespace");
        ::close(space);
        return socket_connect(protocol::datagram,
                              {.read_timeout = patience, .local_host = wildcard_host_v4, .local_port = number});
    });
    auto socket = made.get();
    set_socket_option(socket, option::packet_info, true);
    set_socket_option(socket, option::receive_hop_limit, true);
    return socket;
}

class datagram_path_over_link : public testing::TestWithParam<datagram_path> {
protected:
    void SetUp() override {
        receiver = open_there();
        sender = socket_connect(protocol::datagram, {.local_host = here});
        where = endpoint(there, get_local_port(receiver));
    }

    /// Sends so many datagrams of one size; the result is that of the call.
    send_batch_result send(std::size_t count, std::size_t size) {
        for (std::size_t i = 0; i < count; ++i)
            texts.emplace_back(size, static_cast<char>('a' + texts.size() % 26));
        all.clear();
        for (std::size_t i = texts.size() - count; i < texts.size(); ++i)
            all.push_back({.data = texts[i], .destination = &where});
        return socket_send_batch(sender, all, {.timeout = patience, .path = GetParam()});
    }
    void expect_all() {
        datagram_batch batch;
        std::size_t count = 0;
        while (count < texts.size()) {
            socket_receive_batch(receiver, batch, {.timeout = patience, .path = GetParam()});
            for (auto const& one : batch) {
                ASSERT_LT(count, texts.size());
                EXPECT_EQ(one.text(), texts[count]) << count;
                EXPECT_EQ(one.source, endpoint(here, get_local_port(sender)));
                EXPECT_EQ(one.details.destination, endpoint(where.address(), get_local_port(receiver)));
                EXPECT_NE(one.details.interface_number, 0U);
                ++count;
            }
        }
    }

    datagram_usocket receiver;
    datagram_usocket sender;
    endpoint where;
    std::vector<std::string> texts;
    std::vector<outgoing_datagram> all;
};
INSTANTIATE_TEST_SUITE_P(paths, datagram_path_over_link,
                         testing::Values(datagram_path::automatic, datagram_path::calls_of_many,
                                         datagram_path::single_calls));

TEST_P(datagram_path_over_link, datagrams_that_fit_arrive) {
    EXPECT_EQ(send(40, 1200).sent(), 40U);
    EXPECT_EQ(send(30, 64).sent(), 30U);
    expect_all();
}

TEST_P(datagram_path_over_link, larger_ones_than_the_path_takes_are_fragmented) {
    EXPECT_EQ(send(10, 3000).sent(), 10U);
    EXPECT_EQ(send(10, 1000).sent(), 10U);
    EXPECT_EQ(send(3, 20000).sent(), 3U);
    expect_all();
}

TEST_P(datagram_path_over_link, or_refused_where_they_must_not_be_and_the_others_go_out) {
    set_socket_option(sender, option::dont_fragment, true);
    EXPECT_EQ(send(5, 1472).sent(), 5U); // 1500 with its headers
    auto const sent = texts;
    auto const result = send(3, 1473);
    EXPECT_EQ(result.taken, 3U);
    EXPECT_EQ(result.refused, 3U);
    for (auto const& one : all)
        EXPECT_EQ(one.error, errc::invalid_argument) << one.error.message();
    texts = sent;
    EXPECT_EQ(send(5, 1472).sent(), 5U);
    expect_all();
}

TEST_P(datagram_path_over_link, broadcasts_take_the_permission) {
    where = endpoint(everybody, where.port());
    auto const result = send(4, 100);
    EXPECT_EQ(result.refused, 4U);
    EXPECT_EQ(all[0].error, errc::operation_not_permitted) << all[0].error.message();
    texts.clear();
    set_socket_option(sender, option::broadcast, true);
    EXPECT_EQ(send(4, 100).sent(), 4U);
    expect_all();
}

TEST_P(datagram_path_over_link, multicast_reaches_the_group) {
    ip_address const group(239, 255, 77, 8);
    set_socket_option(receiver, option::join_multicast_group, {.group = group});
    where = endpoint(group, where.port());
    EXPECT_EQ(send(20, 500).sent(), 20U);
    expect_all();
}

TEST_P(datagram_path_over_link, a_refusal_over_the_link_is_reported_once) {
    auto number = where.port();
    socket_close(receiver);
    auto client = socket_connect(where, protocol::datagram, {.read_timeout = patience});
    socket_send(client, "nobody hears it");
    datagram_batch batch;
    EXPECT_THROW(socket_receive_batch(client, batch), connection_refused_error);
    receiver = open_there(number);
    std::vector<outgoing_datagram> again{{.data = "one"}, {.data = "two"}};
    EXPECT_EQ(socket_send_batch(client, again, {.path = GetParam()}).sent(), 2U);
    EXPECT_EQ(socket_receive(receiver).buffer, "one");
    EXPECT_EQ(socket_receive(receiver).buffer, "two");
}

/// What a router says of a datagram from `from` to `to` that was too large for its next link.
void forge_too_large(endpoint const& from, endpoint const& to) {
    struct {
        icmphdr notice{};
        iphdr ip{};
        udphdr udp{};
    } packet;
    packet.notice.type = ICMP_DEST_UNREACH;
    packet.notice.code = ICMP_FRAG_NEEDED;
    packet.notice.un.frag.mtu = htons(1400);
    packet.ip.version = 4;
    packet.ip.ihl = 5;
    packet.ip.protocol = IPPROTO_UDP;
    packet.ip.saddr = ::inet_addr(from.address().to_string().c_str());
    packet.ip.daddr = ::inet_addr(to.address().to_string().c_str());
    packet.udp.source = htons(from.port());
    packet.udp.dest = htons(to.port());
    std::uint32_t sum = 0;
    std::array<std::uint16_t, sizeof packet / 2> words{};
    std::memcpy(words.data(), &packet, sizeof packet);
    for (std::uint16_t const word : words)
        sum += word;
    packet.notice.checksum = static_cast<std::uint16_t>(~((sum & 0xffff) + (sum >> 16)));
    int const raw = ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = packet.ip.saddr;
    EXPECT_EQ(::sendto(raw, &packet, sizeof packet, 0, reinterpret_cast<sockaddr const*>(&address), sizeof address),
              static_cast<ssize_t>(sizeof packet));
    ::close(raw);
}

/// News of an earlier datagram is no refusal of the run of datagrams that it meets.
TEST_P(datagram_path_over_link, that_an_earlier_one_was_too_large_is_reported_once) {
    auto client = socket_connect(where, protocol::datagram, {.local_host = here});
    for (int round = 0; round < 3; ++round) {
        forge_too_large(get_local_endpoint(client), where);
        std::vector<outgoing_datagram> run(10, {.data = "equal"});
        std::error_code ec;
        std::size_t taken = 0;
        int reports = 0;
        while (taken < run.size()) {
            auto const result = socket_send_batch(client, std::span(run).subspan(taken), {.path = GetParam()}, ec);
            EXPECT_EQ(result.refused, 0U);
            taken += result.taken;
            if (ec) {
                EXPECT_EQ(ec, errc::invalid_argument) << ec.message();
                ASSERT_EQ(++reports, 1);
            }
        }
        EXPECT_EQ(reports, 1);
        for (std::size_t i = 0; i < run.size(); ++i)
            EXPECT_EQ(socket_receive(receiver).buffer, "equal");
    }
    std::error_code ec;
    EXPECT_EQ(socket_receive(receiver, {.timeout = 0ms}, ec).size, 0U);
    EXPECT_EQ(ec, errc::timeout) << "none was sent twice";
}

TEST(datagram_path_forced, offload_refuses_what_it_cannot_send) {
    if (!supports(datagram_path::offload))
        GTEST_SKIP() << "this system has no such path";
    auto receiver = open_there();
    auto sender = socket_connect(protocol::datagram);
    endpoint const where(there, get_local_port(receiver));
    std::string const text(9000, 'x');
    std::error_code ec;
    auto const result = socket_send_split(sender, text, 3000, &where, {.path = datagram_path::offload}, ec);
    EXPECT_EQ(ec, errc::operation_not_supported) << ec.message();
    EXPECT_EQ(result.taken, 0U);
    EXPECT_EQ(socket_send_split(sender, text, 1000, &where, {.path = datagram_path::offload}).sent(), 9U);
    EXPECT_EQ(socket_send_split(sender, text, 3000, &where).sent(), 3U);
}

} // namespace
} // namespace usocket
