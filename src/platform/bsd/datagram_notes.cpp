// SPDX-License-Identifier: MIT
#include "platform/posix/datagram_notes.hpp"

#include <chrono>

#include <netinet/in.h>
#include <sys/time.h>

#include "platform/bsd/note.hpp"

namespace usocket::platform {
namespace {

void read_v6(cmsghdr const* note, datagram_notes& notes) noexcept {
    if (note->cmsg_type == IPV6_PKTINFO) {
        auto const info = info_in<in6_pktinfo>(note);
        ip_address::v6_octets_type octets{};
        std::memcpy(octets.data(), &info.ipi6_addr, octets.size());
        ip_address const address(octets);
        notes.sent_to_many = notes.sent_to_many || address.is_multicast() || address.unmapped().is_multicast();
        bool const has_scope = !address.is_v4_mapped() && address.is_link_local();
        notes.destination = has_scope ? address.with_scope(info.ipi6_ifindex) : address;
        notes.interface_number = info.ipi6_ifindex;
    } else if (note->cmsg_type == IPV6_TCLASS) {
        notes.traffic_class = octet_in(note);
    } else if (note->cmsg_type == IPV6_HOPLIMIT) {
        notes.hop_limit = octet_in(note);
    }
}

void read_socket_level(cmsghdr const* note, datagram_notes& notes) noexcept {
    if (note->cmsg_type != SCM_TIMESTAMP)
        return;
    auto const time = info_in<timeval>(note);
    notes.received_at =
        datagram_details::time_point(std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec));
}

} // namespace

datagram_notes notes_in(msghdr& message) noexcept {
    datagram_notes notes;
    for (cmsghdr* note = CMSG_FIRSTHDR(&message); note != nullptr; note = CMSG_NXTHDR(&message, note)) {
        if (note->cmsg_level == IPPROTO_IP)
            read_v4_note(note, notes);
        else if (note->cmsg_level == IPPROTO_IPV6)
            read_v6(note, notes);
        else if (note->cmsg_level == SOL_SOCKET)
            read_socket_level(note, notes);
    }
    return notes;
}

} // namespace usocket::platform
