// SPDX-License-Identifier: MIT
//
// One server on many addresses, and many sockets on one address.
#include <usocket/server.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;
namespace files = std::filesystem;

/// A path where nothing is, and nothing is left.
class free_path {
public:
    ~free_path() {
        std::error_code ec;
        files::remove(path_, ec);
    }
    [[nodiscard]] std::string const& text() const { return path_; }
    [[nodiscard]] endpoint place() const { return endpoint::local_path(path_); }

private:
    std::string path_ =
        (files::temp_directory_path() / ("usocket-server-" + std::to_string(loopback::closed_port()))).string();
};

std::string whoever() {
    return remote_endpoint().to_string() + (remote_host() ? " with an address" : " without an address");
}

TEST(server_listeners, several_addresses_are_one_server) {
    if (!has_local_sockets())
        GTEST_SKIP() << "there are no local sockets here";
    free_path const path;
    std::array const places{endpoint(ip_address::loopback_v4(), 0), endpoint(ip_address::loopback_v6(), 0),
                            path.place(), endpoint(ip_address(127, 0, 0, 2), 0)};
    server one = socket_server(places, answer_lines, {.in_new_thread = true, .multi_threading = true});
    auto const addresses = one.addresses();
    ASSERT_EQ(addresses.size(), places.size());
    EXPECT_EQ(one.address(), addresses[0]);
    EXPECT_EQ(one.port(), addresses[0].port());
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].is_ip()) {
            EXPECT_EQ(addresses[i].address(), places[i].address());
            EXPECT_NE(addresses[i].port(), 0);
        } else {
            EXPECT_EQ(addresses[i], places[i]);
        }
    }
    std::vector<stream_usocket> clients;
    for (endpoint const& place : addresses) {
        clients.push_back(dial(place));
        EXPECT_EQ(ask(clients.back(), place.to_string()), place.to_string());
    }
    EXPECT_EQ(one.counters().active, places.size());
    server_report const report = one.stop();
    EXPECT_EQ(report.counters.cancelled, places.size());
    for (auto& client : clients)
        EXPECT_TRUE(hangs_up(client));
    EXPECT_EQ(one.addresses().size(), places.size()) << "also after the stop";
}

TEST(server_listeners, several_addresses_are_served_one_connection_at_a_time) {
    crowd inside;
    endpoint const any(ip_address::loopback_v4(), 0);
    server one = socket_server({any, any, any},
                               [&](socket_stream& stream) {
                                   crowd::visit const here(inside);
                                   answer_lines(stream);
                               },
                               {.in_new_thread = true});
    std::vector<std::thread> clients;
    for (auto const& place : one.addresses()) {
        clients.emplace_back([place] {
            for (int i = 0; i < 30; ++i) {
                auto client = dial(place);
                EXPECT_EQ(ask(client, "x"), "x");
            }
        });
    }
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(inside.most(), 1);
    EXPECT_TRUE(eventually([&] { return one.counters().served == 90; }));
}

TEST(server_listeners, several_addresses_can_be_served_by_the_blocking_call) {
    if (!has_local_sockets())
        GTEST_SKIP() << "there are no local sockets here";
    endpoint const first(ip_address::loopback_v4(), loopback::closed_port());
    free_path const path;
    std::thread client([&] {
        auto one = dial_when_there(path.place());
        EXPECT_EQ(ask(one, "x"), "x");
        socket_close(one);
        auto other = dial_when_there(first);
        EXPECT_EQ(ask(other, "y"), "y");
        socket_close(other);
        auto last = dial_when_there(path.place());
        last.stream() << "stop\n" << std::flush;
        EXPECT_TRUE(hangs_up(last));
    });
    server done = socket_server({first, path.place()}, [](socket_stream& stream) {
        for (std::string line; read_line(stream, line);) {
            if (line == "stop")
                stop_server();
            stream << line << '\n';
        }
    });
    client.join();
    EXPECT_EQ(done.wait().counters.accepted, 3U);
    EXPECT_FALSE(files::exists(path.text()));
}

TEST(server_listeners, datagrams_on_several_addresses) {
    std::array const places{endpoint(ip_address::loopback_v4(), 0), endpoint(ip_address::loopback_v6(), 0)};
    server one = socket_server(places, default_udp_handler, {.in_new_thread = true});
    for (endpoint const& place : one.addresses()) {
        auto client = dial_datagrams(place);
        for (std::string const text : {"one", "", "three"}) {
            socket_send(client, text);
            EXPECT_EQ(socket_receive(client).buffer, text);
        }
    }
    server_report const report = one.stop();
    EXPECT_EQ(report.counters.served, 6U);
    EXPECT_EQ(report.counters.received, 16U);
}

TEST(server_listeners, a_local_path_comes_and_goes) {
    if (!has_local_sockets() || !paths_have_modes)
        GTEST_SKIP() << "there are no local sockets here, or none with permissions";
    free_path const path;
    for (int round = 0; round < 3; ++round) {
        server one = socket_server({path.place()}, [](socket_stream& stream) { stream << whoever() << '\n'; },
                                   {.in_new_thread = true, .mode = 0600});
        EXPECT_EQ(one.port(), 0);
        EXPECT_EQ(one.address(), path.place());
        EXPECT_EQ(files::status(path.text()).permissions(), files::perms(0600));
        auto client = dial(one);
        EXPECT_EQ(hear(client), "unix: without an address");
        if (round != 1)
            one.stop();
        else
            one = server();
        EXPECT_FALSE(files::exists(path.text()));
    }
}

