// SPDX-License-Identifier: MIT
//
// What servers have from the original: the blocking call, the options, the client's address, the ready-made handlers.
#include <usocket/server.hpp>

#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/loopback.hpp"
#include "support/server_client.hpp"
#include "support/system_traits.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

endpoint free_place() { return {ip_address::loopback_v4(), loopback::closed_port()}; }

TEST(server_surface, a_handler_ends_the_blocking_call) {
    endpoint const where = free_place();
    std::thread client([&] {
        auto first = dial_when_there(where);
        EXPECT_EQ(ask(first, "one"), "one");
        socket_close(first);
        auto second = dial_when_there(where);
        EXPECT_EQ(ask(second, "stop"), "stopping");
        EXPECT_EQ(hear(second), "(end)");
    });
    int connections = 0;
    auto const caller = std::this_thread::get_id();
    server done = socket_server(where.address(), where.port(), [&](socket_stream& stream) {
        ++connections;
        EXPECT_EQ(std::this_thread::get_id(), caller) << "one at a time then means on this thread";
        for (std::string line; read_line(stream, line);) {
            if (line == "stop") {
                EXPECT_TRUE(stop_server({.drain = patience}));
                stream << "stopping\n";
                return;
            }
            stream << line << '\n';
        }
    });
    client.join();
    EXPECT_EQ(connections, 2);
    EXPECT_FALSE(done.running());
    EXPECT_EQ(done.port(), where.port()) << "also after the stop";
    server_report const report = done.wait();
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.served, 2U);
    EXPECT_EQ(report.counters.drained, 1U);
}

TEST(server_surface, a_cancel_scope_ends_the_blocking_call) {
    endpoint const where = free_place();
    server done;
    {
        cancel_scope scope;
        std::thread client([&] {
            auto socket = dial_when_there(where);
            EXPECT_EQ(ask(socket, "hello"), "hello");
            scope.cancel();
            EXPECT_TRUE(hangs_up(socket));
        });
        done = socket_server(where.address(), where.port(), answer_lines);
        client.join();
    }
    EXPECT_FALSE(done.running());
    EXPECT_TRUE(done.wait().complete);
    EXPECT_EQ(done.counters().cancelled, 1U);
}

TEST(server_surface, a_deadline_ends_the_blocking_call) {
    for (auto const length : {50ms, 0ms}) {
        server done;
        {
            cancel_scope const scope{length};
            done = socket_server(ip_address::loopback_v4(), auto_port, answer_lines);
        }
        EXPECT_FALSE(done.running());
        EXPECT_TRUE(done.wait().complete);
    }
}

TEST(server_surface, the_scopes_end_leaves_handlers_the_drain_time) {
    endpoint const where = free_place();
    gate handling;
    gate finish;
    server done;
    {
        cancel_scope scope;
        std::thread client([&] {
            auto socket = dial_when_there(where);
            EXPECT_TRUE(handling.pass());
            scope.cancel();
            finish.open();
            EXPECT_EQ(hear(socket), "finished");
        });
        done = socket_server(where.address(), where.port(),
                             [&](socket_stream& stream) {
                                 handling.open();
                                 finish.pass();
                                 stream << "finished\n";
                             },
                             {.multi_threading = true, .drain = patience});
        client.join();
    }
    EXPECT_EQ(done.wait().counters.served, 1U);
}

TEST(server_surface, in_new_thread_it_returns_when_it_listens) {
    server one = socket_server(ip_address::loopback_v4(), auto_port, answer_lines, {.in_new_thread = true});
    EXPECT_TRUE(one.running());
    EXPECT_NE(one.port(), 0);
    EXPECT_EQ(one.address(), endpoint(ip_address::loopback_v4(), one.port()));
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "hello");
}

TEST(server_surface, the_protocol_must_agree_with_the_handler) {
    auto const datagrams = [](std::span<std::byte const>) {};
    EXPECT_THROW((void)serve(answer_lines, {.protocol = protocol::datagram}), invalid_argument_error);
    EXPECT_THROW((void)serve(datagrams, {.protocol = protocol::stream}), invalid_argument_error);
    std::error_code ec;
    server const none = socket_server(ip_address::loopback_v4(), auto_port, answer_lines,
                                      {.in_new_thread = true, .protocol = protocol::datagram}, ec);
    EXPECT_EQ(ec, errc::invalid_argument);
    EXPECT_FALSE(none.running());
    server streams = serve(answer_lines, {.protocol = protocol::stream});
    auto client = dial(streams);
    EXPECT_EQ(ask(client, "agreed"), "agreed");
    server packets = serve(default_udp_handler, {.protocol = protocol::datagram});
    auto sender = dial_datagrams(packets.address());
    socket_send(sender, "agreed");
    EXPECT_EQ(socket_receive(sender).buffer, "agreed");
}

TEST(server_surface, the_element_type_reaches_the_stream) {
    auto const tell = [](stream_usocket& socket) {
        bool const skips = (socket.stream().flags() & std::ios::skipws) != 0;
        socket.stream() << (socket.element_type() == element::octet ? "octet" : "character") << skips << '\n';
    };
    for (auto const& [type, name] :
         {std::pair(element::octet, "octet0"), std::pair(element::character, "character1")}) {
        server one = serve(tell, {.element_type = type});
        auto client = dial(one);
        EXPECT_EQ(hear(client), name);
    }
}

