// SPDX-License-Identifier: MIT
#include "platform/posix/datagram_notes.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <ctime>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/uio.h>

#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

#ifndef SO_RXQ_OVFL
#define SO_RXQ_OVFL 40
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace usocket::platform {
namespace {

template <class Info>
Info info_in(cmsghdr const* note) noexcept {
    Info info{};
    std::memcpy(&info, CMSG_DATA(note), sizeof info);
    return info;
}

std::uint8_t octet_in(cmsghdr const* note) noexcept {
    return note->cmsg_len >= CMSG_LEN(sizeof(int)) ? static_cast<std::uint8_t>(info_in<int>(note))
                                                   : info_in<std::uint8_t>(note);
}

void read_v4(cmsghdr const* note, datagram_notes& notes) noexcept {
    switch (note->cmsg_type) {
    case IP_PKTINFO: {
        auto const info = info_in<in_pktinfo>(note);
        ip_address::v4_octets_type octets{};
        std::memcpy(octets.data(), &info.ipi_addr, octets.size());
        notes.destination = octets;
        // The system has our own address ready for an answer.
        notes.sent_to_many = std::memcmp(&info.ipi_addr, &info.ipi_spec_dst, sizeof info.ipi_addr) != 0;
        notes.interface_number = static_cast<std::uint32_t>(info.ipi_ifindex);
        break;
    }
    case IP_TOS:
        notes.traffic_class = octet_in(note);
        break;
    case IP_TTL:
        notes.hop_limit = octet_in(note);
        break;
    default:
        break;
    }
}

void read_v6(cmsghdr const* note, datagram_notes& notes) noexcept {
    switch (note->cmsg_type) {
    case IPV6_PKTINFO: {
        auto const info = info_in<in6_pktinfo>(note);
        ip_address::v6_octets_type octets{};
        std::memcpy(octets.data(), &info.ipi6_addr, octets.size());
        ip_address const address(octets);
        notes.sent_to_many = notes.sent_to_many || address.is_multicast();
        bool const has_scope = !address.is_v4_mapped() && address.is_link_local();
        notes.destination = has_scope ? address.with_scope(info.ipi6_ifindex) : address;
        notes.interface_number = info.ipi6_ifindex;
        break;
    }
    case IPV6_TCLASS:
        notes.traffic_class = octet_in(note);
        break;
    case IPV6_HOPLIMIT:
        notes.hop_limit = octet_in(note);
        break;
    default:
        break;
    }
}

void read_socket_level(cmsghdr const* note, datagram_notes& notes) noexcept {
    if (note->cmsg_type == SO_RXQ_OVFL) {
        notes.lost_before = info_in<std::uint32_t>(note);
    } else if (note->cmsg_type == SCM_TIMESTAMPNS) {
        auto const time = info_in<timespec>(note);
        notes.received_at =
            datagram_details::time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
    }
}

} // namespace

datagram_notes notes_in(msghdr& message) noexcept {
    datagram_notes notes;
    for (cmsghdr* note = CMSG_FIRSTHDR(&message); note != nullptr; note = CMSG_NXTHDR(&message, note)) {
        switch (note->cmsg_level) {
        case IPPROTO_UDP:
            if (note->cmsg_type == UDP_GRO)
                notes.segment = static_cast<std::size_t>(info_in<int>(note));
            break;
        case IPPROTO_IP:
            read_v4(note, notes);
            break;
        case IPPROTO_IPV6:
            read_v6(note, notes);
            break;
        case SOL_SOCKET:
            read_socket_level(note, notes);
            break;
        default:
            break;
        }
    }
    return notes;
}

transfer receive_with_notes(handle socket, std::span<std::byte> skipped, std::span<std::byte> buffer, endpoint& source,
                            datagram_notes& notes, transfer_flags flags) noexcept {
    socket_address address;
    alignas(cmsghdr) std::array<std::byte, room_for_notes> control{};
    iovec vectors[2] = {{skipped.data(), skipped.size()}, {buffer.data(), buffer.size()}};
    msghdr message{};
    message.msg_name = address.fill();
    message.msg_namelen = address.length;
    message.msg_iov = vectors;
    message.msg_iovlen = 2;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    // MSG_TRUNC asked for: the result is the datagram's own size.
    auto result = to_transfer(::recvmsg(socket, &message, to_system(flags) | MSG_TRUNC));
    if (result.error != 0)
        return result;
    notes = notes_in(message);
    address.length = message.msg_namelen;
    result.error = decode_into(address, source);
    return result;
}

} // namespace usocket::platform
