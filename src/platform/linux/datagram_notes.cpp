// SPDX-License-Identifier: MIT
#include "platform/posix/datagram_notes.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <ctime>
#include <optional>
#include <span>

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

/// What a note carries, as far as it is there: the last one is cut short where the system found no room for all notes.
std::span<std::byte const> data_of(msghdr const& message, cmsghdr const* note) noexcept {
    auto const* const begin = reinterpret_cast<std::byte const*>(CMSG_DATA(note));
    auto const* const end = static_cast<std::byte const*>(message.msg_control) + message.msg_controllen;
    if (note->cmsg_len < CMSG_LEN(0) || begin > end)
        return {};
    return {begin, std::min(note->cmsg_len - CMSG_LEN(0), static_cast<std::size_t>(end - begin))};
}

/// False: it is not all there.
template <class Info>
bool read(std::span<std::byte const> data, Info& out) noexcept {
    if (data.size() < sizeof out)
        return false;
    std::memcpy(&out, data.data(), sizeof out);
    return true;
}

/// Some are one octet, others an int.
std::optional<std::uint8_t> octet_in(std::span<std::byte const> data) noexcept {
    if (int value = 0; read(data, value))
        return static_cast<std::uint8_t>(value);
    if (data.empty())
        return std::nullopt;
    return static_cast<std::uint8_t>(data.front());
}

void read_v4(int type, std::span<std::byte const> data, datagram_notes& notes) noexcept {
    switch (type) {
    case IP_PKTINFO: {
        in_pktinfo info{};
        if (!read(data, info))
            break;
        ip_address::v4_octets_type octets{};
        std::memcpy(octets.data(), &info.ipi_addr, octets.size());
        notes.destination = octets;
        // The system has our own address ready for an answer.
        notes.sent_to_many = std::memcmp(&info.ipi_addr, &info.ipi_spec_dst, sizeof info.ipi_addr) != 0;
        notes.interface_number = static_cast<std::uint32_t>(info.ipi_ifindex);
        break;
    }
    case IP_TOS:
        notes.traffic_class = octet_in(data);
        break;
    case IP_TTL:
        notes.hop_limit = octet_in(data);
        break;
    default:
        break;
    }
}

void read_v6(int type, std::span<std::byte const> data, datagram_notes& notes) noexcept {
    switch (type) {
    case IPV6_PKTINFO: {
        in6_pktinfo info{};
        if (!read(data, info))
            break;
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
        notes.traffic_class = octet_in(data);
        break;
    case IPV6_HOPLIMIT:
        notes.hop_limit = octet_in(data);
        break;
    default:
        break;
    }
}

void read_socket_level(int type, std::span<std::byte const> data, datagram_notes& notes) noexcept {
    if (type == SO_RXQ_OVFL) {
        if (std::uint32_t lost = 0; read(data, lost))
            notes.lost_before = lost;
    } else if (type == SCM_TIMESTAMPNS) {
        if (timespec time{}; read(data, time))
            notes.received_at = datagram_details::time_point(std::chrono::seconds(time.tv_sec) +
                                                             std::chrono::nanoseconds(time.tv_nsec));
    }
}

void read_udp(int type, std::span<std::byte const> data, datagram_notes& notes) noexcept {
    if (int size = 0; type == UDP_GRO && read(data, size) && size > 0)
        notes.segment = static_cast<std::size_t>(size);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare" // musl's macro compares sizes of both signs
cmsghdr* note_after(cmsghdr* note, msghdr& message) noexcept { return CMSG_NXTHDR(&message, note); }
#pragma GCC diagnostic pop

} // namespace

datagram_notes notes_in(msghdr& message) noexcept {
    datagram_notes notes;
    for (cmsghdr* note = CMSG_FIRSTHDR(&message); note != nullptr; note = note_after(note, message)) {
        auto const data = data_of(message, note);
        switch (note->cmsg_level) {
        case IPPROTO_UDP:
            read_udp(note->cmsg_type, data, notes);
            break;
        case IPPROTO_IP:
            read_v4(note->cmsg_type, data, notes);
            break;
        case IPPROTO_IPV6:
            read_v6(note->cmsg_type, data, notes);
            break;
        case SOL_SOCKET:
            read_socket_level(note->cmsg_type, data, notes);
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
