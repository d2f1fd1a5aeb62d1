// SPDX-License-Identifier: MIT
//
// On a system that the library does not know, whatever would need the system is unsupported, and says so.
#include <usocket/usocket.hpp>

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/server.hpp>

namespace u = usocket;

namespace {

using namespace std::chrono_literals;

/// A public operation in both of its forms.
struct operation {
    char const* name;
    std::function<void()> raise;
    std::function<void(std::error_code&)> report;

    friend void PrintTo(operation const& tested, std::ostream* out) { *out << tested.name; }
};

u::ip_address const address = u::ip_address::loopback_v4();
u::endpoint const somewhere(address, 4711);

void echo(u::socket_stream&) {}
std::string_view reply(std::span<std::byte const>) { return {}; }

std::vector<operation> const operations{
    {"connect", [] { static_cast<void>(u::socket_connect(somewhere)); },
     [](std::error_code& ec) { static_cast<void>(u::socket_connect(somewhere, u::connect_options{}, ec)); }},
    {"connect_by_name", [] { static_cast<void>(u::socket_connect("example.org", 80)); },
     [](std::error_code& ec) { static_cast<void>(u::socket_connect("example.org", 80, ec)); }},
    {"connect_with_a_timeout", [] { static_cast<void>(u::socket_connect("example.org", 80, {.timeout = 20s})); },
     [](std::error_code& ec) { static_cast<void>(u::socket_connect("example.org", 80, {.timeout = 20s}, ec)); }},
    {"connect_to_a_path", [] { static_cast<void>(u::socket_connect(u::endpoint::local_path("/tmp/x"))); },
     [](std::error_code& ec) {
         static_cast<void>(u::socket_connect(u::endpoint::local_path("/tmp/x"), u::connect_options{}, ec));
     }},
    {"connect_a_datagram_socket", [] { static_cast<void>(u::socket_connect(somewhere, u::protocol::datagram)); },
     [](std::error_code& ec) { static_cast<void>(u::socket_connect(somewhere, u::protocol::datagram, {}, ec)); }},
    {"bind_a_datagram_socket", [] { static_cast<void>(u::socket_connect(u::protocol::datagram)); },
     [](std::error_code& ec) { static_cast<void>(u::socket_connect(u::protocol::datagram, {}, ec)); }},
    {"listen", [] { static_cast<void>(u::socket_listen(address, 0)); },
     [](std::error_code& ec) { static_cast<void>(u::socket_listen(address, 0, {}, ec)); }},
    {"listen_everywhere", [] { static_cast<void>(u::socket_listen(u::wildcard_host, 0)); },
     [](std::error_code& ec) { static_cast<void>(u::socket_listen(u::wildcard_host, 0, {}, ec)); }},
    {"listen_on_a_path", [] { static_cast<void>(u::socket_listen(u::endpoint::local_path("/tmp/x"))); },
     [](std::error_code& ec) { static_cast<void>(u::socket_listen(u::endpoint::local_path("/tmp/x"), {}, ec)); }},
    {"socket_pair", [] { static_cast<void>(u::make_socket_pair()); },
     [](std::error_code& ec) { static_cast<void>(u::make_socket_pair(u::element::octet, ec)); }},
    {"datagram_pair", [] { static_cast<void>(u::make_datagram_pair()); },
     [](std::error_code& ec) { static_cast<void>(u::make_datagram_pair(ec)); }},
    {"adopt_a_stream", [] { static_cast<void>(u::make_stream_socket(3)); },
     [](std::error_code& ec) { static_cast<void>(u::make_stream_socket(3, u::element::octet, ec)); }},
    {"adopt_a_listener", [] { static_cast<void>(u::make_stream_server_socket(3)); },
     [](std::error_code& ec) { static_cast<void>(u::make_stream_server_socket(3, u::element::octet, ec)); }},
    {"adopt_a_datagram_socket", [] { static_cast<void>(u::make_datagram_socket(3)); },
     [](std::error_code& ec) { static_cast<void>(u::make_datagram_socket(3, ec)); }},
    {"hosts_by_name", [] { static_cast<void>(u::get_hosts_by_name("example.org")); },
     [](std::error_code& ec) { static_cast<void>(u::get_hosts_by_name("example.org", {}, ec)); }},
    {"host_by_name_with_a_timeout", [] { static_cast<void>(u::get_host_by_name("example.org", {.timeout = 20s})); },
     [](std::error_code& ec) { static_cast<void>(u::get_host_by_name("example.org", {.timeout = 20s}, ec)); }},
    {"random_host_by_name", [] { static_cast<void>(u::get_random_host_by_name("example.org")); },
     [](std::error_code& ec) { static_cast<void>(u::get_random_host_by_name("example.org", {}, {}, ec)); }},
    {"host_by_address", [] { static_cast<void>(u::get_host_by_address(address)); },
     [](std::error_code& ec) { static_cast<void>(u::get_host_by_address(address, {}, ec)); }},
    {"host_name", [] { static_cast<void>(u::get_host_name()); },
     [](std::error_code& ec) { static_cast<void>(u::get_host_name(ec)); }},
    {"port_by_service", [] { static_cast<void>(u::get_port_by_service("http")); },
     [](std::error_code& ec) { static_cast<void>(u::get_port_by_service("http", u::service_protocol::tcp, ec)); }},
    {"service_by_port", [] { static_cast<void>(u::get_service_by_port(80)); },
     [](std::error_code& ec) { static_cast<void>(u::get_service_by_port(80, u::service_protocol::tcp, ec)); }},
    {"wait_list", [] { u::wait_list const list; },
     [](std::error_code& ec) { static_cast<void>(u::make_wait_list({}, {}, ec)); }},
    {"wait_list_by_poll", [] { u::wait_list const list({.backend = u::backend::poll}); },
     [](std::error_code& ec) { static_cast<void>(u::make_wait_list({}, {.backend = u::backend::poll}, ec)); }},
    {"default_backend", [] { u::set_default_backend(u::backend::select); },
     [](std::error_code& ec) { u::set_default_backend(u::backend::select, ec); }},
    {"server", [] { u::socket_server(address, 0, echo); },
     [](std::error_code& ec) { u::socket_server(address, 0, echo, {}, ec); }},
    {"datagram_server", [] { u::socket_server(address, 0, reply); },
     [](std::error_code& ec) { u::socket_server(address, 0, reply, {}, ec); }},
};

struct unsupported_operations : testing::TestWithParam<operation> {};

TEST_P(unsupported_operations, raise_unsupported) {
    try {
        GetParam().raise();
        FAIL() << "nothing was raised";
    } catch (u::unsupported const& condition) {
        EXPECT_EQ(condition.code(), u::errc::unsupported);
        EXPECT_EQ(condition.code(), std::errc::operation_not_supported);
        EXPECT_NE(std::string(condition.what()), "");
    }
}

TEST_P(unsupported_operations, report_unsupported) {
    std::error_code code;
    GetParam().report(code);
    EXPECT_EQ(code, u::errc::unsupported) << code.message();
}

TEST_P(unsupported_operations, fail_at_once_in_a_scope) {
    u::cancel_scope const scope(20s);
    EXPECT_THROW(GetParam().raise(), u::unsupported);
}

INSTANTIATE_TEST_SUITE_P(all, unsupported_operations, testing::ValuesIn(operations),
                         [](auto const& tested) { return std::string(tested.param.name); });

TEST(unsupported, nothing_is_said_to_be_there) {
    for (auto const which : {u::backend::native, u::backend::select, u::backend::poll, u::backend::epoll,
                             u::backend::kqueue, u::backend::wsapoll, u::backend::io_uring})
        EXPECT_FALSE(u::supports(which));
    for (int id = 0; id < u::option_id_count; ++id) {
        auto const option = static_cast<u::option_id>(id);
        bool const is_kept_by_the_library = option == u::option::receive_timeout || option == u::option::send_timeout;
        EXPECT_EQ(u::supports(option), is_kept_by_the_library) << id;
    }
    EXPECT_FALSE(u::supports(u::datagram_path::calls_of_many));
    EXPECT_FALSE(u::supports(u::datagram_path::offload));
    EXPECT_EQ(u::interface_number("lo"), 0U);
}

TEST(unsupported, what_needs_no_system_works) {
    EXPECT_EQ(u::ip_address::parse("192.0.2.1").value().to_string(), "192.0.2.1");
    EXPECT_EQ(u::get_host_by_name("192.0.2.1").to_string(), "192.0.2.1") << "an address is not looked up";
    EXPECT_EQ(u::get_port_by_service(8080), 8080);
    u::stream_usocket socket;
    EXPECT_FALSE(socket.is_open());
    u::socket_close(socket);
}

} // namespace
