// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

#include "platform/datagram.hpp"
#include "platform/linux/outgoing_notes.hpp"
#include "platform/posix/outgoing_addresses.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

namespace usocket::platform {
namespace {

/// Messages as the system takes them, so many at most. Its arrays are filled as far as there are messages, and not
/// cleared before.
template <std::size_t Most>
class system_messages {
public:
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init,modernize-use-equals-default)
    system_messages() noexcept {}

    /// An error for what no system call could be given; the messages before it are there then.
    [[nodiscard]] int add(outgoing_message const& message, family which) noexcept {
        msghdr& header = headers_[count_].msg_hdr;
        header = {};
        if (message.destination != nullptr) {
            if (count_ == 0 || message.destination != last_destination_) {
                address_ = message.destination->is_ip() ? new (&addresses_[count_])
                                                              socket_address(socket_address::uncleared{})
                                                        : new (&addresses_[count_]) socket_address();
                last_destination_ = nullptr;
                if (int const error = encode_in_form_of(which, *message.destination, *address_))
                    return error;
                last_destination_ = message.destination;
            }
            header.msg_name = &address_->storage;
            header.msg_namelen = address_->length;
        }
        header.msg_iov = &vectors_[vector_count_];
        header.msg_iovlen = static_cast<decltype(header.msg_iovlen)>(message.piece_count);
        for (std::size_t i = 0; i < message.piece_count; ++i)
            vectors_[vector_count_++] = {const_cast<std::byte*>(message.pieces[i].data), message.pieces[i].size};
        bool const has_source = !is_chosen_by_system(message.source);
        if (has_source || message.segment != 0) {
            auto& notes = *new (&notes_[count_]) outgoing_notes();
            if (has_source) {
                if (int const error = refuses_source(which, *message.source))
                    return error;
                notes.add_source(in_form_of(which, message.source->address()));
            }
            if (message.segment != 0)
                notes.add_segment(message.segment);
            notes.attach_to(header);
        }
        ++count_;
        return 0;
    }

    [[nodiscard]] transfer send(handle socket, transfer_flags flags) noexcept {
        return to_transfer(
            ::sendmmsg(socket, headers_, static_cast<unsigned>(count_), either_sign{to_system(flags) | MSG_NOSIGNAL}));
    }
    [[nodiscard]] transfer send_first(handle socket, transfer_flags flags) noexcept {
        auto sent = to_transfer(::sendmsg(socket, &headers_[0].msg_hdr, to_system(flags) | MSG_NOSIGNAL));
        if (sent.error == 0)
            sent.count = 1;
        return sent;
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    template <class T>
    struct alignas(T) uninitialized {
        std::byte octets[sizeof(T)];
    };

    socket_address* address_ = nullptr;
    endpoint const* last_destination_ = nullptr;
    std::size_t count_ = 0;
    std::size_t vector_count_ = 0;
    mmsghdr headers_[Most];
    uninitialized<outgoing_notes> notes_[Most];
    uninitialized<socket_address> addresses_[Most];
    iovec vectors_[most_pieces];
};

} // namespace

transfer send_messages(handle socket, family which, std::span<outgoing_message const> messages,
                       transfer_flags flags) noexcept {
    if (messages.size() == 1 && messages.front().piece_count <= most_pieces) { // all of it close together in memory
        system_messages<1> one;
        if (int const error = one.add(messages.front(), which)) [[unlikely]]
            return {0, error};
        return one.send_first(socket, flags);
    }
    system_messages<most_messages> list;
    std::size_t pieces = 0;
    for (auto const& message : messages.first(std::min(messages.size(), most_messages))) {
        if (pieces += message.piece_count; pieces > most_pieces)
            break;
        if (int const error = list.add(message, which)) {
            if (list.count() == 0)
                return {0, error};
            break;
        }
    }
    return list.count() == 1 ? list.send_first(socket, flags) : list.send(socket, flags);
}

} // namespace usocket::platform
