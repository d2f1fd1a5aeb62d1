// SPDX-License-Identifier: MIT
#include "platform/windows/transfer.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "platform/windows/shutdowns.hpp"
#include "platform/windows/sockaddr.hpp"

/// No handle blocks in these calls; see socket.cpp. What was shut down for input reads as ended.
namespace usocket::platform {
namespace {

/// A call's result as its caller takes it, with the error where last_error() finds it.
std::ptrdiff_t received(handle socket, int result, DWORD count) noexcept {
    if (result != SOCKET_ERROR)
        return static_cast<std::ptrdiff_t>(count);
    int const error = ::WSAGetLastError();
    if (is_end_of_shut_input(socket, error))
        return 0;
    ::WSASetLastError(error);
    return -1;
}

std::ptrdiff_t sent(handle socket, int result, DWORD count) noexcept {
    if (result != SOCKET_ERROR)
        return static_cast<std::ptrdiff_t>(count);
    ::WSASetLastError(send_error(socket, ::WSAGetLastError()));
    return -1;
}

transfer to_transfer(std::ptrdiff_t count) noexcept {
    return count < 0 ? transfer{0, last_error()} : transfer{static_cast<std::size_t>(count), 0};
}

} // namespace

WSABUF to_buffer(std::span<std::byte const> data) noexcept {
    // One call moves no more than fits its result.
    auto const size = std::min<std::size_t>(data.size(), std::numeric_limits<int>::max() / 2);
    return {static_cast<u_long>(size), reinterpret_cast<char*>(const_cast<std::byte*>(data.data()))};
}

DWORD to_system(transfer_flags flags) noexcept { return has(flags, transfer_flags::peek) ? MSG_PEEK : 0; }

bool is_end_of_shut_input(handle socket, int error) noexcept {
    return error == WSAESHUTDOWN || (error == WSAEWOULDBLOCK && find_shut_down(socket).input);
}

int send_error(handle socket, int error) noexcept {
    return error == WSAEWOULDBLOCK && find_shut_down(socket).output ? WSAESHUTDOWN : error;
}

int last_error() noexcept { return ::WSAGetLastError(); }

std::ptrdiff_t receive_raw(handle socket, std::span<std::byte> buffer, transfer_flags flags) {
    WSABUF const room = to_buffer(buffer);
    int const count = ::recv(socket, room.buf, static_cast<int>(room.len), static_cast<int>(to_system(flags)));
    if (count == SOCKET_ERROR && ::WSAGetLastError() == WSAEMSGSIZE) // the rest of a datagram is lost, as elsewhere
        return static_cast<std::ptrdiff_t>(buffer.size());
    return received(socket, count, static_cast<DWORD>(count));
}

transfer receive_scattered(handle socket, std::span<std::byte> first, std::span<std::byte> second,
                           transfer_flags flags) noexcept {
    std::array<WSABUF, 2> buffers{to_buffer(first), to_buffer(second)};
    DWORD count = 0;
    DWORD system_flags = to_system(flags);
    int const result = ::WSARecv(socket, buffers.data(), 2, &count, &system_flags, nullptr, nullptr);
    return to_transfer(received(socket, result, count));
}

static_assert(sizeof(socket_address) <= sizeof(raw_address) && alignof(socket_address) <= alignof(raw_address));

// Winsock does not tell how long a datagram was that did not fit. With room for the rest behind the caller's, each
// does.
std::ptrdiff_t receive_from_raw(handle socket, std::span<std::byte> buffer, transfer_flags flags, raw_address& source) {
    std::array<char, longest_datagram> rest; // not filled: only what does not fit is ever written there
    std::array<WSABUF, 2> buffers{to_buffer(buffer), {static_cast<u_long>(rest.size()), rest.data()}};
    auto& address = *new (&source) socket_address();
    DWORD count = 0;
    DWORD system_flags = to_system(flags);
    int const result = ::WSARecvFrom(socket, buffers.data(), 2, &count, &system_flags, address.fill(), &address.length,
                                     nullptr, nullptr);
    if (result == SOCKET_ERROR)
        address.length = 0;
    return received(socket, result, count);
}

int decode_source(raw_address const& raw, endpoint& out) noexcept {
    return decode_into(*std::launder(reinterpret_cast<socket_address const*>(&raw)), out);
}

void decode_ip_source(raw_address const& raw, ip_address& address, std::uint16_t& port) noexcept {
    endpoint source;
    if (decode_source(raw, source) != 0 || !source.is_ip())
        return;
    address = source.address();
    port = source.port();
}

std::ptrdiff_t send_raw(handle socket, std::span<std::byte const> data, transfer_flags) {
    WSABUF buffer = to_buffer(data);
    DWORD count = 0;
    int const result = ::WSASend(socket, &buffer, 1, &count, 0, nullptr, nullptr);
    return sent(socket, result, count);
}

transfer send_gathered(handle socket, std::span<std::byte const> first, std::span<std::byte const> second,
                       transfer_flags) noexcept {
    std::array<WSABUF, 2> buffers{to_buffer(first), to_buffer(second)};
    if (buffers[0].len != first.size()) // the second must not go before all of the first
        buffers[1].len = 0;
    DWORD count = 0;
    int const result = ::WSASend(socket, buffers.data(), 2, &count, 0, nullptr, nullptr);
    return to_transfer(sent(socket, result, count));
}

int encode_destination(endpoint const& destination, family which, raw_address& out) noexcept {
    return encode_in_form_of(which, destination, *new (&out) socket_address());
}

std::ptrdiff_t send_to_raw(handle socket, std::span<std::byte const> data, transfer_flags,
                           raw_address const& destination) {
    auto const& address = *std::launder(reinterpret_cast<socket_address const*>(&destination));
    WSABUF buffer = to_buffer(data);
    DWORD count = 0;
    int const result = ::WSASendTo(socket, &buffer, 1, &count, 0, address.get(), address.length, nullptr, nullptr);
    return sent(socket, result, count);
}

} // namespace usocket::platform
