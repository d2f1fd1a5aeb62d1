// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <sys/socket.h>
#include <sys/uio.h>

#include "platform/datagram.hpp"
#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

namespace usocket::platform {

/// One datagram, as recvmsg() takes its parts. These systems tell that a datagram was cut, but not how large it was: so
/// what does not fit into the buffers goes to room that is behind them, and counts.
class datagram_receipt {
public:
    // The room behind is left as it is.
    datagram_receipt() noexcept {} // NOLINT(cppcoreguidelines-pro-type-member-init,modernize-use-equals-default)

    [[nodiscard]] ssize_t receive(handle socket, std::span<std::byte> first, std::span<std::byte> second,
                                  std::span<std::byte> control, transfer_flags flags, socket_address& source) noexcept {
        int count = 0;
        for (auto const part : {first, second, std::span<std::byte>(behind_)}) {
            if (!part.empty())
                vectors_[count++] = {part.data(), part.size()};
        }
        message = {};
        message.msg_name = source.fill();
        message.msg_namelen = source.length;
        message.msg_iov = vectors_;
        message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
        message.msg_control = control.empty() ? nullptr : control.data();
        message.msg_controllen = static_cast<decltype(message.msg_controllen)>(control.size());
        ssize_t const result = ::recvmsg(socket, &message, to_system(flags));
        source.length = message.msg_namelen;
        return result;
    }

    msghdr message; ///< As the call left it.

private:
    iovec vectors_[3];
    std::array<std::byte, message_room> behind_;
};

} // namespace usocket::platform
