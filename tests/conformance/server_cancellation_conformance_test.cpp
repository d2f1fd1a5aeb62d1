// SPDX-License-Identifier: MIT
//
// Whatever usocket call a handler is blocked in, a stop brings it back with interrupted_condition.
#include <usocket/server.hpp>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/pairs.hpp"
#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

using blocking_call = void (*)(stream_usocket&);

void receive_from(stream_usocket& socket) {
    std::array<char, 100> room{};
    static_cast<void>(socket_receive(socket, room));
}

/// Connects until there is no more room in the backlog of a listener that accepts nothing.
void connect_in_vain(stream_usocket&) {
    auto const listener = socket_listen(ip_address::loopback_v4(), auto_port, {.backlog = 0});
    std::vector<stream_usocket> waiting;
    for (;;)
        waiting.push_back(socket_connect(get_local_endpoint(listener)));
}

struct place {
    char const* name;
    blocking_call block;
};
place const places[] = {
    {"read_line",
     [](stream_usocket& socket) {
         std::string line;
         read_line(socket.stream(), line);
     }},
    {"extraction",
     [](stream_usocket& socket) {
         socket.stream().exceptions(std::ios::badbit);
         std::string word;
         socket.stream() >> word;
     }},
    {"read_exactly",
     [](stream_usocket& socket) {
         std::array<char, 100> room{};
         read_exactly(socket.stream(), room);
     }},
    {"write",
     [](stream_usocket& socket) {
         socket.stream().exceptions(std::ios::badbit);
         for (;;)
             socket.stream() << std::string(100'000, 'x');
     }},
    {"flush",
     [](stream_usocket& socket) {
         socket.stream().exceptions(std::ios::badbit);
         for (;;)
             socket.stream() << std::string(1000, 'x') << std::flush;
     }},
    {"socket_receive", receive_from},
    {"socket_receive_with_a_timeout",
     [](stream_usocket& socket) {
         std::array<char, 100> room{};
         static_cast<void>(socket_receive(socket, room, {.timeout = 1h}));
     }},
    {"socket_send",
     [](stream_usocket& socket) {
         std::string const much(100 << 20, 'x');
         socket_send(socket, much);
     }},
    {"socket_accept",
     [](stream_usocket&) {
         auto listener = socket_listen(ip_address::loopback_v4(), auto_port);
         static_cast<void>(socket_accept(listener));
     }},
    {"socket_connect", connect_in_vain},
    {"another_socket",
     [](stream_usocket&) {
         auto pair = connected_pair();
         receive_from(pair.first);
     }},
    {"a_datagram",
     [](stream_usocket&) {
         auto socket = socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4()});
         static_cast<void>(socket_receive(socket));
     }},
    {"wait_for_input", [](stream_usocket& socket) { wait_for_input(socket); }},
    {"wait_for_several",
     [](stream_usocket& socket) {
         auto pair = connected_pair();
         wait_for_input({&socket, &pair.first});
     }},
    {"wait_list",
     [](stream_usocket&) {
         auto pair = connected_pair();
         auto list = make_wait_list({&pair.first});
         wait_for_input(list);
     }},
    {"names",
     [](stream_usocket&) {
         for (;;)
             static_cast<void>(get_hosts_by_name("localhost"));
     }},
    {"inner_scope",
     [](stream_usocket& socket) {
         cancel_scope const inner{1h};
         receive_from(socket);
     }},
    {"inner_scope_for_another_socket",
     [](stream_usocket&) {
         auto pair = connected_pair();
         socket_scope const inner(pair.first);
         receive_from(pair.first);
     }},
    {"moved_socket",
     [](stream_usocket& socket) {
         stream_usocket mine = std::move(socket);
         receive_from(mine);
     }},
};

