// SPDX-License-Identifier: MIT
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

#include "platform/bsd/outgoing_notes.hpp"
#include "platform/datagram.hpp"
#include "platform/posix/outgoing_addresses.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

/// Many datagrams by a call for each: these systems have no other.
namespace usocket::platform {
namespace {

transfer send_message(handle socket, family which, outgoing_message const& message, transfer_flags flags) noexcept {
    if (message.segment != 0)
        return {0, EOPNOTSUPP};
    if (message.piece_count > most_pieces)
        return {0, EINVAL};
    socket_address address;
    msghdr header{};
    if (message.destination != nullptr) {
        if (int const error = encode_in_form_of(which, *message.destination, address))
            return {0, error};
        header.msg_name = &address.storage;
        header.msg_namelen = address.length;
    }
    iovec vectors[most_pieces]; // NOLINT(cppcoreguidelines-pro-type-member-init): filled as far as it is needed
    for (std::size_t i = 0; i < message.piece_count; ++i)
        vectors[i] = {const_cast<std::byte*>(message.pieces[i].data), message.pieces[i].size};
    header.msg_iov = vectors;
    header.msg_iovlen = static_cast<decltype(header.msg_iovlen)>(message.piece_count);
    outgoing_notes notes;
    if (!is_chosen_by_system(message.source)) {
        if (int const error = refuses_source(which, *message.source))
            return {0, error};
        notes.add_source(in_form_of(which, message.source->address()));
    }
    notes.attach_to(header);
    return to_transfer(::sendmsg(socket, &header, to_system(flags) | without_signal));
}

} // namespace

transfer send_messages(handle socket, family which, std::span<outgoing_message const> messages,
                       transfer_flags flags) noexcept {
    std::size_t sent = 0;
    for (auto const& message : messages) {
        if (auto const result = send_message(socket, which, message, flags); result.error != 0)
            return sent != 0 ? transfer{sent, 0} : transfer{0, result.error};
        ++sent;
    }
    return {sent, 0};
}

} // namespace usocket::platform
