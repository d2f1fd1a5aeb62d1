// SPDX-License-Identifier: MIT
#include "platform/bsd/receive_datagram.hpp"

#include <new>

#include "platform/posix/datagram_notes.hpp"

namespace usocket::platform {

std::ptrdiff_t receive_from_raw(handle socket, std::span<std::byte> buffer, transfer_flags flags, raw_address& source) {
    auto& address = *new (&source) socket_address(socket_address::uncleared{});
    datagram_receipt receipt;
    return receipt.receive(socket, buffer, {}, {}, flags, address);
}

int decode_source(raw_address const& raw, endpoint& out) noexcept {
    auto const& address = *std::launder(reinterpret_cast<socket_address const*>(&raw));
    if (address.length == 0) { // a local sender without a name; an IP sender always has an address
        out = endpoint::local_unnamed();
        return 0;
    }
    return decode_into(address, out);
}

transfer receive_with_notes(handle socket, std::span<std::byte> skipped, std::span<std::byte> buffer, endpoint& source,
                            datagram_notes& notes, transfer_flags flags) noexcept {
    socket_address address;
    alignas(cmsghdr) std::array<std::byte, room_for_notes> control{};
    datagram_receipt receipt;
    auto result = to_transfer(receipt.receive(socket, skipped, buffer, control, flags, address));
    if (result.error != 0)
        return result;
    notes = notes_in(receipt.message);
    result.error = decode_into(address, source);
    return result;
}

} // namespace usocket::platform
