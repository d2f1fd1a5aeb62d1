// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace server_bench {

inline constexpr std::size_t message_size = 64;
/// Servers read into buffers of this size.
inline constexpr std::size_t buffer_size = 16384;
inline constexpr int backlog = 4096;

/// A server that sends back what it gets, or why this program lacks it.
struct entry {
    std::string_view name;
    /// Starts it on the loopback address 127.0.0.1, for so many connections at a time, on threads of its own; returns
    /// its port. It serves until the process ends. Null when it is missing.
    std::uint16_t (*start)(std::size_t connections) = nullptr;
    std::string_view missing{};
};

// The first of each is the one that others are compared with.
[[nodiscard]] std::vector<entry> stream_servers();
[[nodiscard]] std::vector<entry> pooled_servers();
[[nodiscard]] std::vector<entry> datagram_servers();

// The build chooses another file where the library is missing.
[[nodiscard]] entry poco_server();

} // namespace server_bench