class server_cancellation : public testing::TestWithParam<place> {
protected:
    /// Runs the call in a handler of a server with these options, and stops the server.
    void expect_interrupted(server_options options, std::chrono::milliseconds pause, stop_options const& how_to_stop) {
        gate handling;
        log_of<errc> how;
        log_of<connection_summary> finished;
        options.on_finished = [&](connection_summary const& summary) { finished.add(summary); };
        server one = serve(
            [&](stream_usocket& socket) {
                handling.open();
                try {
                    GetParam().block(socket);
                    how.add(errc::unknown);
                } catch (condition const& raised) {
                    how.add(raised.kind());
                    EXPECT_NE(dynamic_cast<interrupted_condition const*>(&raised), nullptr) << raised.what();
                    throw;
                }
            },
            options);
        auto client = dial(one);
        ASSERT_TRUE(handling.pass());
        std::this_thread::sleep_for(pause); // so that the stop finds it at various places
        server_report const report = one.stop(how_to_stop);
        EXPECT_TRUE(report.complete);
        EXPECT_EQ(report.counters.cancelled, 1U);
        EXPECT_EQ(report.counters.failed, 0U);
        EXPECT_EQ(how.all(), std::vector{errc::interrupted});
        ASSERT_EQ(finished.size(), 1U);
        EXPECT_EQ(finished.all()[0].reason, finish_reason::cancelled);
    }
};
INSTANTIATE_TEST_SUITE_P(all, server_cancellation, testing::ValuesIn(places),
                         [](auto const& instance) { return instance.param.name; });

TEST_P(server_cancellation, at_once) {
    for (auto const pause : {0ms, 1ms, 5ms, 20ms}) {
        expect_interrupted({}, pause, {});
        expect_interrupted({.multi_threading = true}, pause, {});
    }
    expect_interrupted({.pool = server_pool{}}, 5ms, {});
}

TEST_P(server_cancellation, after_the_drain_time) {
    expect_interrupted({.multi_threading = true}, 0ms, {.drain = 20ms});
}

TEST_P(server_cancellation, within_timeouts_and_deadlines) {
    server_options const bounded{
        .multi_threading = true,
        .limits = {.read_timeout = 1h, .write_timeout = 1h, .idle_timeout = 1h, .connection_deadline = 1h}};
    expect_interrupted(bounded, 0ms, {});
    expect_interrupted(bounded, 10ms, {});
}

TEST(server_cancellations, later_calls_are_interrupted_as_well) {
    gate handling;
    log_of<errc> how;
    server one = serve([&](stream_usocket& socket) {
        auto pair = connected_pair();
        handling.open();
        for (int i = 0; i < 3; ++i) {
            std::error_code ec;
            std::array<char, 10> room{};
            static_cast<void>(socket_receive(socket, room, ec));
            how.add(classify(ec));
            socket_send(socket, "x", ec);
            how.add(classify(ec));
            static_cast<void>(socket_receive(pair.first, room, ec));
            how.add(classify(ec));
        }
    });
    auto client = dial(one);
    ASSERT_TRUE(handling.pass());
    one.stop();
    EXPECT_EQ(how.all(), std::vector(9, errc::interrupted));
}

TEST(server_cancellations, a_stream_tells_it_by_its_condition) {
    gate handling;
    log_of<errc> how;
    server one = serve([&](std::iostream& stream) {
        handling.open();
        std::string word;
        stream >> word;
        EXPECT_TRUE(stream.bad());
        EXPECT_TRUE(word.empty());
        how.add(classify(dynamic_cast<socket_stream&>(stream).condition()));
    });
    auto client = dial(one);
    ASSERT_TRUE(handling.pass());
    one.stop();
    EXPECT_EQ(how.all(), std::vector{errc::interrupted});
}

TEST(server_cancellations, what_came_before_is_counted) {
    gate handling;
    log_of<std::string> got;
    server one = serve([&](socket_stream& stream) {
        std::string line;
        for (int i = 0; i < 2; ++i) {
            read_line(stream, line);
            got.add(line);
        }
        handling.open();
        EXPECT_THROW(read_line(stream, line), interrupted_condition);
    });
    auto client = dial(one);
    socket_send(client, "one\ntwo\nhal");
    ASSERT_TRUE(handling.pass());
    server_report const report = one.stop();
    EXPECT_EQ(got.all(), (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(report.counters.received, 11U);
}

} // namespace
} // namespace usocket::test
