// SPDX-License-Identifier: MIT
//
// Handlers of connections: their types, what becomes of the socket when they return or raise.
#include <usocket/server.hpp>

#include <iostream>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

// The contract of handler types, as the compiler sees it.
using on_iostream = void (*)(std::iostream&);
using on_ostream = void (*)(std::ostream&);
using on_socket = void (*)(stream_usocket&);
using on_octets = void (*)(std::span<std::byte const>);
static_assert(server_handler<on_iostream> && stream_handler<on_iostream>);
static_assert(stream_handler<on_ostream>);
static_assert(server_handler<on_socket> && !stream_handler<on_socket>);
static_assert(server_handler<on_octets> && !stream_handler<on_octets> && !connection_handler<on_octets>);
static_assert(!server_handler<void (*)(int)> && !server_handler<on_socket, int>);
static_assert(server_handler<void (*)(stream_usocket&, int&), std::reference_wrapper<int>>);

void with_iostream(std::iostream& stream) {
    std::string word;
    stream >> word;
    stream << "iostream " << word << '\n';
}
void with_socket_stream(socket_stream& stream) {
    std::string line;
    read_line(stream, line);
    stream << "socket_stream " << line << '\n';
}
void with_socket(stream_usocket& socket) {
    std::string line;
    read_line(socket.stream(), line);
    socket.stream() << "stream_usocket " << line << '\n';
}
struct with_either {
    void operator()(socket_stream& stream) const { with_socket_stream(stream); }
    void operator()(stream_usocket& socket) const { with_socket(socket); }
    void operator()(std::span<std::byte const>) const { ADD_FAILURE() << "the last that is looked for"; }
};
struct with_socket_or_octets {
    void operator()(stream_usocket& socket) const { with_socket(socket); }
    void operator()(std::span<std::byte const>) const { ADD_FAILURE() << "looked for after the socket"; }
};

template <class Handler>
std::string answer_of(Handler handler) {
    server one = serve(handler);
    auto client = dial(one);
    return ask(client, "word");
}

TEST(server_handlers, are_told_apart_by_type) {
    EXPECT_EQ(answer_of(with_iostream), "iostream word");
    EXPECT_EQ(answer_of(with_socket_stream), "socket_stream word");
    EXPECT_EQ(answer_of(with_socket), "stream_usocket word");
    EXPECT_EQ(answer_of(with_either()), "socket_stream word");
    EXPECT_EQ(answer_of(with_socket_or_octets()), "stream_usocket word");
    EXPECT_EQ(answer_of([](auto& stream) { stream << "generic\n"; }), "generic");
    EXPECT_EQ(answer_of([](socket_stream& stream) {
                  stream << "result unused\n";
                  return 5;
              }),
              "result unused");
}

TEST(server_handlers, a_lvalue_is_copied) {
    int calls = 0;
    auto const handler = [&calls](socket_stream& stream) { stream << ++calls << '\n'; };
    server one = socket_server(ip_address::loopback_v4(), auto_port, handler, {.in_new_thread = true});
    auto client = dial(one);
    EXPECT_EQ(hear(client), "1");
}

TEST(server_handlers, what_is_buffered_goes_out_when_they_return) {
    server one = serve([](socket_stream& stream) { stream << "never flushed"; });
    auto client = dial(one);
    EXPECT_EQ(read_all(client), "never flushed");
    server other = serve([](stream_usocket& socket) { socket.stream() << "nor here"; });
    auto second = dial(other);
    EXPECT_EQ(read_all(second), "nor here");
}

