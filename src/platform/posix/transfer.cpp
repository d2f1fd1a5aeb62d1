// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstddef>
#include <new>

#include <sys/socket.h>
#include <sys/uio.h>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

namespace usocket::platform {
namespace {

/// Two buffers as the system takes them, the empty ones left out.
struct gather_list {
    iovec vectors[2];
    std::size_t count = 0;

    void add(void const* data, std::size_t size) noexcept {
        if (size != 0)
            vectors[count++] = {const_cast<void*>(data), size};
    }

    [[nodiscard]] msghdr message() noexcept {
        msghdr result{};
        result.msg_iov = vectors;
        result.msg_iovlen = static_cast<decltype(result.msg_iovlen)>(count);
        return result;
    }
};

} // namespace

int last_error() noexcept { return errno; }

std::ptrdiff_t receive_raw(handle socket, std::span<std::byte> buffer, transfer_flags flags) {
    return ::recv(socket, buffer.data(), buffer.size(), to_system(flags));
}

transfer receive_scattered(handle socket, std::span<std::byte> first, std::span<std::byte> second,
                           transfer_flags flags) noexcept {
    gather_list list;
    list.add(first.data(), first.size());
    list.add(second.data(), second.size());
    auto message = list.message();
    return to_transfer(::recvmsg(socket, &message, to_system(flags)));
}

std::ptrdiff_t send_raw(handle socket, std::span<std::byte const> data, transfer_flags flags) {
    return ::send(socket, data.data(), data.size(), to_system(flags) | without_signal);
}

transfer send_gathered(handle socket, std::span<std::byte const> first, std::span<std::byte const> second,
                       transfer_flags flags) noexcept {
    gather_list list;
    list.add(first.data(), first.size());
    list.add(second.data(), second.size());
    auto const message = list.message();
    return to_transfer(::sendmsg(socket, &message, to_system(flags) | without_signal));
}

static_assert(sizeof(socket_address) <= sizeof(raw_address) && alignof(socket_address) <= alignof(raw_address));

std::ptrdiff_t send_to_raw(handle socket, std::span<std::byte const> data, transfer_flags flags,
                           raw_address const& destination) {
    auto const& address = *std::launder(reinterpret_cast<socket_address const*>(&destination));
    return ::sendto(socket, data.data(), data.size(), to_system(flags) | without_signal, address.get(), address.length);
}

} // namespace usocket::platform
