// SPDX-License-Identifier: MIT
#include <usocket/connect.hpp>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <usocket/cancel_scope.hpp>
#include <usocket/options.hpp>
#include <usocket/transfer.hpp>

#include "support/loopback.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

u::ip_address const v4 = u::ip_address::loopback_v4();
u::ip_address const v6 = u::ip_address::loopback_v6();

/// A resolver that knows one answer.
u::resolver_function answer(std::vector<u::ip_address> addresses) {
    return [addresses](std::string_view) { return u::sequence<u::ip_address>(std::span(addresses)); };
}

/// A listener whose backlog is full, so that a connect to it hangs: the system drops what it cannot queue.
class full_listener {
public:
    full_listener() : listener_(u::socket_listen(v4, u::auto_port, {.backlog = 0})) {
        for (;;) {
            std::error_code ec;
            auto filler = u::socket_connect(v4, port(), {.connect_timeout = 100ms}, ec);
            if (ec)
                return;
            fillers_.push_back(std::move(filler));
        }
    }
    [[nodiscard]] std::uint16_t port() const { return u::get_local_port(listener_); }
    void accept_one() { accepted_.push_back(u::socket_accept(listener_)); }

private:
    u::stream_server_usocket listener_;
    std::vector<u::stream_usocket> fillers_;
    std::vector<u::stream_usocket> accepted_;
};

template <class Condition, class Body>
Condition raised_by(Body&& body) {
    try {
        body();
    } catch (Condition const& condition) {
        return condition;
    }
    throw std::logic_error("nothing was raised");
}

} // namespace

TEST(socket_connect, reaches_a_listener_by_every_kind_of_designator) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto const port = u::get_local_port(listener);
    for (auto const& host : {u::host("localhost"), u::host("127.0.0.1"), u::host(0x7f000001), u::host{127, 0, 0, 1},
                             u::host(std::array<std::uint8_t, 4>{127, 0, 0, 1}), u::host(v4)}) {
        auto socket = u::socket_connect(host, port);
        EXPECT_TRUE(socket.is_open());
        EXPECT_EQ(u::get_peer_port(socket), port);
        EXPECT_EQ(u::get_peer_address(socket), v4);
        auto accepted = u::socket_accept(listener);
        EXPECT_EQ(u::get_peer_name(accepted), u::get_local_name(socket));
    }
}

TEST(socket_connect, works_over_ipv6) {
    auto made = loopback::tcp(v6);
    EXPECT_EQ(u::get_peer_address(made.client), v6);
    u::socket_send(made.client, "six");
    std::array<char, 8> buffer{};
    EXPECT_EQ(u::socket_receive(made.server, buffer).size, 3U);
}

TEST(socket_connect, braces_and_integers_name_a_host) {
    auto listener = u::socket_listen({127, 0, 0, 1}, 0);
    auto const port = u::get_local_port(listener);
    EXPECT_TRUE(u::socket_connect({127, 0, 0, 1}, port).is_open());
    EXPECT_TRUE(u::socket_connect(0x7f000001, port).is_open());
    EXPECT_TRUE(u::socket_connect(v4, std::to_string(port)).is_open());
}

TEST(socket_connect, refused_tells_whom_and_why) {
    auto const port = loopback::closed_port();
    auto const condition =
        raised_by<u::connection_refused_error>([&] { static_cast<void>(u::socket_connect("localhost", port)); });
    EXPECT_EQ(condition.operation(), "socket_connect");
    EXPECT_EQ(condition.code(), std::errc::connection_refused);
    EXPECT_EQ(condition.remote(), u::endpoint(v4, port));
    ASSERT_GE(condition.attempts().size(), 1U);
    EXPECT_EQ(condition.attempts().front().reason, u::errc::connection_refused);
    std::string const message = condition.what();
    EXPECT_NE(message.find("socket_connect to localhost:" + std::to_string(port) + ": connection refused"),
              std::string::npos)
        << message;
    EXPECT_NE(message.find("127.0.0.1"), std::string::npos) << message;
}

