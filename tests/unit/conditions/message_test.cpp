// SPDX-License-Identifier: MIT
//
// What conditions say: what failed, with whom, and why.
#include <usocket/conditions.hpp>

#include <cerrno>
#include <string>
#include <vector>

#include <netdb.h>

#include <gtest/gtest.h>

#include "conditions/raise.hpp"
#include "unit/conditions/classes.hpp"

namespace {

namespace u = usocket;
using condition_test::code_of;
using u::detail::system_code;
using namespace std::chrono_literals;

std::string message(u::condition_info const& info) { return u::condition(info).what(); }

/// The system's own words.
std::string words(int value) { return system_code(value).message(); }

u::endpoint at(char const* text) {
    auto const result = u::endpoint::parse(text);
    EXPECT_TRUE(result) << text;
    return result.value_or(u::endpoint());
}

u::connect_attempt attempt(char const* remote, int reason) {
    return {.remote = at(remote), .reason = system_code(reason)};
}

// ---- where
// -----------------------------------------------------------------------------------------------------------

TEST(message, names_operation_and_cause) {
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED), .operation = "socket_connect"}),
              "socket_connect: connection refused");
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED)}), "connection refused");
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED), .remote = at("127.0.0.1:80")}),
              "127.0.0.1:80: connection refused");
}

TEST(message, names_the_peer_in_the_operations_direction) {
    auto const with = [](std::string_view operation) {
        return message({.code = system_code(ECONNRESET),
                        .operation = operation,
                        .local = at("127.0.0.1:4000"),
                        .remote = at("[::1]:80")});
    };
    EXPECT_EQ(with("socket_connect"), "socket_connect to [::1]:80: connection reset");
    EXPECT_EQ(with("socket_send"), "socket_send to [::1]:80: connection reset");
    EXPECT_EQ(with("write"), "write to [::1]:80: connection reset");
    EXPECT_EQ(with("flush"), "flush to [::1]:80: connection reset");
    EXPECT_EQ(with("socket_receive"), "socket_receive from [::1]:80: connection reset");
    EXPECT_EQ(with("read_line"), "read_line from [::1]:80: connection reset");
    EXPECT_EQ(with("socket_listen"), "socket_listen on 127.0.0.1:4000: connection reset");
    EXPECT_EQ(with("socket_accept"), "socket_accept on 127.0.0.1:4000: connection reset");
    EXPECT_EQ(with("set_socket_option"), "set_socket_option on 127.0.0.1:4000: connection reset");
    EXPECT_EQ(with("socket_close"), "socket_close with [::1]:80: connection reset");
    EXPECT_EQ(with("thread_spread"), "thread_spread with [::1]:80: connection reset") << "whole words only";
}

TEST(message, names_our_side_where_there_is_no_peer) {
    EXPECT_EQ(message({.code = code_of(u::errc::timeout), .operation = "socket_receive", .local = at("0.0.0.0:53")}),
              "socket_receive on 0.0.0.0:53: timed out");
    EXPECT_EQ(message({.code = code_of(u::errc::timeout), .operation = "socket_close", .local = at("0.0.0.0:53")}),
              "socket_close on 0.0.0.0:53: timed out");
    EXPECT_EQ(message({.code = code_of(u::errc::timeout), .operation = "socket_listen", .remote = at("0.0.0.0:53")}),
              "socket_listen on 0.0.0.0:53: timed out");
}

TEST(message, prefers_the_host_as_the_caller_named_it) {
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED),
                       .operation = "socket_connect",
                       .local = at("127.0.0.1:4000"),
                       .remote = at("127.0.0.1:8001"),
                       .host_or_ip = "localhost"}),
              "socket_connect to localhost:8001: connection refused");
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED),
                       .operation = "socket_connect",
                       .remote = at("[::1]:8001"),
                       .host_or_ip = "::1"}),
              "socket_connect to [::1]:8001: connection refused");
    EXPECT_EQ(message({.code = system_code(EADDRINUSE),
                       .operation = "socket_listen",
                       .local = at("127.0.0.1:80"),
                       .host_or_ip = "localhost"}),
              "socket_listen on localhost:80: address in use");
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED), .operation = "socket_connect", .host_or_ip = "localhost"}),
              "socket_connect to localhost: connection refused")
        << "no port is known";
}