TEST(server_surface, reuse_address_can_be_turned_off) {
    if (!closed_ports_rest)
        GTEST_SKIP() << "a port can be used again at once here";
    server first = serve([](socket_stream&) {});
    auto client = dial(first);
    EXPECT_EQ(hear(client), "(end)") << "closed by the server first, whose end waits for a minute";
    socket_close(client);
    endpoint const where = first.address();
    first.stop();
    std::error_code ec;
    {
        server const strict = socket_server(where.address(), where.port(), answer_lines,
                                            {.in_new_thread = true, .reuse_address = false}, ec);
        EXPECT_EQ(ec, errc::address_in_use);
    }
    server const again = socket_server(where.address(), where.port(), answer_lines, {.in_new_thread = true}, ec);
    EXPECT_FALSE(ec) << ec.message();
    EXPECT_EQ(again.port(), where.port());
}

void greet(socket_stream& stream, std::string const& word, std::atomic<int>& count,
           std::shared_ptr<int> const& shared) {
    stream << word << ' ' << ++count << ' ' << *shared << '\n';
}

TEST(server_surface, arguments_are_bound_as_a_thread_does) {
    std::string word = "hello";
    std::atomic<int> count{0};
    auto shared = std::make_shared<int>(7);
    std::weak_ptr<int> const watched = shared;
    {
        server one = serve(greet, {}, word, std::ref(count), std::move(shared));
        EXPECT_EQ(shared, nullptr) << "moved from";
        word = "changed afterwards";
        for (auto const* const expected : {"hello 1 7", "hello 2 7"}) {
            auto client = dial(one);
            EXPECT_EQ(hear(client), expected);
        }
        EXPECT_EQ(count, 2);
        EXPECT_FALSE(watched.expired());
    }
    EXPECT_TRUE(watched.expired()) << "gone with the server";
}

TEST(server_surface, all_calls_share_the_function) {
    for (bool const threads : {false, true}) {
        server one = serve([count = std::make_shared<int>(100),
                            own = 0](socket_stream& stream) mutable { stream << ++own << ' ' << ++*count << '\n'; },
                           {.multi_threading = threads});
        for (auto const* const expected : {"1 101", "2 102", "3 103"}) {
            auto client = dial(one);
            EXPECT_EQ(hear(client), expected);
            EXPECT_TRUE(hangs_up(client));
        }
    }
}

std::string whoever() {
    std::ostringstream text;
    text << (remote_host() ? remote_host()->to_string() : "nobody") << ' ' << remote_port().value_or(0) << ' '
         << remote_endpoint().to_string();
    return text.str();
}

TEST(server_surface, handlers_know_their_client) {
    EXPECT_FALSE(remote_host());
    EXPECT_FALSE(remote_port());
    EXPECT_EQ(remote_endpoint(), endpoint());
    EXPECT_FALSE(stop_server()) << "there is none here";
    for (bool const threads : {false, true}) {
        server one = serve([](socket_stream& stream) { stream << whoever() << '\n'; }, {.multi_threading = threads});
        for (int i = 0; i < 3; ++i) {
            auto client = dial(one);
            endpoint const here = get_local_endpoint(client);
            EXPECT_EQ(hear(client), "127.0.0.1 " + std::to_string(here.port()) + ' ' + here.to_string());
        }
    }
    server packets = serve([](std::span<std::byte const>) { return whoever(); });
    auto client = dial_datagrams(packets.address());
    endpoint const here = get_local_endpoint(client);
    socket_send(client, "who am I?");
    EXPECT_EQ(socket_receive(client).buffer, "127.0.0.1 " + std::to_string(here.port()) + ' ' + here.to_string());
    EXPECT_EQ(remote_endpoint(), endpoint()) << "here still nobody";
}

TEST(server_surface, the_default_handler_writes_an_empty_line) {
    server one = serve(default_tcp_handler);
    auto client = dial(one);
    EXPECT_EQ(read_all(client), "\n");
}

TEST(server_surface, the_echo_sends_back_every_octet) {
    constexpr std::size_t size = 5 << 20;
    std::string sent(size, '\0');
    std::uint32_t state = 1;
    for (char& octet : sent)
        octet = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    server one = serve(echo_tcp_handler);
    auto client = dial(one);
    std::thread sending([&] {
        socket_send(client, sent);
        socket_shutdown(client, direction::output);
    });
    std::string const got = read_all(client);
    sending.join();
    EXPECT_TRUE(got == sent);
    server_report const report = one.stop({.drain = patience});
    EXPECT_EQ(report.counters.served, 1U) << "the end of the stream ends the handler";
    EXPECT_EQ(report.counters.received, size);
    EXPECT_EQ(report.counters.sent, size);
}

TEST(server_surface, the_echo_waits_for_no_line_to_end) {
    server one = serve(echo_tcp_handler);
    auto client = dial(one);
    for (std::string const text : {"no end of line", "\n", "x"}) {
        socket_send(client, text);
        std::string back(text.size(), '\0');
        EXPECT_EQ(read_exactly(client.stream(), back), text.size());
        EXPECT_EQ(back, text);
    }
}

} // namespace
} // namespace usocket::test