TEST(socket_connect, reports_without_raising) {
    std::error_code ec = std::make_error_code(std::errc::io_error);
    auto socket = u::socket_connect(v4, loopback::closed_port(), {}, ec);
    EXPECT_EQ(ec, u::errc::connection_refused);
    EXPECT_FALSE(socket.is_open());
    auto listener = u::socket_listen(v4, u::auto_port);
    socket = u::socket_connect(v4, u::get_local_port(listener), {}, ec);
    EXPECT_FALSE(ec);
    EXPECT_TRUE(socket.is_open());
}

TEST(socket_connect, refuses_what_cannot_be_a_peer) {
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, 0)), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, 65536)), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, -1)), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, "no-such-service-here")), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(u::wildcard_host, 80)), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(0x1'0000'0000LL, 80)), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(u::endpoint(), {})), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect("127.1", 80)), u::ns_host_not_found_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect("", 80)), u::ns_host_not_found_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(std::string("local\0host", 10), 80)), u::ns_host_not_found_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(std::string(300, 'a'), 80)), u::ns_host_not_found_error);
}

TEST(socket_connect, an_ipv4_address_is_refused_where_only_ipv6_is_wanted) {
    auto listener = u::socket_listen(v4, u::auto_port);
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, u::get_local_port(listener), {.ipv6_only = true})),
                 u::ns_host_not_found_error);
}

TEST(socket_connect, says_which_port_is_no_port) {
    auto const condition =
        raised_by<u::invalid_argument_error>([&] { static_cast<void>(u::socket_connect(v4, 65536)); });
    EXPECT_EQ(condition.kind(), u::errc::invalid_argument);
    EXPECT_STREQ(condition.what(),
                 "socket_connect to 127.0.0.1: invalid argument: the port is not between 0 and 65535");
}

TEST(socket_connect, goes_on_to_the_next_address) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto const resolver = answer({v6, u::ip_address::parse("127.0.0.9").value(), v4});
    auto socket = u::socket_connect("two.families", u::get_local_port(listener), {.resolver = resolver});
    EXPECT_EQ(u::get_peer_address(socket), v4);
}

TEST(socket_connect, tells_of_every_attempt) {
    auto const port = loopback::closed_port();
    auto const condition = raised_by<u::socket_error>(
        [&] { static_cast<void>(u::socket_connect("two.families", port, {.resolver = answer({v4, v6})})); });
    ASSERT_EQ(condition.attempts().size(), 2U);
    EXPECT_EQ(condition.attempts()[0].remote.address(), v4);
    EXPECT_EQ(condition.attempts()[1].remote.address(), v6);
}

TEST(socket_connect, a_silent_address_is_overtaken_and_not_killed) {
    full_listener silent;
    auto const quick = u::ip_address::parse("127.0.0.2").value();
    auto listener = u::socket_listen(quick, silent.port());
    auto socket =
        u::socket_connect("slow.first", silent.port(), {.attempt_delay = 10ms, .resolver = answer({v4, quick})});
    EXPECT_EQ(u::get_peer_address(socket), quick);
}

TEST(socket_connect, an_earlier_attempt_may_still_win) {
    full_listener silent;
    std::thread acceptor;
    // The second address never answers either; room on the first lets its retransmitted attempt through.
    u::resolver_function const resolver = [&](std::string_view) {
        acceptor = std::thread([&] { silent.accept_one(); });
        std::vector<u::ip_address> const both{v4, v4};
        return u::sequence<u::ip_address>(std::span(both));
    };
    auto socket =
        u::socket_connect("slow.both", silent.port(), {.timeout = 1min, .attempt_delay = 10ms, .resolver = resolver});
    EXPECT_TRUE(socket.is_open());
    acceptor.join();
}

TEST(socket_connect, a_timeout_bounds_it) {
    full_listener const silent;
    auto const condition = raised_by<u::timeout_error>(
        [&] { static_cast<void>(u::socket_connect(v4, silent.port(), {.connect_timeout = 20ms})); });
    EXPECT_EQ(condition.code(), u::errc::timeout);
    ASSERT_TRUE(condition.elapsed());
    EXPECT_GE(*condition.elapsed(), 20ms);
    EXPECT_EQ(condition.attempts().size(), 1U);
}