TEST(message, names_local_sockets) {
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED),
                       .operation = "socket_connect",
                       .remote = u::endpoint::local_path("/run/app.sock"),
                       .host_or_ip = "ignored"}),
              "socket_connect to unix:/run/app.sock: connection refused");
    EXPECT_EQ(message({.code = system_code(EADDRINUSE),
                       .operation = "socket_listen",
                       .local = u::endpoint::local_abstract("app")}),
              "socket_listen on unix:@app: address in use");
    EXPECT_EQ(message({.code = system_code(EPIPE),
                       .operation = "socket_send",
                       .local = u::endpoint::local_unnamed(),
                       .remote = u::endpoint::local_unnamed()}),
              "socket_send to an unnamed local socket: connection aborted: " + words(EPIPE));
}

TEST(message, names_the_name_that_was_looked_up) {
    EXPECT_EQ(message({.code = {EAI_NONAME, u::resolver_category()},
                       .operation = "get_hosts_by_name",
                       .host_or_ip = "no-such.invalid"}),
              "get_hosts_by_name no-such.invalid: host not found");
    EXPECT_EQ(
        message(
            {.code = {EAI_NONAME, u::resolver_category()}, .operation = "get_host_by_address", .host_or_ip = "::1"}),
        "get_host_by_address ::1: host not found");
    EXPECT_EQ(
        message(
            {.code = {EAI_AGAIN, u::resolver_category()}, .operation = "socket_connect", .host_or_ip = "example.test"}),
        "socket_connect to example.test: name service not answering");
}

// ---- why
// -------------------------------------------------------------------------------------------------------------

TEST(message, adds_the_systems_words_where_they_say_more_than_the_class) {
    EXPECT_EQ(message({.code = system_code(EMFILE), .operation = "socket_accept"}),
              "socket_accept: out of buffers or descriptors: " + words(EMFILE));
    EXPECT_EQ(message({.code = system_code(EPIPE)}), "connection aborted: " + words(EPIPE));
    EXPECT_EQ(message({.code = system_code(EACCES)}), "operation not permitted: " + words(EACCES));
    EXPECT_EQ(message({.code = system_code(ENONET)}), "network down: " + words(ENONET));
    EXPECT_EQ(message({.code = system_code(ENOTCONN)}), "invalid socket: " + words(ENOTCONN));
}

TEST(message, repeats_no_words_of_the_system) {
    EXPECT_EQ(message({.code = system_code(ENOBUFS)}), "out of buffers or descriptors");
    EXPECT_EQ(message({.code = system_code(EPERM)}), "operation not permitted");
    EXPECT_EQ(message({.code = system_code(EHOSTDOWN)}), "host down");
    EXPECT_EQ(message({.code = system_code(ESHUTDOWN)}), "already shut down");
    EXPECT_EQ(message({.code = std::make_error_code(std::errc::timed_out)}), "timed out");
    EXPECT_EQ(message({.code = code_of(u::errc::deadline_timeout)}), "deadline passed");
    EXPECT_EQ(message({.code = code_of(u::errc::unsupported)}), "unsupported");
}

TEST(message, of_an_unknown_code_tells_it) {
    EXPECT_EQ(message({.code = system_code(EIO), .operation = "socket_send", .remote = at("127.0.0.1:9")}),
              "socket_send to 127.0.0.1:9: unknown error: " + words(EIO) + " (system:" + std::to_string(EIO) + ")");
    std::error_code const resolver(EAI_SYSTEM, u::resolver_category());
    EXPECT_EQ(message({.code = resolver, .operation = "get_host_by_name", .host_or_ip = "a.test"}),
              "get_host_by_name a.test: unknown name service error: " + resolver.message() +
                  " (resolver:" + std::to_string(EAI_SYSTEM) + ")");
    EXPECT_EQ(message({.code = code_of(u::errc::unknown), .operation = "test"}), "test: unknown error");
}

TEST(message, adds_the_detail) {
    EXPECT_EQ(message({.code = code_of(u::errc::invalid_argument),
                       .operation = "socket_connect",
                       .detail = "port 65536 is out of range"}),
              "socket_connect: invalid argument: port 65536 is out of range");
    EXPECT_EQ(message({.code = code_of(u::errc::line_too_long),
                       .operation = "read_line",
                       .remote = at("127.0.0.1:25"),
                       .detail = "more than 8192 octets"}),
              "read_line from 127.0.0.1:25: line too long: more than 8192 octets");
}

TEST(message, names_what_is_missing_and_what_is_needed) {
    EXPECT_EQ(message({.code = code_of(u::errc::unsupported),
                       .operation = "set_socket_option",
                       .feature = "SO_MARK",
                       .minimum = "Linux 2.6.25"}),
              "set_socket_option: unsupported: SO_MARK (needs Linux 2.6.25)");
    EXPECT_EQ(message({.code = code_of(u::errc::unimplemented), .operation = "wait_for_input", .feature = "kqueue"}),
              "wait_for_input: unimplemented: kqueue");
    EXPECT_EQ(message({.code = code_of(u::errc::unsupported), .detail = "left undone", .feature = "SO_MARK"}),
              "unsupported: SO_MARK: left undone");
}

