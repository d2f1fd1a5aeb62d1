// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

namespace fs = std::filesystem;

TEST(platform_local_path, a_socket_is_removed) {
    test::temporary_directory const directory;
    auto const path = directory.file("socket");
    auto const listener = test::open_bound(family::local, socket_type::stream, endpoint::local_path(path));
    ASSERT_TRUE(fs::is_socket(path));
    EXPECT_EQ(remove_local_path(path), 0);
    EXPECT_FALSE(fs::exists(path));
    EXPECT_EQ(remove_local_path(path), 0) << "nothing there is as good";
}

TEST(platform_local_path, what_is_no_socket_stays) {
    test::temporary_directory const directory;
    auto const file = directory.file("file");
    std::ofstream(file) << "precious";
    EXPECT_EQ(classify(remove_local_path(file)), errc::invalid_socket);
    EXPECT_TRUE(fs::exists(file));

    auto const socket_path = directory.file("socket");
    auto const listener = test::open_bound(family::local, socket_type::stream, endpoint::local_path(socket_path));
    auto const link = directory.file("link");
    fs::create_symlink(socket_path, link);
    EXPECT_EQ(classify(remove_local_path(link)), errc::invalid_socket);
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(classify(remove_local_path(directory.file(""))), errc::invalid_socket);
}

TEST(platform_local_path, a_path_with_an_embedded_nul_touches_nothing) {
    test::temporary_directory const directory;
    auto const path = directory.file("socket");
    auto const listener = test::open_bound(family::local, socket_type::stream, endpoint::local_path(path));
    auto const longer = path + std::string("\0x", 2);
    auto const before = fs::status(path).permissions();
    EXPECT_EQ(classify(remove_local_path(longer)), errc::invalid_argument);
    EXPECT_EQ(classify(set_local_path_mode(longer, 0)), errc::invalid_argument);
    EXPECT_TRUE(fs::is_socket(path));
    EXPECT_EQ(fs::status(path).permissions(), before);
}

TEST(platform_local_path, permissions_are_set) {
    test::temporary_directory const directory;
    auto const path = directory.file("socket");
    auto const listener = test::open_bound(family::local, socket_type::stream, endpoint::local_path(path));
    ASSERT_EQ(set_local_path_mode(path, 0600), 0);
    EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
    ASSERT_EQ(set_local_path_mode(path, 0666), 0);
    EXPECT_EQ(fs::status(path).permissions(), fs::perms(0666));
    EXPECT_EQ(classify(set_local_path_mode(directory.file("none"), 0600)), errc::address_not_available);
}

} // namespace
} // namespace usocket::platform