TEST(socket_connect, a_deadline_bounds_it) {
    full_listener const silent;
    EXPECT_THROW(
        static_cast<void>(u::socket_connect(v4, silent.port(), {.deadline = std::chrono::steady_clock::now() + 20ms})),
        u::deadline_timeout_error);
    u::cancel_scope const scope{20ms};
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, silent.port())), u::deadline_timeout_error);
}

TEST(socket_connect, another_thread_cancels_it) {
    full_listener const silent;
    u::cancel_scope scope;
    std::thread canceller([&] { scope.cancel(); });
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, silent.port())), u::interrupted_condition);
    canceller.join();
}

TEST(socket_connect, the_timeout_bounds_each_later_read) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto socket = u::socket_connect(v4, u::get_local_port(listener), {.timeout = 500ms}); // time to connect, too
    std::array<char, 8> buffer{};
    EXPECT_THROW(static_cast<void>(u::socket_receive(socket, buffer)), u::timeout_error);
    auto patient = u::socket_connect(v4, u::get_local_port(listener), {.timeout = 1h, .read_timeout = 10ms});
    EXPECT_THROW(static_cast<void>(u::socket_receive(patient, buffer)), u::timeout_error);
}

TEST(socket_connect, binds_our_end) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto const free_port = loopback::closed_port();
    auto socket =
        u::socket_connect(v4, u::get_local_port(listener), {.local_host = "127.0.0.1", .local_port = free_port});
    EXPECT_EQ(u::get_local_port(socket), free_port);
    auto other = u::socket_connect(v4, u::get_local_port(listener), {.local_host = "127.0.0.7"});
    EXPECT_EQ(u::get_local_address(other).to_string(), "127.0.0.7");
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, u::get_local_port(listener), {.local_host = "192.0.2.1"})),
                 u::address_not_available_error);
}

TEST(socket_connect, configures_the_socket_before_it_connects) {
    auto listener = u::socket_listen(v4, u::auto_port, {.configure = [](u::usocket& socket) {
                                         u::set_socket_option(socket, u::option::receive_buffer_size, 4096);
                                     }});
    auto const small = u::socket_option(listener, u::option::receive_buffer_size);
    EXPECT_LT(small, u::socket_option(u::socket_listen(v4, 0), u::option::receive_buffer_size));
    int called = 0;
    auto socket = u::socket_connect(v4, u::get_local_port(listener), {.configure = [&](u::usocket& fresh) {
                                        ++called;
                                        EXPECT_TRUE(u::stream_usocket_p(fresh));
                                        u::set_socket_option(fresh, u::option::send_buffer_size, 4096);
                                    }});
    EXPECT_EQ(called, 1);
    EXPECT_LE(u::socket_option(socket, u::option::send_buffer_size), 16384U);
    auto datagram =
        u::socket_connect(u::protocol::datagram, {.local_host = v4, .configure = [&](u::usocket& fresh) {
                                                      EXPECT_TRUE(u::datagram_usocket_p(fresh));
                                                      u::set_socket_option(fresh, u::option::broadcast, true);
                                                  }});
    EXPECT_TRUE(u::socket_option(datagram, u::option::broadcast));
}

TEST(socket_connect, what_configuring_raises_ends_it) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto const before = u::socket_connect(u::protocol::datagram).native_handle();
    u::socket_configurator const close_it = [](u::usocket& socket) { u::socket_close(socket); };
    u::socket_configurator const refuse = [](u::usocket&) { throw std::runtime_error("mine"); };
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, u::get_local_port(listener), {.configure = close_it})),
                 u::invalid_socket_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(v4, u::get_local_port(listener), {.configure = refuse})),
                 std::runtime_error);
    EXPECT_EQ(u::socket_connect(u::protocol::datagram).native_handle(), before) << "a descriptor leaked";
}

TEST(socket_connect, never_connects_to_itself) {
    // Every ephemeral port once: with so many tries a kernel that chose the port asked for would have been met.
    auto const port = loopback::closed_port();
    for (int round = 0; round < 2000; ++round) {
        std::error_code ec;
        auto const socket = u::socket_connect(v4, port, {}, ec);
        ASSERT_FALSE(socket.is_open());
        ASSERT_EQ(ec, u::errc::connection_refused);
    }
}

