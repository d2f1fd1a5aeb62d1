// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <netdb.h>

#include <gtest/gtest.h>

// Only numeric names and those of the hosts file: no test asks a name server.
namespace usocket::platform {
namespace {

TEST(platform_names, numeric_names_are_their_own_address) {
    std::vector<ip_address> addresses(3);
    ASSERT_EQ(resolve_name("127.0.0.1", std::nullopt, addresses).error, 0);
    EXPECT_EQ(addresses, std::vector{ip_address::loopback_v4()});
    ASSERT_EQ(resolve_name("::1", family::v6, addresses).error, 0);
    EXPECT_EQ(addresses, std::vector{ip_address::loopback_v6()});
}

TEST(platform_names, the_scope_of_an_address_is_kept) {
    auto const scope = interface_index("lo");
    std::vector<ip_address> addresses;
    ASSERT_EQ(resolve_name("fe80::1%" + std::to_string(scope), std::nullopt, addresses).error, 0);
    EXPECT_EQ(addresses, std::vector{ip_address::parse("fe80::1")->with_scope(scope)});
}

TEST(platform_names, localhost_has_each_loopback_address_once) {
    std::vector<ip_address> addresses;
    ASSERT_EQ(resolve_name("localhost", std::nullopt, addresses).error, 0);
    ASSERT_FALSE(addresses.empty());
    for (auto const& address : addresses)
        EXPECT_TRUE(address.is_loopback()) << address.to_string();
    EXPECT_EQ(std::set<ip_address>(addresses.begin(), addresses.end()).size(), addresses.size());
    ASSERT_EQ(resolve_name("localhost", family::v4, addresses).error, 0);
    EXPECT_EQ(addresses, std::vector{ip_address::loopback_v4()});
}

TEST(platform_names, an_address_of_the_other_family_is_not_found) {
    std::vector<ip_address> addresses;
    EXPECT_EQ(classify_resolver(resolve_name("127.0.0.1", family::v6, addresses).error), errc::ns_host_not_found);
    EXPECT_EQ(classify_resolver(resolve_name("::1", family::v4, addresses).error), errc::ns_host_not_found);
    EXPECT_TRUE(addresses.empty());
    EXPECT_NE(resolve_name("localhost", family::local, addresses).error, 0);
}

TEST(platform_names, a_name_with_an_embedded_nul_is_not_the_part_before_it) {
    std::vector<ip_address> addresses;
    EXPECT_EQ(classify_resolver(resolve_name(std::string("127.0.0.1\0.x", 12), std::nullopt, addresses).error),
              errc::ns_host_not_found);
    EXPECT_EQ(interface_index(std::string("lo\0x", 4)), 0U);
}

TEST(platform_names, loopback_has_a_name) {
    std::string name;
    ASSERT_EQ(resolve_address(ip_address::loopback_v4(), name).error, 0);
    EXPECT_FALSE(name.empty());
    EXPECT_FALSE(ip_address::parse(name)) << name;
}

TEST(platform_names, services_have_ports_and_ports_have_services) {
    std::uint16_t port = 0;
    if (resolve_service("domain", socket_type::stream, port).error != 0)
        GTEST_SKIP() << "no list of services on this machine";
    EXPECT_EQ(port, 53);
    ASSERT_EQ(resolve_service("domain", socket_type::datagram, port).error, 0);
    EXPECT_EQ(port, 53);
    ASSERT_EQ(resolve_service("http", socket_type::stream, port).error, 0);
    EXPECT_EQ(port, 80);
    std::string name;
    ASSERT_EQ(name_service(53, socket_type::datagram, name).error, 0);
    EXPECT_EQ(name, "domain");
    // Ports whose service depends on the type.
    ASSERT_EQ(name_service(514, socket_type::stream, name).error, 0);
    EXPECT_EQ(name, "shell");
    ASSERT_EQ(name_service(514, socket_type::datagram, name).error, 0);
    EXPECT_EQ(name, "syslog");
}

TEST(platform_names, what_is_no_service_name_is_refused) {
    std::uint16_t port = 7;
    for (std::string const& text : {std::string("no-such-service"), std::string("80"), std::string("65536"),
                                    std::string(" 80"), std::string("+80"), std::string(), std::string("http\0x", 6)})
        EXPECT_EQ(classify_resolver(resolve_service(text, socket_type::stream, port).error), errc::ns_host_not_found)
            << text;
    EXPECT_EQ(port, 7);
    std::string name = "untouched";
    EXPECT_EQ(name_service(1, socket_type::datagram, name).error == 0, name != "untouched");
    name = "untouched";
    EXPECT_EQ(classify_resolver(name_service(65001, socket_type::stream, name).error), errc::ns_host_not_found);
    EXPECT_EQ(name, "untouched");
}

TEST(platform_names, the_host_has_a_name) {
    std::string name;
    ASSERT_EQ(host_name(name), 0);
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find('\0'), name.npos);
}

TEST(platform_names, interfaces_have_numbers) {
    EXPECT_NE(interface_index("lo"), 0U);
    EXPECT_EQ(interface_index("no-such-if"), 0U);
    EXPECT_EQ(interface_index(""), 0U);
}

} // namespace
} // namespace usocket::platform
