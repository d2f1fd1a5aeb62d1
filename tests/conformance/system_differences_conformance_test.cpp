// SPDX-License-Identifier: MIT
//
// That systems differ in what docs/platforms.md says, and in nothing else of it: what a system is said to have works,
// and what it is said to lack is `unsupported`.
#include <usocket/usocket.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/differences.hpp"
#include "support/loopback.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

template <class All, class T>
bool contains(All const& all, T value) {
    return std::ranges::find(all, value) != all.end();
}

bool is_missing(option_id id) {
    return contains(differences::missing_options, id) ||
           (is_wine() && contains(differences::missing_options_of_wine, id));
}

/// Success where it is there; elsewhere the class that says that it never will be.
void expect_outcome(std::error_code code, bool there) {
    EXPECT_EQ(code, there ? std::error_condition() : make_error_condition(errc::unsupported)) << code.message();
}

TEST(system_differences, options) {
    for (int number = 0; number < option_id_count; ++number) {
        auto const id = static_cast<option_id>(number);
        EXPECT_EQ(supports(id), !is_missing(id)) << "option " << number;
    }
}

TEST(system_differences, options_that_are_missing_are_refused) {
    auto socket = socket_connect(protocol::datagram);
    std::error_code ec;
    set_socket_option(socket, option::timestamps, true, ec);
    expect_outcome(ec, !is_missing(option_id::timestamps));
    auto connection = loopback::tcp();
    static_cast<void>(socket_option(connection.client, option::tcp_info, ec));
    expect_outcome(ec, !is_missing(option_id::tcp_info));
}

TEST(system_differences, backends) {
    for (auto const which : {backend::select, backend::poll, backend::epoll, backend::kqueue, backend::wsapoll}) {
        bool const there = contains(differences::backends, which);
        EXPECT_EQ(supports(which), there);
        std::error_code ec;
        static_cast<void>(make_wait_list({}, {.backend = which}, ec));
        expect_outcome(ec, there);
    }
    EXPECT_EQ(make_wait_list({}, {.backend = backend::native}).backend(), differences::native);
}

TEST(system_differences, paths_of_datagrams) {
    for (auto const path :
         {datagram_path::automatic, datagram_path::offload, datagram_path::calls_of_many, datagram_path::single_calls})
        EXPECT_EQ(supports(path), !contains(differences::missing_datagram_paths, path)) << static_cast<int>(path);
}

TEST(system_differences, socket_pairs) {
    std::error_code ec;
    static_cast<void>(make_socket_pair(element::character, ec));
    expect_outcome(ec, differences::has_socket_pairs);
    static_cast<void>(make_datagram_pair(ec));
    expect_outcome(ec, differences::has_socket_pairs);
}

TEST(system_differences, local_names) {
    std::string const name = std::string("usocket-differences-").append(std::to_string(loopback::closed_port()));
    auto const path = endpoint::local_path((std::filesystem::temp_directory_path() / name).string());
    std::error_code ec;
    static_cast<void>(socket_listen(endpoint::local_abstract(name), {}, ec));
    expect_outcome(ec, differences::has_abstract_names);
    static_cast<void>(socket_listen(path, {}, ec));
    expect_outcome(ec, has_local_sockets());
    static_cast<void>(socket_listen(path, {.mode = 0600}, ec));
    expect_outcome(ec, has_local_sockets() && paths_have_modes);
}

TEST(system_differences, listeners_that_share_a_port) {
    std::error_code ec;
    auto const first = socket_listen("127.0.0.1", auto_port, {.reuse_port = true}, ec);
    expect_outcome(ec, ports_are_shared);
    if (ec)
        return;
    static_cast<void>(socket_listen("127.0.0.1", get_local_port(first), {.reuse_port = true}, ec));
    expect_outcome(ec, true);
}

TEST(system_differences, ports_that_rest) {
    auto listener = socket_listen("127.0.0.1", auto_port);
    auto client = socket_connect(get_local_endpoint(listener), connect_options{});
    auto server = socket_accept(listener);
    endpoint const where = get_local_endpoint(listener);
    socket_close(server); // whose port therefore rests
    std::array<char, 1> room{};
    EXPECT_EQ(socket_receive(client, room).size, 0U);
    socket_close(client);
    socket_close(listener);
    std::error_code ec;
    static_cast<void>(socket_listen(where, {.reuse_address = false}, ec));
    EXPECT_EQ(ec, closed_ports_rest ? make_error_condition(errc::address_in_use) : std::error_condition());
    static_cast<void>(socket_listen(where, {.reuse_address = true}, ec));
    EXPECT_FALSE(ec) << ec.message();
}

TEST(system_differences, refused_datagrams) {
    endpoint nobody;
    {
        auto const gone = socket_connect(protocol::datagram, {.local_host = "127.0.0.1"});
        nobody = get_local_endpoint(gone);
    }
    auto client = socket_connect(nobody, protocol::datagram);
    socket_send(client, "x");
    std::error_code ec;
    std::array<char, 1> room{};
    static_cast<void>(socket_receive(client, room, {.timeout = tells_refused_datagrams ? 10s : 50ms}, ec));
    EXPECT_EQ(ec, tells_refused_datagrams ? errc::connection_refused : errc::timeout);
}

TEST(system_differences, the_shortest_wait) {
    wait_list list({.backend = differences::native});
    auto shortest = 1h + 0ns;
    for (int i = 0; i < 100; ++i) {
        auto const begin = std::chrono::steady_clock::now();
        static_cast<void>(wait_for_input(list, {.timeout = 50us}));
        shortest = std::min<std::chrono::nanoseconds>(shortest, std::chrono::steady_clock::now() - begin);
    }
    EXPECT_GE(shortest, 50us);
    EXPECT_LT(shortest, waits_below_a_millisecond ? 1ms : 1h);
}

} // namespace
} // namespace usocket::test
