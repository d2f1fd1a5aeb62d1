// SPDX-License-Identifier: MIT
#include <new>

#include <sys/socket.h>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

namespace usocket::platform {

std::ptrdiff_t receive_from_raw(handle socket, std::span<std::byte> buffer, transfer_flags flags, raw_address& source) {
    auto& address = *new (&source) socket_address(socket_address::uncleared{});
    sockaddr* const place = address.fill();
    // MSG_TRUNC asked for: the result is the datagram's own size.
    return ::recvfrom(socket, buffer.data(), buffer.size(), to_system(flags) | MSG_TRUNC, place, &address.length);
}

int decode_source(raw_address const& raw, endpoint& out) noexcept {
    auto const& address = *std::launder(reinterpret_cast<socket_address const*>(&raw));
    if (address.length == 0) { // how Linux reports a local sender without a name; an IP sender always has an address
        out = endpoint::local_unnamed();
        return 0;
    }
    return decode_into(address, out);
}

} // namespace usocket::platform
