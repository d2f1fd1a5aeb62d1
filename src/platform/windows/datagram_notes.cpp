// SPDX-License-Identifier: MIT
#include <array>
#include <cstring>

#include "platform/datagram.hpp"
#include "platform/windows/control_data.hpp"
#include "platform/windows/sockaddr.hpp"
#include "platform/windows/transfer.hpp"

namespace usocket::platform {
namespace {

/// Room for all notes that the library asks for; a caller may have turned others on, and they can come first.
constexpr std::size_t room_for_notes = 512;

/// An extension whose address Winsock must be asked for; null where there is none.
LPFN_WSARECVMSG find_receive_message(handle socket) noexcept {
    GUID id = WSAID_WSARECVMSG;
    LPFN_WSARECVMSG found = nullptr;
    DWORD size = 0;
    int const result = ::WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &found, sizeof found,
                                  &size, nullptr, nullptr);
    return result == 0 ? found : nullptr;
}

template <class Info>
Info info_in(WSACMSGHDR* note) noexcept {
    Info info{};
    std::memcpy(&info, WSA_CMSG_DATA(note), sizeof info);
    return info;
}

void read_v4(WSACMSGHDR* note, datagram_notes& notes) noexcept {
    switch (note->cmsg_type) {
    case IP_PKTINFO: {
        auto const info = info_in<IN_PKTINFO>(note);
        ip_address::v4_octets_type octets{};
        std::memcpy(octets.data(), &info.ipi_addr, octets.size());
        notes.destination = octets;
        notes.interface_number = info.ipi_ifindex;
        break;
    }
    case IP_TOS:
        notes.traffic_class = static_cast<std::uint8_t>(info_in<int>(note));
        break;
    case IP_TTL:
    case hop_limit_note:
        notes.hop_limit = static_cast<std::uint8_t>(info_in<int>(note));
        break;
    default:
        break;
    }
}

void read_v6(WSACMSGHDR* note, datagram_notes& notes) noexcept {
    switch (note->cmsg_type) {
    case IPV6_PKTINFO: {
        auto const info = info_in<IN6_PKTINFO>(note);
        ip_address::v6_octets_type octets{};
        std::memcpy(octets.data(), &info.ipi6_addr, octets.size());
        ip_address const address(octets);
        bool const has_scope = !address.is_v4_mapped() && address.is_link_local();
        notes.destination = has_scope ? address.with_scope(info.ipi6_ifindex) : address;
        notes.interface_number = info.ipi6_ifindex;
        break;
    }
    case traffic_class_note:
        notes.traffic_class = static_cast<std::uint8_t>(info_in<int>(note));
        break;
    case hop_limit_note:
        notes.hop_limit = static_cast<std::uint8_t>(info_in<int>(note));
        break;
    default:
        break;
    }
}

/// What the control data of a received message says. An IPv4 datagram on a v6 socket may have notes of either family.
datagram_notes notes_in(WSAMSG& message) noexcept {
    datagram_notes notes;
    for (WSACMSGHDR* note = WSA_CMSG_FIRSTHDR(&message); note != nullptr; note = WSA_CMSG_NXTHDR(&message, note)) {
        if (note->cmsg_level == IPPROTO_IP)
            read_v4(note, notes);
        else if (note->cmsg_level == IPPROTO_IPV6)
            read_v6(note, notes);
    }
    if (notes.destination) {
        auto const to = notes.destination->unmapped();
        notes.sent_to_many = (message.dwFlags & (MSG_BCAST | MSG_MCAST)) != 0 || to.is_multicast() ||
                             to == ip_address::v4_octets_type{255, 255, 255, 255};
    }
    return notes;
}

} // namespace

transfer receive_with_notes(handle socket, std::span<std::byte> skipped, std::span<std::byte> buffer, endpoint& source,
                            datagram_notes& notes, transfer_flags flags) noexcept {
    static auto const receive_message = find_receive_message(socket);
    if (receive_message == nullptr)
        return {0, not_on_windows};
    std::array<char, longest_datagram> rest; // as in receive_from_raw()
    std::array<WSABUF, 3> buffers{
        to_buffer(skipped), to_buffer(buffer), {static_cast<u_long>(rest.size()), rest.data()}};
    alignas(WSACMSGHDR) std::array<char, room_for_notes> control{};
    socket_address address;
    WSAMSG message{};
    message.name = address.fill();
    message.namelen = address.length;
    message.lpBuffers = buffers.data();
    message.dwBufferCount = static_cast<DWORD>(buffers.size());
    message.Control = {static_cast<u_long>(control.size()), control.data()};
    message.dwFlags = to_system(flags);
    DWORD count = 0;
    if (int const error = outcome(receive_message(socket, &message, &count, nullptr, nullptr)))
        return {0, is_end_of_shut_input(socket, error) ? 0 : error};
    notes = notes_in(message);
    address.length = message.namelen;
    return {count, decode_into(address, source)};
}

} // namespace usocket::platform
