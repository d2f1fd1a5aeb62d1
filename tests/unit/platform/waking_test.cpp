// SPDX-License-Identifier: MIT
#include "platform/bsd/waking.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "unit/platform/helpers.hpp"

namespace usocket::platform {
namespace {

constexpr auto none = transfer_flags::none;

TEST(platform_waking, an_acceptor_goes_on) {
    test::temporary_directory const directory;
    for (auto const& where : {endpoint(ip_address::loopback_v4(), 0), endpoint(ip_address::any_v4(), 0),
                              endpoint(ip_address::any_v6(), 0), endpoint::local_path(directory.file("listener"))}) {
        family const which = where.is_local() ? family::local : where.address().is_v4() ? family::v4 : family::v6;
        if (which == family::v6 && !test::has_v6_loopback())
            continue;
        auto const listener = test::open_bound(which, socket_type::stream, where);
        ASSERT_EQ(listen(listener, 5), 0);
        std::thread acceptor([&] {
            test::owned_handle accepted;
            endpoint remote;
            EXPECT_EQ(accept(listener, accepted.out(), remote), 0);
        });
        wake_acceptor(listener);
        acceptor.join();
    }
}

TEST(platform_waking, a_receiver_goes_on) {
    for (auto const& where : {endpoint(ip_address::loopback_v4(), 0), endpoint(ip_address::any_v4(), 0)}) {
        auto const socket = test::open_bound(family::v4, socket_type::datagram, where);
        std::thread receiver([&] {
            std::byte octet{};
            EXPECT_EQ(receive(socket, std::span(&octet, 1), none).count, 0U);
        });
        end_datagrams(socket);
        receiver.join();
    }
}

} // namespace
} // namespace usocket::platform