TEST(server_handlers, a_slow_client_gets_the_last_output) {
    constexpr std::size_t size = 3 << 20;
    log_of<connection_summary> finished;
    server one = serve(
        [](socket_stream& stream) {
            stream << std::string(size, 'x');
            stream << "end";
        },
        {.multi_threading = true, .on_finished = [&](connection_summary const& summary) { finished.add(summary); }});
    auto client =
        dial(one, {.configure = [](auto& socket) { set_socket_option(socket, option::receive_buffer_size, 4096); }});
    std::string all;
    std::string some(10'000, '\0');
    for (;;) {
        std::size_t const got = socket_receive(client, some).size;
        if (got == 0)
            break;
        all.append(some, 0, got);
    }
    EXPECT_EQ(all.size(), size + 3);
    EXPECT_EQ(all.substr(size), "end");
    ASSERT_TRUE(eventually([&] { return finished.size() == 1; }));
    EXPECT_EQ(finished.all()[0].sent, size + 3);
    EXPECT_EQ(finished.all()[0].reason, finish_reason::returned);
}

TEST(server_handlers, last_output_that_cannot_be_sent_is_a_failure) {
    gate begun; // some systems do not accept what was reset before
    gate was_reset;
    log_of<server_failure> failures;
    log_of<connection_summary> finished;
    server one = serve(
        [&](socket_stream& stream) {
            begun.open();
            EXPECT_TRUE(was_reset.pass());
            EXPECT_TRUE(eventually([&] { return listen(stream); }));
            stream << "too late";
        },
        {.on_finished = [&](connection_summary const& summary) { finished.add(summary); },
         .on_error = [&](server_failure const& failure) { failures.add(failure); }});
    auto client = dial(one);
    endpoint const here = get_local_endpoint(client);
    ASSERT_TRUE(begun.pass());
    reset(std::move(client));
    was_reset.open();
    ASSERT_TRUE(eventually([&] { return finished.size() == 1; }));
    EXPECT_EQ(finished.all()[0].reason, finish_reason::failed);
    EXPECT_EQ(finished.all()[0].sent, 0U);
    EXPECT_EQ(one.stop().counters.failed, 1U);
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(failures.all()[0].remote, here);
}

TEST(server_handlers, may_close_their_socket_themselves) {
    log_of<server_failure> failures;
    server one = serve(
        [](stream_usocket& socket) {
            socket.stream() << "bye\n";
            socket_close(socket);
        },
        {.on_error = [&](server_failure const& failure) { failures.add(failure); }});
    auto client = dial(one);
    EXPECT_EQ(read_all(client), "bye\n");
    EXPECT_EQ(one.stop({.drain = patience}).counters.served, 1U);
    EXPECT_EQ(failures.size(), 0U);
}

TEST(server_handlers, may_take_the_socket_away) {
    stream_usocket taken;
    gate has_it;
    log_of<connection_summary> finished;
    server one = serve(
        [&](stream_usocket& socket) {
            std::string line;
            read_line(socket.stream(), line);
            taken = std::move(socket);
            taken.stream() << "taken\n" << std::flush;
        },
        {.on_finished = [&](connection_summary const& summary) {
            finished.add(summary);
            has_it.open();
        }});
    auto client = dial(one);
    EXPECT_EQ(ask(client, "hello"), "taken");
    ASSERT_TRUE(has_it.pass()) << "the server is done with it";
    EXPECT_EQ(finished.all()[0].reason, finish_reason::returned);
    EXPECT_EQ(finished.all()[0].received, 6U);
    server_report const report = one.stop();
    EXPECT_EQ(report.counters.served, 1U);
    EXPECT_EQ(report.counters.active, 0U);
    socket_send(client, "still there\n");
    EXPECT_EQ(hear(taken), "still there");
    socket_send(taken, "and back\n");
    EXPECT_EQ(hear(client), "and back");
    EXPECT_EQ(one.counters().received, 6U) << "not what was moved later";
}

TEST(server_handlers, may_move_the_socket_to_a_local_variable_and_be_cancelled) {
    gate handling;
    log_of<errc> how;
    server one = serve([&](stream_usocket& socket) {
        stream_usocket mine = std::move(socket);
        handling.open();
        std::error_code ec;
        std::string line;
        read_line(mine.stream(), line, ec);
        how.add(classify(ec));
    });
    auto client = dial(one);
    ASSERT_TRUE(handling.pass());
    EXPECT_TRUE(one.stop().complete);
    EXPECT_EQ(how.all(), std::vector{errc::interrupted});
    EXPECT_TRUE(hangs_up(client));
}

} // namespace
} // namespace usocket::test