TEST(socket_connect, on_failure_may_retry) {
    auto const port = loopback::closed_port();
    int asked = 0;
    u::stream_server_usocket listener;
    auto socket = u::socket_connect(v4, port, {.on_failure = [&](u::condition const& failure) -> u::restart {
                                        EXPECT_EQ(failure.code(), u::errc::connection_refused);
                                        ++asked;
                                        listener = u::socket_listen(v4, port);
                                        return u::retry{};
                                    }});
    EXPECT_TRUE(socket.is_open());
    EXPECT_EQ(asked, 1);
}

TEST(socket_connect, on_failure_may_go_elsewhere) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto const right = u::get_local_port(listener);
    auto by_port =
        u::socket_connect(v4, loopback::closed_port(),
                          {.on_failure = [&](auto const&) -> u::restart { return u::use_other_port{right}; }});
    EXPECT_EQ(u::get_peer_port(by_port), right);
    auto by_host = u::socket_connect(
        v6, right, {.on_failure = [&](auto const&) -> u::restart { return u::use_other_host{"127.0.0.1"}; }});
    EXPECT_EQ(u::get_peer_address(by_host), v4);
}

TEST(socket_connect, on_failure_may_give_up_or_raise) {
    auto const port = loopback::closed_port();
    EXPECT_THROW(
        static_cast<void>(u::socket_connect(v4, port, {.on_failure = [](auto const&) { return u::restart(); }})),
        u::connection_refused_error);
    EXPECT_THROW(static_cast<void>(u::socket_connect(
                     v4, port, {.on_failure = [](auto const&) -> u::restart { throw std::runtime_error("mine"); }})),
                 std::runtime_error);
}

TEST(socket_connect, on_failure_serves_the_reporting_form_too) {
    auto listener = u::socket_listen(v4, u::auto_port);
    std::error_code ec;
    auto socket = u::socket_connect(
        v4, loopback::closed_port(),
        {.on_failure = [&](auto const&) -> u::restart { return u::use_other_port{u::get_local_port(listener)}; }}, ec);
    EXPECT_FALSE(ec);
    EXPECT_TRUE(socket.is_open());
}

TEST(socket_connect, leaks_no_descriptor) {
    auto const before = u::socket_connect(u::protocol::datagram).native_handle();
    auto const port = loopback::closed_port();
    for (int round = 0; round < 50; ++round) {
        std::error_code ec;
        static_cast<void>(u::socket_connect("x", port, {.timeout = 1h, .resolver = answer({v4, v6, v4})}, ec));
        static_cast<void>(u::socket_connect(v4, port, {}, ec));
    }
    EXPECT_EQ(u::socket_connect(u::protocol::datagram).native_handle(), before);
}

TEST(socket_connect, a_timeout_of_the_librarys_own_is_not_lost_in_configuring) {
    auto const listener = u::socket_listen(v4, u::auto_port);
    u::connect_options const options{
        .configure = [](u::usocket& socket) { u::set_socket_option(socket, u::option::receive_timeout, 1s); }};
    std::error_code ec;
    static_cast<void>(u::socket_connect(v4, u::get_local_port(listener), u::protocol::stream, options, ec));
    EXPECT_EQ(ec, u::errc::invalid_argument);
}

TEST(socket_connect, only_ipv6_holds_for_a_resolver_of_the_callers) {
    auto const listener = u::socket_listen(v4, u::auto_port);
    std::error_code ec;
    static_cast<void>(
        u::socket_connect("a.test", u::get_local_port(listener), {.ipv6_only = true, .resolver = answer({v4})}, ec));
    EXPECT_EQ(ec, u::errc::ns_host_not_found);
}

TEST(socket_connect, a_failure_names_the_peer_and_not_our_own_end) {
    auto const raised = raised_by<u::connection_refused_error>([] {
        static_cast<void>(
            u::socket_connect(v4, loopback::closed_port(), {.local_host = "our.end.test", .resolver = answer({v4})}));
    });
    EXPECT_EQ(std::string(raised.what()).find("our.end.test"), std::string::npos) << raised.what();
}
