// SPDX-License-Identifier: MIT
#include <array>

#include <usocket/server.hpp>

namespace usocket {

void default_tcp_handler(socket_stream& stream) { stream << '\n'; }

void echo_tcp_handler(socket_stream& stream) {
    // Not cleared: each page touched costs a client.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
    std::array<std::byte, 16384> room;
    while (auto const size = read_some(stream, room)) {
        stream.write(reinterpret_cast<char const*>(room.data()), static_cast<std::streamsize>(size));
        stream.flush();
        if (!stream)
            throw std::system_error(stream.condition());
    }
}

std::span<std::byte const> default_udp_handler(std::span<std::byte const> datagram) noexcept { return datagram; }

} // namespace usocket
