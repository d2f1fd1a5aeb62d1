// SPDX-License-Identifier: MIT
#include "chaos/payload.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "chaos/verdict.hpp"

namespace chaos {

std::string stream_content::piece(std::uint64_t offset, std::size_t size) const {
    std::string made(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        made[i] = at(offset + i);
    return made;
}

void stream_content::compare(std::uint64_t offset, std::span<std::byte const> octets) const {
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (static_cast<char>(octets[i]) != at(offset + i))
            fail("octet " + std::to_string(offset + i) + " of a stream is not the one that was sent");
    }
}

void send_content(u::stream_usocket& socket, std::uint64_t seed, std::uint64_t end) {
    stream_content const content(seed);
    chance random(seed);
    for (std::uint64_t sent = 0; sent < end;) {
        auto const size = std::min<std::uint64_t>(end - sent, random.between(1, random.happens(300) ? 40'000 : 2000));
        auto const piece = content.piece(sent, size);
        if (random.happens(500)) {
            require(u::socket_send(socket, piece) == size, "a send that did not fail was short");
        } else {
            socket.stream().output().write(piece.data(), static_cast<std::streamsize>(size));
            if (random.happens(200) || sent + size == end)
                socket.stream().output().flush();
            if (!socket.stream().output())
                fail("writing failed: " + socket.stream().condition().message());
        }
        sent += size;
    }
}

std::uint64_t receive_content(u::stream_usocket& socket, std::uint64_t seed) {
    stream_content const content(seed);
    chance random(seed + 1);
    std::vector<char> buffer(70'000);
    for (std::uint64_t received = 0;;) {
        u::mutable_octet_span const room(buffer.data(), random.between(1, random.happens(500) ? 70'000 : 500));
        std::size_t const size =
            random.happens(500) ? u::socket_receive(socket, room).size : u::read_some(socket.stream(), room);
        if (size == 0)
            return received;
        content.compare(received, {room.data(), size});
        received += size;
    }
}

std::string datagram_content::make(std::uint64_t number, std::size_t size) {
    std::string made = stream_content(seed_ + number).piece(0, std::max(size, least));
    std::array<std::uint64_t, 2> head{number, made.size()};
    std::memcpy(made.data(), head.data(), sizeof head);
    std::lock_guard const lock(guard_);
    sizes_[number] = made.size();
    return made;
}

void datagram_content::check(std::span<std::byte const> octets, std::size_t size, int most) {
    std::array<std::uint64_t, 2> head{};
    require(octets.size() == size && size >= least, "a datagram of a size that was not sent");
    std::memcpy(head.data(), octets.data(), sizeof head);
    std::lock_guard const lock(guard_);
    auto const sent = sizes_.find(head[0]);
    require(sent != sizes_.end(), "a datagram that was not sent");
    require(sent->second == size && head[1] == size, "datagrams were merged or split");
    auto const expected = stream_content(seed_ + head[0]).piece(0, size);
    require(std::memcmp(expected.data() + sizeof head, octets.data() + sizeof head, size - sizeof head) == 0,
            "a datagram carries other octets than were sent");
    require(++times_[head[0]] <= most, "a datagram came more often than the link brought it");
}

std::size_t datagram_content::came() const {
    std::lock_guard const lock(guard_);
    return times_.size();
}

} // namespace chaos
