// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

namespace usocket::platform {

transfer receive_from(handle socket, std::span<std::byte> buffer, endpoint& source, transfer_flags flags) noexcept {
    socket_address address;
    // MSG_TRUNC asked for: the result is the datagram's own size.
    auto result = to_transfer(::recvfrom(socket, buffer.data(), buffer.size(), to_system(flags) | MSG_TRUNC,
                                         address.fill(), &address.length));
    if (result.error != 0)
        return result;
    if (address.length == 0) { // how Linux reports a local sender without a name; an IP sender always has an address
        source = endpoint::local_unnamed();
        return result;
    }
    result.error = decode_into(address, source);
    return result;
}

} // namespace usocket::platform
