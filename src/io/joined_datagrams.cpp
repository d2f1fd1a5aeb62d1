// SPDX-License-Identifier: MIT
#include "io/bounded_call.hpp"
#include "io/dual_stack.hpp"
#include "io/transfer.hpp"

/// Single datagrams of a socket that may receive joined ones: the message stays in the queue, and is looked at, until
/// its last datagram is taken. So the socket remains ready as long as there is something, and closing loses no more
/// than it ever does.
namespace usocket::detail {

using platform::transfer_flags;

platform::transfer receive_one_of_joined(socket_core& core, platform::handle handle, std::span<std::byte> buffer,
                                         endpoint& source, platform::datagram_notes& notes,
                                         transfer_flags flags) noexcept {
    joined_input& input = *core.joined;
    auto const message = platform::receive_with_notes(handle, {}, {}, source, notes, flags | transfer_flags::peek);
    if (message.error != 0)
        return message;
    std::size_t const left = message.count - std::min(input.taken, message.count);
    bool const is_joined = notes.segment != 0 && notes.segment < left;
    std::size_t const size = is_joined ? notes.segment : left;
    bool const peeks = platform::has(flags, transfer_flags::peek);
    bool const stays = is_joined || peeks;
    auto got = platform::receive_with_notes(
        handle, {input.skipped.get(), input.taken}, buffer.first(std::min(buffer.size(), size)), source, notes,
        stays ? transfer_flags::peek | transfer_flags::dont_wait : transfer_flags::dont_wait);
    if (got.error != 0)
        return got;
    if (!peeks)
        input.taken = is_joined ? input.taken + size : 0;
    return {size, 0};
}

} // namespace usocket::detail
