// SPDX-License-Identifier: MIT
#include <cstddef>

#include <sys/types.h>

#include <net/if_dl.h>
#include <netinet/in.h>

#include "platform/bsd/note.hpp"

/// The BSDs note the destination and the interface apart.
namespace usocket::platform {
namespace {

#ifdef IP_RECVTOS
constexpr int traffic_class_note = IP_RECVTOS;
#else
constexpr int traffic_class_note = IP_TOS; // which is never asked for
#endif

} // namespace

// Notes have the numbers of the options that ask for them.
void read_v4_note(cmsghdr const* note, datagram_notes& notes) noexcept {
    if (note->cmsg_type == IP_RECVDSTADDR) {
        auto const destination = info_in<in_addr>(note);
        ip_address::v4_octets_type octets{};
        std::memcpy(octets.data(), &destination, octets.size());
        ip_address const address(octets);
        notes.destination = address;
        // What a network's own broadcast address is, the system does not say.
        notes.sent_to_many = address.is_multicast() || destination.s_addr == INADDR_BROADCAST;
    } else if (note->cmsg_type == IP_RECVIF) {
        // An address of a link, often shorter than its type.
        constexpr auto offset = offsetof(sockaddr_dl, sdl_index);
        decltype(sockaddr_dl::sdl_index) index{};
        if (note->cmsg_len >= CMSG_LEN(offset + sizeof index))
            std::memcpy(&index, CMSG_DATA(const_cast<cmsghdr*>(note)) + offset, sizeof index);
        notes.interface_number = index;
    } else if (note->cmsg_type == traffic_class_note) {
        notes.traffic_class = octet_in(note);
    } else if (note->cmsg_type == IP_RECVTTL || note->cmsg_type == IP_TTL) {
        notes.hop_limit = octet_in(note);
    }
}

} // namespace usocket::platform
