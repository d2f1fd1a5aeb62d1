// SPDX-License-Identifier: MIT
#include <usocket/names.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>
#include <netdb.h>
#include <unistd.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>

#include "fake_resolver.hpp"

namespace {

using namespace usocket;
using namespace std::chrono_literals;
using namespace std::string_literals;
using ::usocket::testing::fake_resolver;
using ::usocket::testing::raised_by;

ip_address const a4(192, 0, 2, 1);
ip_address const b4(192, 0, 2, 2);
ip_address const c4(192, 0, 2, 3);
ip_address const a6 = *ip_address::parse("2001:db8::1");
ip_address const b6 = *ip_address::parse("2001:db8::2");

std::vector<ip_address> list(sequence<ip_address> const& addresses) { return {addresses.begin(), addresses.end()}; }

/// Puts the process-wide default back.
struct with_ipv6_only {
    explicit with_ipv6_only(bool value) { set_ipv6_only(value); }
    with_ipv6_only(with_ipv6_only const&) = delete;
    with_ipv6_only& operator=(with_ipv6_only const&) = delete;
    ~with_ipv6_only() { set_ipv6_only(false); }
};

// ---- what is never looked up ----

TEST(names, an_address_is_never_looked_up) {
    fake_resolver const resolver;
    for (auto const* text : {"192.0.2.1", "::1", "2001:db8::1", "fe80::1%7", "::ffff:1.2.3.4", "0.0.0.0"}) {
        auto const expected = std::vector{*ip_address::parse(text)};
        EXPECT_EQ(list(get_hosts_by_name(text)), expected) << text;
        EXPECT_EQ(list(get_hosts_by_name(text, {.timeout = 0ns})), expected) << text;
    }
    EXPECT_EQ(get_host_by_name(0x7f000001), ip_address::loopback_v4());
    EXPECT_EQ(get_host_by_name({127, 0, 0, 1}), ip_address::loopback_v4());
    EXPECT_EQ(get_host_by_name(a6), a6);
    EXPECT_EQ(resolver.calls(), 0U);
}

TEST(names, the_wildcard_is_the_unspecified_address) {
    EXPECT_EQ(get_host_by_name(wildcard_host), ip_address::any_v4());
    EXPECT_EQ(get_host_by_name(std::nullopt), ip_address::any_v4());
    EXPECT_EQ(get_host_by_name(wildcard_host_v4), ip_address::any_v4());
    EXPECT_EQ(get_host_by_name(wildcard_host_v6), ip_address::any_v6());
    EXPECT_EQ(get_host_by_name(wildcard_host, {.ipv6_only = true}), ip_address::any_v6());
    std::error_code ec;
    EXPECT_EQ(get_host_by_name(wildcard_host_v4, {.ipv6_only = true}, ec), ip_address());
    EXPECT_EQ(ec, errc::ns_host_not_found);
}

TEST(names, an_interface_name_is_a_scope) {
    fake_resolver const resolver;
    auto const loopback = platform::interface_index("lo");
    ASSERT_NE(loopback, 0U);
    EXPECT_EQ(get_host_by_name("fe80::1%lo"), ip_address::parse("fe80::1")->with_scope(loopback));
    EXPECT_THROW((void)get_host_by_name("fe80::1%no-such-if"), ns_host_not_found_error);
    EXPECT_EQ(resolver.calls(), 0U);
}

TEST(names, what_looks_like_an_address_is_refused) {
    fake_resolver const resolver;
    for (auto const* text : {"127.1",      "127.0.1",      "0x7f.1",    "0x7f000001", "2130706433",  "0177.0.0.1",
                             "127.0.0.01", "127.0.0.256",  "1.2.3.4.5", "127.0.0.1.", "example.123", "example.0x",
                             "a.0XfF",     "[::1]",        "::1::",     "12345::",    "1.2.3.4%lo",  "::1%",
                             "::1%lo%lo",  "localhost%lo", "%lo",       "example:80"}) {
        auto const error = raised_by<ns_host_not_found_error>([&] { (void)get_host_by_name(text); });
        ASSERT_TRUE(error) << text;
        EXPECT_EQ(error->host_or_ip(), text);
        EXPECT_NE(error->info().detail, "") << text;
    }
    EXPECT_EQ(resolver.calls(), 0U);
}

TEST(names, what_no_name_can_be_is_refused) {
    fake_resolver const resolver;
    auto const longest = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.';
    for (auto const& text : {""s, "."s, ".."s, ".example"s, "a..b"s, "a.."s, "local host"s, " localhost"s,
                             "localhost "s, "a\tb"s, "a\nb"s, "localhost\0"s, "localhost\0.example"s, "a\x7f"s,
                             std::string(64, 'x'), std::string(300, 'x'), longest + std::string(62, 'd')}) {
        std::error_code ec;
        EXPECT_TRUE(get_hosts_by_name(text, {}, ec).empty());
        EXPECT_EQ(ec, errc::ns_host_not_found) << text;
    }
    EXPECT_EQ(resolver.calls(), 0U);
}

TEST(names, an_unusual_name_is_looked_up) {
    fake_resolver resolver;
    auto const longest =
        std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' + std::string(61, 'd');
    ASSERT_EQ(longest.size(), 253U);
    for (auto const& text :
         {longest, longest + '.', "a"s, "example."s, "1and1.example"s, "_x._tcp.example"s, "0x7g"s, "3com"s,
          "b\xc3\xbc"s
          "cher.example"s,
          "1.2.3.4.example"s}) {
        resolver.add(text, {a4});
        EXPECT_EQ(get_host_by_name(text), a4) << text;
    }
}

TEST(names, a_host_that_is_not_valid_is_an_invalid_argument) {
    EXPECT_THROW((void)get_host_by_name(-1), invalid_argument_error);
    EXPECT_THROW((void)get_hosts_by_name({1, 2, 3, 256}), invalid_argument_error);
    std::error_code ec;
    EXPECT_EQ(get_random_host_by_name(static_cast<char const*>(nullptr), {}, {}, ec), ip_address());
    EXPECT_EQ(ec, errc::invalid_argument);
}

// ---- which addresses ----

TEST(names, all_addresses_keep_the_order_of_the_system) {
    fake_resolver resolver;
    resolver.add("host", {b6, a4, a6, b4});
    EXPECT_EQ(list(get_hosts_by_name("host")), (std::vector{b6, a4, a6, b4}));
    std::error_code ec = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(list(get_hosts_by_name("host", {}, ec)), (std::vector{b6, a4, a6, b4}));
    EXPECT_FALSE(ec);
}

TEST(names, the_first_is_the_first_ipv4_address) {
    fake_resolver resolver;
    resolver.add("both", {b6, b4, a6, a4});
    resolver.add("only6", {b6, a6});
    EXPECT_EQ(get_host_by_name("both"), b4);
    EXPECT_EQ(get_host_by_name("only6"), b6);
    std::error_code ec = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(get_host_by_name("both", {}, ec), b4);
    EXPECT_FALSE(ec);
}

TEST(names, ipv6_only_leaves_out_ipv4) {
    fake_resolver resolver;
    resolver.add("both", {a4, b6, b4, a6});
    resolver.add("only4", {a4});
    EXPECT_EQ(list(get_hosts_by_name("both", {.ipv6_only = true})), (std::vector{b6, a6}));
    EXPECT_EQ(get_host_by_name("both", {.ipv6_only = true}), b6);
    EXPECT_THROW((void)get_host_by_name("only4", {.ipv6_only = true}), ns_host_not_found_error);
    EXPECT_THROW((void)get_host_by_name("192.0.2.1", {.ipv6_only = true}), ns_host_not_found_error);
    EXPECT_EQ(get_host_by_name("::1", {.ipv6_only = true}), ip_address::loopback_v6());
}

TEST(names, the_default_of_ipv6_only_is_process_wide) {
    fake_resolver resolver;
    resolver.add("both", {a4, a6});
    EXPECT_FALSE(ipv6_only());
    with_ipv6_only const changed(true);
    EXPECT_TRUE(ipv6_only());
    EXPECT_EQ(get_host_by_name("both"), a6);
    EXPECT_EQ(get_host_by_name(wildcard_host), ip_address::any_v6());
    EXPECT_EQ(get_host_by_name("both", {.ipv6_only = false}), a4);
}

// ---- random ----

TEST(names, the_generator_chooses_among_the_ipv4_addresses) {
    fake_resolver resolver;
    resolver.add("both", {a6, a4, b4, b6, c4});
    resolver.add("only6", {b6, a6});
    std::array const v4{a4, b4, c4};
    for (std::size_t i = 0; i != v4.size(); ++i) {
        auto const choose = [&](std::size_t count) {
            EXPECT_EQ(count, v4.size());
            return i;
        };
        EXPECT_EQ(get_random_host_by_name("both", choose), v4[i]);
        std::error_code ec;
        EXPECT_EQ(get_random_host_by_name("both", choose, {}, ec), v4[i]);
        EXPECT_FALSE(ec);
    }
    EXPECT_EQ(get_random_host_by_name("only6", [](std::size_t count) { return count - 1; }), a6);
    EXPECT_EQ(get_random_host_by_name("both", [](std::size_t) { return 0U; }, {.ipv6_only = true}), a6);
}

TEST(names, a_generator_that_is_wrong_or_raises) {
    fake_resolver resolver;
    resolver.add("host", {a4, b4});
    auto const beyond = [](std::size_t count) { return count; };
    EXPECT_THROW((void)get_random_host_by_name("host", beyond), invalid_argument_error);
    std::error_code ec;
    EXPECT_EQ(get_random_host_by_name("host", beyond, {}, ec), ip_address());
    EXPECT_EQ(ec, errc::invalid_argument);

    auto const raises = [](std::size_t) -> std::size_t { throw std::logic_error("mine"); };
    EXPECT_THROW((void)get_random_host_by_name("host", raises), std::logic_error);
    EXPECT_THROW((void)get_random_host_by_name("host", raises, {}, ec), std::logic_error);
}

TEST(names, random_hosts_are_about_equally_likely) {
    fake_resolver resolver;
    resolver.add("host", {a4, b4, c4, a6});
    constexpr int draws = 3000;
    std::vector<ip_address> drawn;
    for (int i = 0; i != draws; ++i)
        drawn.push_back(get_random_host_by_name("host"));
    // Seven standard deviations either way: fails once in 10^11 runs.
    for (auto const& address : {a4, b4, c4})
        EXPECT_NEAR(static_cast<double>(std::ranges::count(drawn, address)), draws / 3.0, 7 * 25.9);
    EXPECT_EQ(std::ranges::count(drawn, a6), 0);
}

// ---- conditions ----

template <class Condition>
void expect_condition(fake_resolver& resolver, int code, errc value) {
    resolver.fail("host", {code, 0});
    auto const error = raised_by<Condition>([] { (void)get_host_by_name("host"); });
    ASSERT_TRUE(error) << gai_strerror(code);
    EXPECT_EQ(error->code(), std::error_code(code, resolver_category()));
    EXPECT_EQ(error->code(), value);
    EXPECT_EQ(error->operation(), "get_host_by_name");
    EXPECT_EQ(error->info().host_or_ip, "host");
    EXPECT_FALSE(error->elapsed()) << "no limit was in force";
    std::error_code ec;
    for (auto const& options : {name_options{}, name_options{.timeout = 1h}}) {
        EXPECT_EQ(get_host_by_name("host", options, ec), ip_address());
        EXPECT_EQ(ec, std::error_code(code, resolver_category()));
    }
}

TEST(names, every_code_of_the_resolver_has_its_condition) {
    fake_resolver resolver;
    expect_condition<ns_host_not_found_error>(resolver, EAI_NONAME, errc::ns_host_not_found);
    expect_condition<ns_host_not_found_error>(resolver, EAI_NODATA, errc::ns_host_not_found);
    expect_condition<ns_host_not_found_error>(resolver, EAI_ADDRFAMILY, errc::ns_host_not_found);
    expect_condition<ns_host_not_found_error>(resolver, EAI_SERVICE, errc::ns_host_not_found);
    expect_condition<ns_try_again_error>(resolver, EAI_AGAIN, errc::ns_try_again);
    expect_condition<ns_try_again_condition>(resolver, EAI_AGAIN, errc::ns_try_again);
    expect_condition<ns_no_recovery_error>(resolver, EAI_FAIL, errc::ns_no_recovery);
    expect_condition<ns_no_recovery_error>(resolver, EAI_OVERFLOW, errc::ns_no_recovery);
    expect_condition<ns_unknown_error>(resolver, EAI_SYSTEM, errc::ns_unknown); // without saying which
    expect_condition<ns_unknown_error>(resolver, -4711, errc::ns_unknown);
    expect_condition<out_of_memory_error>(resolver, EAI_MEMORY, errc::out_of_memory);
    expect_condition<invalid_argument_error>(resolver, EAI_BADFLAGS, errc::invalid_argument);
    expect_condition<protocol_not_supported_error>(resolver, EAI_FAMILY, errc::protocol_not_supported);
    expect_condition<socket_type_not_supported_error>(resolver, EAI_SOCKTYPE, errc::socket_type_not_supported);
}

TEST(names, an_error_of_the_system_is_that_error) {
    fake_resolver resolver;
    resolver.fail("host", {EAI_SYSTEM, EMFILE});
    auto const error = raised_by<no_buffers_error>([] { (void)get_hosts_by_name("host"); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), std::error_code(EMFILE, std::system_category()));
}

TEST(names, an_interrupted_call_is_made_again) {
    fake_resolver resolver;
    resolver.fail_once("host", {EAI_SYSTEM, EINTR});
    resolver.add("host", {a4});
    EXPECT_EQ(get_host_by_name("host"), a4);
    EXPECT_EQ(resolver.calls(), 2U);
}

TEST(names, no_address_at_all_is_not_found) {
    fake_resolver resolver;
    resolver.add("empty", {});
    EXPECT_THROW((void)get_host_by_name("empty"), ns_host_not_found_error);
}

TEST(names, a_message_tells_the_operation_the_name_and_the_reason) {
    fake_resolver resolver;
    resolver.fail("host.example", {EAI_AGAIN, 0});
    auto const failed = raised_by<ns_try_again_error>([] { (void)get_host_by_name("host.example"); });
    ASSERT_TRUE(failed);
    EXPECT_TRUE(
        std::string_view(failed->what()).starts_with("get_host_by_name host.example: name service not answering"))
        << failed->what();
    auto const refused = raised_by<ns_host_not_found_error>([] { (void)get_hosts_by_name("127.1"); });
    ASSERT_TRUE(refused);
    EXPECT_STREQ(refused->what(), "get_hosts_by_name 127.1: host not found: it is no address in strict notation");
}

TEST(names, a_failed_allocation_is_reported) {
    fake_resolver resolver;
    resolver.run_out_of_memory("host");
    EXPECT_THROW((void)get_host_by_name("host"), std::bad_alloc);
    std::error_code ec;
    (void)get_host_by_name("host", {}, ec);
    EXPECT_EQ(ec, errc::out_of_memory);
    EXPECT_THROW((void)get_host_by_name("host", {.timeout = 1h}), out_of_memory_error) << "on a worker";
}

// ---- addresses, services, this host ----

TEST(names, the_name_of_an_address) {
    fake_resolver resolver;
    resolver.add("192.0.2.1", {});
    EXPECT_EQ(get_host_by_address(a4), "name-of-192.0.2.1");
    EXPECT_EQ(get_host_by_address(a4, {.timeout = 1h}), "name-of-192.0.2.1");
    auto const error = raised_by<ns_host_not_found_error>([] { (void)get_host_by_address(b4); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->host_or_ip(), "192.0.2.2");
    EXPECT_EQ(error->operation(), "get_host_by_address");
    std::error_code ec;
    EXPECT_EQ(get_host_by_address(b4, {}, ec), "");
    EXPECT_EQ(ec, errc::ns_host_not_found);
    EXPECT_EQ(get_host_by_address(a4, {}, ec), "name-of-192.0.2.1");
    EXPECT_FALSE(ec);
}

TEST(names, the_port_of_a_service) {
    fake_resolver resolver;
    resolver.add("service", {});
    EXPECT_EQ(get_port_by_service("service"), 6);
    EXPECT_EQ(get_port_by_service("service", service_protocol::udp), 17);
    EXPECT_EQ(get_port_by_service("0"), 0);
    EXPECT_EQ(get_port_by_service("65535"), 65535);
    EXPECT_EQ(get_port_by_service(8001), 8001);
    EXPECT_EQ(resolver.calls(), 2U);

    EXPECT_THROW((void)get_port_by_service("no-such-service"), invalid_argument_error);
    EXPECT_THROW((void)get_port_by_service("65536"), invalid_argument_error);
    EXPECT_THROW((void)get_port_by_service(65616), invalid_argument_error);
    EXPECT_THROW((void)get_port_by_service(""), invalid_argument_error);
    std::error_code ec;
    EXPECT_EQ(get_port_by_service(-1, service_protocol::tcp, ec), 0);
    EXPECT_EQ(ec, errc::invalid_argument);

    resolver.fail("later", {EAI_AGAIN, 0});
    EXPECT_EQ(get_port_by_service("later", service_protocol::tcp, ec), 0);
    EXPECT_EQ(ec, errc::ns_try_again);
}

TEST(names, the_service_of_a_port) {
    fake_resolver resolver;
    resolver.add("80", {});
    EXPECT_EQ(get_service_by_port(80), "of-streams");
    EXPECT_EQ(get_service_by_port(80, service_protocol::udp), "of-datagrams");
    EXPECT_EQ(get_service_by_port(81), "81");
    resolver.fail("82", {EAI_FAIL, 0});
    EXPECT_THROW((void)get_service_by_port(82), ns_no_recovery_error);
    std::error_code ec;
    EXPECT_EQ(get_service_by_port(82, service_protocol::tcp, ec), "");
    EXPECT_EQ(ec, errc::ns_no_recovery);
    EXPECT_EQ(get_service_by_port(81, service_protocol::tcp, ec), "81");
    EXPECT_THROW((void)get_service_by_port(65616), invalid_argument_error); // and not 80
    EXPECT_FALSE(ec);
}

TEST(names, services_keep_to_the_scope) {
    fake_resolver resolver;
    resolver.hang("service");
    resolver.hang("80");
    cancel_scope const limit(5ms);
    EXPECT_THROW((void)get_port_by_service("service"), deadline_timeout_error);
    EXPECT_THROW((void)get_service_by_port(80), deadline_timeout_error);
}

TEST(names, this_hosts_name_is_the_systems) {
    std::array<char, 1024> name{};
    ASSERT_EQ(::gethostname(name.data(), name.size() - 1), 0);
    EXPECT_EQ(get_host_name(), name.data());
    std::error_code ec = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(get_host_name(ec), name.data());
    EXPECT_FALSE(ec);
}

// ---- the system's own resolver; nothing here leaves this machine ----

TEST(names, localhost_is_a_loopback_address) {
    for (auto const& options : {name_options{}, name_options{.timeout = 1h}}) {
        auto const addresses = get_hosts_by_name("localhost", options);
        ASSERT_FALSE(addresses.empty());
        EXPECT_TRUE(std::ranges::all_of(addresses, &ip_address::is_loopback));
        EXPECT_TRUE(get_host_by_name("localhost", options).is_loopback());
        EXPECT_TRUE(get_random_host_by_name("localhost", {}, options).is_loopback());
    }
}

bool file_has(char const* path, std::string_view word) {
    std::ifstream file(path);
    for (std::string each; file >> each;) {
        if (each == word)
            return true;
    }
    return false;
}

TEST(names, the_loopback_address_has_a_name) {
    if (!file_has("/etc/hosts", "127.0.0.1"))
        GTEST_SKIP() << "/etc/hosts does not name 127.0.0.1: the question would leave this machine";
    EXPECT_NE(get_host_by_address(ip_address::loopback_v4()), "");
    EXPECT_EQ(get_host_by_address(ip_address::loopback_v4(), {.timeout = 1h}),
              get_host_by_address(ip_address::loopback_v4()));
}

TEST(names, the_systems_services) {
    if (!file_has("/etc/services", "80/tcp") || !file_has("/etc/services", "123/udp"))
        GTEST_SKIP() << "/etc/services is missing (package netbase)";
    EXPECT_EQ(get_port_by_service("http"), 80);
    EXPECT_EQ(get_port_by_service("ntp", service_protocol::udp), 123);
    EXPECT_EQ(get_service_by_port(80), "http");
    EXPECT_EQ(get_service_by_port(123, service_protocol::udp), "ntp");
    EXPECT_EQ(get_service_by_port(0), "0");
    EXPECT_THROW((void)get_port_by_service(" 80"), invalid_argument_error);
    EXPECT_THROW((void)get_port_by_service("+80"), invalid_argument_error);
    EXPECT_THROW((void)get_port_by_service("0x50"), invalid_argument_error);
    EXPECT_THROW((void)get_port_by_service("http\0"s), invalid_argument_error);
    EXPECT_THROW((void)get_port_by_service("no-such-service"), invalid_argument_error);
}

} // namespace
