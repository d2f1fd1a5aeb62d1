// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace server_bench {

/// What clients send, and get back.
inline constexpr std::size_t message_size = 64;

enum class transport : int { tcp, udp };

/// An echo server on 127.0.0.1, in a process of its own.
struct entry {
    std::string_view name;
    transport over = transport::tcp;
    /// Serves for ever, after `ready(port)`; null when it is missing.
    void (*serve)(void (*ready)(std::uint16_t port)) = nullptr;
    std::string_view missing{};
};

// Each is in a file of its own; the build chooses another one where a library is missing. The first of a transport is
// the one that others are compared with.
[[nodiscard]] std::vector<entry> bare_servers();
[[nodiscard]] std::vector<entry> usocket_servers();
[[nodiscard]] entry poco_server();

} // namespace server_bench
