// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

/// The address of this machine that a datagram came to or goes out from, which the system's calls keep in control data.
namespace usocket::platform {
namespace {

/// Room for more than the addresses: a caller may have turned other notes on, and they can come first.
constexpr std::size_t room_for_notes = 512;

template <class Info>
Info info_in(cmsghdr* note) noexcept {
    Info info{};
    std::memcpy(&info, CMSG_DATA(note), sizeof info);
    return info;
}

/// Where a datagram was sent to, as its notes say. An IPv4 one on a v6 socket may have a note of either family.
std::optional<ip_address> destination_in(msghdr& message) noexcept {
    for (cmsghdr* note = CMSG_FIRSTHDR(&message); note != nullptr; note = CMSG_NXTHDR(&message, note)) {
        if (note->cmsg_level == IPPROTO_IP && note->cmsg_type == IP_PKTINFO) {
            auto const info = info_in<in_pktinfo>(note);
            ip_address::v4_octets_type octets{};
            std::memcpy(octets.data(), &info.ipi_addr, octets.size());
            return octets;
        }
        if (note->cmsg_level == IPPROTO_IPV6 && note->cmsg_type == IPV6_PKTINFO) {
            auto const info = info_in<in6_pktinfo>(note);
            ip_address::v6_octets_type octets{};
            std::memcpy(octets.data(), &info.ipi6_addr, octets.size());
            ip_address const address(octets);
            bool const has_scope = !address.is_v4_mapped() && address.is_link_local();
            return has_scope ? address.with_scope(info.ipi6_ifindex) : address;
        }
    }
    return std::nullopt;
}

/// The note that says where a datagram goes out from.
class source_note {
public:
    explicit source_note(ip_address const& source) noexcept {
        auto const octets = source.octets();
        if (source.is_v4()) {
            in_pktinfo info{};
            std::memcpy(&info.ipi_spec_dst, octets.data(), octets.size());
            put(IPPROTO_IP, IP_PKTINFO, info);
        } else {
            in6_pktinfo info{};
            std::memcpy(&info.ipi6_addr, octets.data(), octets.size());
            if (source.is_link_local()) // the interface of any other is the route's affair
                info.ipi6_ifindex = source.scope();
            put(IPPROTO_IPV6, IPV6_PKTINFO, info);
        }
    }

    void add_to(msghdr& message) noexcept {
        message.msg_control = data_.data();
        message.msg_controllen = size_;
    }

private:
    template <class Info>
    void put(int level, int type, Info const& info) noexcept {
        cmsghdr header{};
        header.cmsg_level = level;
        header.cmsg_type = type;
        header.cmsg_len = CMSG_LEN(sizeof info);
        std::memcpy(data_.data(), &header, sizeof header);
        std::memcpy(data_.data() + CMSG_LEN(0), &info, sizeof info);
        size_ = CMSG_SPACE(sizeof info);
    }

    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo))> data_{};
    std::size_t size_ = 0;
};

} // namespace

transfer receive_with_destination(handle socket, std::span<std::byte> buffer, endpoint& source,
                                  std::optional<ip_address>& destination, transfer_flags flags) noexcept {
    socket_address address;
    alignas(cmsghdr) std::array<std::byte, room_for_notes> notes{};
    iovec vector{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = address.fill();
    message.msg_namelen = address.length;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = notes.data();
    message.msg_controllen = notes.size();
    // MSG_TRUNC asked for: the result is the datagram's own size.
    auto result = to_transfer(::recvmsg(socket, &message, to_system(flags) | MSG_TRUNC));
    if (result.error != 0)
        return result;
    destination = destination_in(message);
    address.length = message.msg_namelen;
    result.error = decode_into(address, source);
    return result;
}

transfer send_from(handle socket, std::span<std::byte const> data, ip_address const& source,
                   endpoint const* destination, transfer_flags flags) noexcept {
    socket_address address;
    iovec vector{const_cast<std::byte*>(data.data()), data.size()};
    msghdr message{};
    if (destination != nullptr) {
        if (int const error = encode(*destination, address))
            return {0, error};
        message.msg_name = &address.storage;
        message.msg_namelen = address.length;
    }
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    source_note note(source);
    note.add_to(message);
    return to_transfer(::sendmsg(socket, &message, to_system(flags) | MSG_NOSIGNAL));
}

} // namespace usocket::platform
