// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <usocket/usocket.hpp>

#include "chaos/weather.hpp"

namespace chaos {

namespace u = usocket;

/// What a stream carries: its seed decides each octet by its place, so that every octet that comes is compared with the
/// one that was sent there.
class stream_content {
public:
    explicit stream_content(std::uint64_t seed) noexcept : seed_(seed) {}
    [[nodiscard]] std::string piece(std::uint64_t offset, std::size_t size) const;
    /// Ends the run where these are not the octets that belong there.
    void compare(std::uint64_t offset, std::span<std::byte const> octets) const;

private:
    [[nodiscard]] char at(std::uint64_t offset) const noexcept {
        return static_cast<char>(chance(seed_ ^ (offset / 8 * 0x1'0001))() >> (offset % 8 * 8));
    }
    std::uint64_t seed_;
};

/// Sends the content up to `end`, in pieces of all sizes, some through the socket's stream.
void send_content(u::stream_usocket& socket, std::uint64_t seed, std::uint64_t end);
/// Receives to the end of the stream, which is clean, in pieces of all sizes; how much it was.
std::uint64_t receive_content(u::stream_usocket& socket, std::uint64_t seed);

/// Datagrams that tell their number, their length, and a sum of what they carry.
class datagram_content {
public:
    static constexpr std::size_t least = 24;

    explicit datagram_content(std::uint64_t seed) noexcept : seed_(seed) {}
    [[nodiscard]] std::string make(std::uint64_t number, std::size_t size);
    /// Notes that it came; ends the run where it is none that was sent, or came more often than the link can have made
    /// it come.
    void check(std::span<std::byte const> octets, std::size_t size, int most = 2);
    [[nodiscard]] std::size_t came() const;

private:
    std::uint64_t seed_;
    mutable std::mutex guard_;
    std::map<std::uint64_t, std::size_t> sizes_;
    std::map<std::uint64_t, int> times_;
};

} // namespace chaos