// ---- attempts
// --------------------------------------------------------------------------------------------------------

TEST(message, lists_the_addresses_that_failed_alike) {
    u::connect_attempt const attempts[] = {attempt("127.0.0.1:8001", ECONNREFUSED),
                                           attempt("[::1]:8001", ECONNREFUSED)};
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED),
                       .operation = "socket_connect",
                       .remote = at("[::1]:8001"),
                       .host_or_ip = "localhost",
                       .attempts = attempts}),
              "socket_connect to localhost:8001: connection refused (127.0.0.1, ::1)");
}

TEST(message, lists_the_reason_of_each_address_where_they_differ) {
    u::connect_attempt const attempts[] = {attempt("192.0.2.1:80", ENETUNREACH),
                                           attempt("[2001:db8::1]:80", ECONNREFUSED)};
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED),
                       .operation = "socket_connect",
                       .remote = at("[2001:db8::1]:80"),
                       .host_or_ip = "example.test",
                       .attempts = attempts}),
              "socket_connect to example.test:80: connection refused "
              "(192.0.2.1: network unreachable, 2001:db8::1: connection refused)");
}

TEST(message, lists_the_reason_where_all_share_another_than_the_whole) {
    u::connect_attempt const attempts[] = {attempt("192.0.2.1:80", ENETUNREACH), attempt("192.0.2.2:80", ENETUNREACH)};
    EXPECT_EQ(message({.code = code_of(u::errc::timeout),
                       .operation = "socket_connect",
                       .remote = at("192.0.2.2:80"),
                       .host_or_ip = "example.test",
                       .elapsed = 5s,
                       .attempts = attempts}),
              "socket_connect to example.test:80: timed out "
              "(192.0.2.1: network unreachable, 192.0.2.2: network unreachable) after 5 s");
}

TEST(message, lists_ports_where_they_differ) {
    u::connect_attempt const attempts[] = {attempt("127.0.0.1:8001", ECONNREFUSED),
                                           attempt("[::1]:8002", ECONNREFUSED)};
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED),
                       .operation = "socket_connect",
                       .remote = at("[::1]:8002"),
                       .host_or_ip = "localhost",
                       .attempts = attempts}),
              "socket_connect to localhost:8002: connection refused (127.0.0.1:8001, [::1]:8002)");
}

TEST(message, does_not_repeat_the_one_address_that_was_asked_for) {
    u::connect_attempt const one[] = {attempt("127.0.0.1:8001", ECONNREFUSED)};
    auto const to = [&](std::string_view host) {
        return message({.code = system_code(ECONNREFUSED),
                        .operation = "socket_connect",
                        .remote = at("127.0.0.1:8001"),
                        .host_or_ip = host,
                        .attempts = one});
    };
    EXPECT_EQ(to("127.0.0.1"), "socket_connect to 127.0.0.1:8001: connection refused");
    EXPECT_EQ(to(""), "socket_connect to 127.0.0.1:8001: connection refused");
    EXPECT_EQ(to("localhost"), "socket_connect to localhost:8001: connection refused (127.0.0.1)");
}

TEST(message, shows_the_first_of_many_attempts) {
    std::vector<u::connect_attempt> attempts(2, attempt("127.0.0.1:8001", ECONNREFUSED));
    auto const text = [&] {
        return message({.code = system_code(ECONNREFUSED),
                        .operation = "socket_connect",
                        .remote = at("127.0.0.1:8001"),
                        .host_or_ip = "127.0.0.1",
                        .attempts = attempts});
    };
    EXPECT_EQ(text(), "socket_connect to 127.0.0.1:8001: connection refused (127.0.0.1, 127.0.0.1)");
    attempts.resize(8, attempts.front());
    EXPECT_TRUE(text().ends_with(", 127.0.0.1)")) << text();
    attempts.resize(100, attempts.front());
    EXPECT_TRUE(text().ends_with(", 127.0.0.1 and 92 more)")) << text();
    EXPECT_LT(text().size(), 200U);
}

TEST(message, lists_local_sockets_in_full) {
    u::connect_attempt const attempts[] = {
        {.remote = u::endpoint::local_path("/a"), .reason = system_code(ENOENT)},
        {.remote = u::endpoint::local_path("/b"), .reason = system_code(ECONNREFUSED)},
    };
    EXPECT_EQ(message({.code = system_code(ECONNREFUSED), .operation = "socket_connect", .attempts = attempts}),
              "socket_connect: connection refused (unix:/a: address not available: " + words(ENOENT) +
                  ", unix:/b: connection refused)");
}