TEST(server_listeners, the_mode_is_as_asked_for) {
    if (!has_local_sockets() || !paths_have_modes)
        GTEST_SKIP() << "there are no local sockets here, or none with permissions";
    for (unsigned const mode : {0600U, 0660U, 0777U}) {
        free_path const path;
        server const one = socket_server({path.place()}, answer_lines, {.in_new_thread = true, .mode = mode});
        EXPECT_EQ(files::status(path.text()).permissions(), files::perms(mode));
    }
}

TEST(server_listeners, what_is_no_socket_is_not_replaced) {
    if (!has_local_sockets())
        GTEST_SKIP() << "there are no local sockets here";
    free_path const path;
    std::ofstream(path.text()) << "precious";
    std::error_code ec;
    server const none = socket_server(std::array{path.place()}, answer_lines, {.in_new_thread = true}, ec);
    EXPECT_TRUE(ec);
    EXPECT_EQ(files::file_size(path.text()), 8U);
}

TEST(server_listeners, a_host_name_is_looked_up) {
    server one = socket_server("localhost", auto_port, answer_lines, {.in_new_thread = true});
    EXPECT_TRUE(one.address().address().is_loopback());
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
}

TEST(server_listeners, the_wildcard_takes_both_families_unless_told_otherwise) {
    for (bool const only_v6 : {false, true}) {
        server one =
            socket_server(wildcard_host, auto_port, answer_lines, {.in_new_thread = true, .ipv6_only = only_v6});
        auto six = dial(endpoint(ip_address::loopback_v6(), one.port()));
        EXPECT_EQ(ask(six, "six"), "six");
        socket_close(six);
        std::error_code ec;
        static_cast<void>(socket_connect(ip_address::loopback_v4(), one.port(), {.timeout = patience}, ec));
        EXPECT_EQ(ec == errc::connection_refused, only_v6) << ec.message();
    }
}

class server_shards : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(all, server_shards, testing::Bool(),
                         [](auto const& instance) { return instance.param ? "threads" : "by_themselves"; });

TEST_P(server_shards, share_the_connections_of_a_port) {
    if (!ports_are_shared)
        GTEST_SKIP() << "listeners cannot share a port here";
    constexpr std::size_t count = 200;
    log_of<std::thread::id> threads;
    server one = serve(
        [&](socket_stream& stream) {
            threads.add(std::this_thread::get_id());
            answer_lines(stream);
        },
        {.multi_threading = GetParam(), .shards = 4});
    EXPECT_EQ(one.addresses().size(), 1U) << "one for each address asked for";
    for (std::size_t i = 0; i < count; ++i) {
        auto client = dial(one);
        EXPECT_EQ(ask(client, "x"), "x");
    }
    auto const all = threads.all();
    EXPECT_EQ(all.size(), count);
    EXPECT_GT((std::set<std::thread::id>(all.begin(), all.end()).size()), 1U);
    EXPECT_TRUE(eventually([&] { return one.counters().served == count; }));
    server_report const report = one.stop();
    EXPECT_EQ(report.counters.accepted, count);
    EXPECT_EQ(report.counters.received, 2 * count);
    std::error_code ec;
    static_cast<void>(socket_connect(one.address(), {}, ec));
    EXPECT_EQ(ec, errc::connection_refused) << "all of them are gone";
}

TEST(server_several_shards, datagram_servers_share_a_port) {
    if (!ports_are_shared)
        GTEST_SKIP() << "listeners cannot share a port here";
    log_of<std::thread::id> threads;
    server one = serve(
        [&](std::span<std::byte const> request) {
            threads.add(std::this_thread::get_id());
            return request;
        },
        {.shards = 4});
    for (int i = 0; i < 100; ++i) {
        auto client = dial_datagrams(one.address());
        socket_send(client, "x");
        EXPECT_EQ(socket_receive(client).buffer, "x");
    }
    auto const all = threads.all();
    EXPECT_GT((std::set<std::thread::id>(all.begin(), all.end()).size()), 1U);
    EXPECT_EQ(one.stop().counters.served, 100U);
}

TEST(server_several_shards, on_several_addresses) {
    if (!ports_are_shared)
        GTEST_SKIP() << "listeners cannot share a port here";
    std::array const places{endpoint(ip_address::loopback_v4(), 0), endpoint(ip_address::loopback_v6(), 0)};
    server one = socket_server(places, answer_lines, {.in_new_thread = true, .multi_threading = true, .shards = 3});
    ASSERT_EQ(one.addresses().size(), 2U);
    for (int i = 0; i < 20; ++i) {
        auto client = dial(one.addresses()[static_cast<std::size_t>(i % 2)]);
        EXPECT_EQ(ask(client, "x"), "x");
    }
}

TEST(server_several_shards, are_not_for_local_sockets) {
    if (!has_local_sockets())
        GTEST_SKIP() << "there are no local sockets here";
    free_path const path;
    EXPECT_THROW((void)socket_server({path.place()}, answer_lines, {.in_new_thread = true, .shards = 2}), unsupported);
    EXPECT_FALSE(files::exists(path.text()));
    std::error_code ec;
    std::array const places{endpoint(ip_address::loopback_v4(), 0), path.place()};
    server const none = socket_server(places, answer_lines, {.in_new_thread = true, .shards = 2}, ec);
    EXPECT_EQ(ec, errc::unsupported);
    EXPECT_FALSE(none.running());
}

} // namespace
} // namespace usocket::test
