// SPDX-License-Identifier: MIT
#include <netinet/in.h>

#include "platform/bsd/note.hpp"

namespace usocket::platform {

// Notes have the numbers of the options that ask for them, which are not distinct on all systems: no switch.
void read_v4_note(cmsghdr const* note, datagram_notes& notes) noexcept {
    if (note->cmsg_type == IP_PKTINFO) {
        auto const info = info_in<in_pktinfo>(note);
        ip_address::v4_octets_type octets{};
        std::memcpy(octets.data(), &info.ipi_addr, octets.size());
        ip_address const address(octets);
        notes.destination = address;
        // What a network's own broadcast address is, the system does not say.
        notes.sent_to_many = address.is_multicast() || info.ipi_addr.s_addr == INADDR_BROADCAST;
        notes.interface_number = static_cast<std::uint32_t>(info.ipi_ifindex);
    } else if (note->cmsg_type == IP_RECVTOS || note->cmsg_type == IP_TOS) {
        notes.traffic_class = octet_in(note);
    } else if (note->cmsg_type == IP_RECVTTL || note->cmsg_type == IP_TTL) {
        notes.hop_limit = octet_in(note);
    }
}

} // namespace usocket::platform
