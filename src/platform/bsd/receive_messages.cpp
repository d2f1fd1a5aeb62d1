// SPDX-License-Identifier: MIT
#include <cerrno>
#include <vector>

#include "platform/bsd/receive_datagram.hpp"
#include "platform/datagram.hpp"
#include "platform/posix/datagram_notes.hpp"

/// Many datagrams by a call for each: these systems have no other.
namespace usocket::platform {

struct message_storage::system {
    system(std::size_t count, std::size_t room_of_each)
        : room_each(room_of_each), room(std::make_unique_for_overwrite<std::byte[]>(count * room_of_each)),
          messages(count) {}

    std::size_t const room_each;
    std::unique_ptr<std::byte[]> room;
    std::vector<received_message> messages;
    std::size_t received = 0;
};

message_storage::message_storage(std::size_t count, std::size_t room)
    : system_(std::make_unique<system>(count, room)) {}

message_storage::~message_storage() = default;

std::span<received_message> message_storage::messages() noexcept {
    return std::span(system_->messages).first(system_->received);
}

std::span<received_message const> message_storage::messages() const noexcept {
    return std::span(system_->messages).first(system_->received);
}

void message_storage::clear() noexcept { system_->received = 0; }

transfer message_storage::receive(handle socket, family which, transfer_flags flags, bool one_by_one) noexcept {
    auto& all = *system_;
    all.received = 0;
    transfer total;
    int lost = 0; // why a message before was lost, with those after it kept
    std::size_t const most = one_by_one ? 1 : all.messages.size();
    for (std::size_t taken = 0; taken < most; ++taken) {
        received_message& message = all.messages[all.received];
        std::span const room(&all.room[all.received * all.room_each], all.room_each);
        message.notes = {};
        // Handles could come along with local datagrams, as notes.
        transfer const got = which == family::local
                                 ? receive_from(socket, room, message.source, flags)
                                 : receive_with_notes(socket, {}, room, message.source, message.notes, flags);
        if (got.error == ENOMEM) { // for the sender's name: the message is lost
            lost = got.error;
        } else if (got.error != 0) {
            return taken == 0 ? got : all.received != 0 ? total : transfer{0, lost};
        } else {
            message.size = got.count;
            message.octets = room.first(std::min(got.count, room.size()));
            total.count += got.count;
            ++all.received;
        }
        flags = flags | transfer_flags::dont_wait;
    }
    return all.received != 0 ? total : transfer{0, lost};
}

bool has_datagram_offload() noexcept { return false; }

bool has_calls_of_many() noexcept { return false; }

int join_datagrams(handle) noexcept { return ENOPROTOOPT; }

} // namespace usocket::platform