// ---- how far, how long
// -----------------------------------------------------------------------------------------------

TEST(message, tells_what_was_transferred) {
    auto const after = [](std::size_t octets) {
        return message({.code = system_code(ECONNRESET),
                        .operation = "socket_send",
                        .remote = at("127.0.0.1:80"),
                        .bytes_transferred = octets});
    };
    EXPECT_EQ(after(0), "socket_send to 127.0.0.1:80: connection reset");
    EXPECT_EQ(after(1), "socket_send to 127.0.0.1:80: connection reset, 1 octet transferred");
    EXPECT_EQ(after(65536), "socket_send to 127.0.0.1:80: connection reset, 65536 octets transferred");
}

TEST(message, tells_how_long_a_timeout_took) {
    auto const after = [](std::chrono::nanoseconds elapsed) {
        return message({.code = code_of(u::errc::timeout), .elapsed = elapsed});
    };
    EXPECT_EQ(after(2500ms), "timed out after 2.5 s");
    EXPECT_EQ(after(2s), "timed out after 2 s");
    EXPECT_EQ(after(2040ms), "timed out after 2 s");
    EXPECT_EQ(after(2060ms), "timed out after 2.1 s");
    EXPECT_EQ(after(1h), "timed out after 3600 s");
    EXPECT_EQ(after(250ms), "timed out after 250 ms");
    EXPECT_EQ(after(999'400us), "timed out after 999 ms");
    EXPECT_EQ(after(999'600us), "timed out after 1 s");
    EXPECT_EQ(after(1ms), "timed out after 1 ms");
    EXPECT_EQ(after(999us), "timed out after 999 us");
    EXPECT_EQ(after(0ns), "timed out after 0 us");
    EXPECT_EQ(after(-1s), "timed out after 0 us");
    EXPECT_EQ(after(std::chrono::nanoseconds::max()), "timed out after 9223372035.9 s");
}

TEST(message, tells_the_time_of_timeouts_and_cancellations_only) {
    auto const after = [](std::error_code code) { return message({.code = code, .elapsed = 1500ms}); };
    EXPECT_EQ(after(system_code(ETIMEDOUT)), "timed out after 1.5 s");
    EXPECT_EQ(after(code_of(u::errc::deadline_timeout)), "deadline passed after 1.5 s");
    EXPECT_EQ(after(code_of(u::errc::interrupted)), "cancelled after 1.5 s");
    EXPECT_EQ(after(system_code(ECONNREFUSED)), "connection refused");
    EXPECT_EQ(message({.code = system_code(ETIMEDOUT)}), "timed out") << "no clock was read";
}

TEST(message, tells_the_whole_story) {
    EXPECT_EQ(message({.code = code_of(u::errc::timeout),
                       .operation = "read_exactly",
                       .local = at("127.0.0.1:4000"),
                       .remote = at("127.0.0.1:80"),
                       .detail = "100 octets asked for",
                       .bytes_transferred = 17,
                       .elapsed = 2500ms}),
              "read_exactly from 127.0.0.1:80: timed out: 100 octets asked for, 17 octets transferred after 2.5 s");
}

// ---- safety
// ----------------------------------------------------------------------------------------------------------

TEST(message, is_one_line_whatever_the_caller_passed) {
    using namespace std::string_view_literals;
    EXPECT_EQ(message({.code = {EAI_NONAME, u::resolver_category()},
                       .operation = "get_host_by_name",
                       .host_or_ip = "evil\r\n.test\0\x7f\x1b[2J"sv}),
              "get_host_by_name evil\\x0d\\x0a.test\\x00\\x7f\\x1b[2J: host not found");
    EXPECT_EQ(message({.code = {EAI_NONAME, u::resolver_category()},
                       .operation = "get_host_by_name",
                       .host_or_ip = "m\xc3\xbcnchen.test"}),
              "get_host_by_name m\xc3\xbcnchen.test: host not found");
}

TEST(message, leaves_the_texts_themselves_as_they_are) {
    using namespace std::string_view_literals;
    u::ns_condition const condition({.code = {EAI_NONAME, u::resolver_category()}, .host_or_ip = "a\0b"sv});
    EXPECT_EQ(condition.host_or_ip(), "a\0b"sv);
}

TEST(message, takes_long_texts) {
    std::string const host(300, 'h');
    EXPECT_EQ(message({.code = code_of(u::errc::invalid_argument), .operation = "socket_connect", .host_or_ip = host}),
              "socket_connect to " + host + ": invalid argument");
}

} // namespace
