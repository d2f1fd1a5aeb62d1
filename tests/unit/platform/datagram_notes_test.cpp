// SPDX-License-Identifier: MIT
#include "platform/posix/datagram_notes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>

#include <netinet/in.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

namespace usocket::platform {
namespace {

/// The notes of one of `type` that carries an address and an interface, with control data of exactly `size` octets.
template <class Info>
datagram_notes notes_of(int level, int type, Info const& info, std::size_t size) {
    auto const control = std::make_unique<std::byte[]>(size);
    cmsghdr header{};
    header.cmsg_level = level;
    header.cmsg_type = type;
    header.cmsg_len = static_cast<decltype(header.cmsg_len)>(std::min<std::size_t>(size, CMSG_LEN(sizeof info)));
    std::memcpy(control.get(), &header, sizeof header);
    std::memcpy(control.get() + sizeof header, &info, header.cmsg_len - sizeof header);
    msghdr message{};
    message.msg_control = control.get();
    message.msg_controllen = static_cast<decltype(message.msg_controllen)>(size);
    return notes_in(message);
}

in_pktinfo loopback_v4() {
    in_pktinfo info{};
    info.ipi_addr.s_addr = htonl(INADDR_LOOPBACK);
    info.ipi_ifindex = 1;
    return info;
}

TEST(platform_datagram_notes, tell_where_a_datagram_was_sent_to) {
    auto const v4 = notes_of(IPPROTO_IP, IP_PKTINFO, loopback_v4(), CMSG_LEN(sizeof(in_pktinfo)));
    EXPECT_EQ(v4.destination, ip_address::loopback_v4());
    EXPECT_EQ(v4.interface_number, 1U);
    in6_pktinfo const info{in6addr_loopback, 2};
    auto const v6 = notes_of(IPPROTO_IPV6, IPV6_PKTINFO, info, CMSG_LEN(sizeof info));
    EXPECT_EQ(v6.destination, ip_address::loopback_v6());
    EXPECT_EQ(v6.interface_number, 2U);
}

/// As the system cuts the last note where there is no room for all: what is behind it must not be read.
TEST(platform_datagram_notes, that_are_cut_short_are_none) {
    for (std::size_t size = CMSG_LEN(0); size < CMSG_LEN(sizeof(in_pktinfo)); ++size) {
        auto const notes = notes_of(IPPROTO_IP, IP_PKTINFO, loopback_v4(), size);
        EXPECT_EQ(notes.destination, std::nullopt) << size;
        EXPECT_EQ(notes.interface_number, 0U) << size;
    }
    for (std::size_t size = CMSG_LEN(0); size < CMSG_LEN(sizeof(in6_pktinfo)); ++size)
        EXPECT_EQ(notes_of(IPPROTO_IPV6, IPV6_PKTINFO, in6_pktinfo{}, size).destination, std::nullopt) << size;
    for (std::size_t size = CMSG_LEN(0); size < CMSG_LEN(sizeof(timespec)); ++size)
        EXPECT_EQ(notes_of(SOL_SOCKET, SCM_TIMESTAMPNS, timespec{}, size).received_at, std::nullopt) << size;
    EXPECT_EQ(notes_of(IPPROTO_IP, IP_TTL, 64, CMSG_LEN(0)).hop_limit, std::nullopt);
    EXPECT_EQ(notes_of(IPPROTO_IP, IP_TOS, std::uint8_t{3}, CMSG_LEN(1)).traffic_class, 3);
}

} // namespace
} // namespace usocket::platform
