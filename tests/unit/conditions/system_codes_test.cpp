// SPDX-License-Identifier: MIT
//
// A code that the system gave: what it equals, and what it is called, on any system.
#include <usocket/error.hpp>

#include <string>

#include <gtest/gtest.h>

#include <usocket/connect.hpp>
#include <usocket/listen.hpp>

#include <usocket/conditions.hpp>

namespace usocket {
namespace {

std::uint16_t port_of_nobody() {
    return get_local_port(socket_listen("127.0.0.1", auto_port)); // which is closed at once
}

TEST(system_codes, equal_what_the_standard_calls_them) {
    std::error_code ec;
    static_cast<void>(socket_connect("127.0.0.1", port_of_nobody(), connect_options{}, ec));
    EXPECT_EQ(ec, errc::connection_refused);
    EXPECT_EQ(ec, std::errc::connection_refused);
    EXPECT_NE(ec, std::errc::connection_reset);

    auto const listener = socket_listen("127.0.0.1", auto_port, {.reuse_address = false});
    static_cast<void>(socket_listen("127.0.0.1", get_local_port(listener), {.reuse_address = false}, ec));
    EXPECT_EQ(ec, errc::address_in_use);
    EXPECT_EQ(ec, std::errc::address_in_use);
}

TEST(system_codes, have_the_systems_words) {
    std::error_code ec;
    static_cast<void>(socket_connect("127.0.0.1", port_of_nobody(), connect_options{}, ec));
    std::string const words = ec.message();
    EXPECT_STREQ(ec.category().name(), "system");
    EXPECT_GT(words.size(), 5U);
    EXPECT_NE(words.find_first_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos) << words;
    EXPECT_EQ(words.find_first_of("\r\n"), std::string::npos) << words;
    EXPECT_EQ(words.find("nknown"), std::string::npos) << words;
}

} // namespace
} // namespace usocket
