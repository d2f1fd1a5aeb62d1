// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace server_bench {

/// Bare clients of one server, the same for all; each measures for about `length` and returns echoes a second.
class tcp_clients {
public:
    /// Connects `count` of them.
    tcp_clients(std::uint16_t port, std::size_t count);
    tcp_clients(tcp_clients const&) = delete;
    tcp_clients& operator=(tcp_clients const&) = delete;
    ~tcp_clients();

    /// One message is under way on each connection at any time.
    [[nodiscard]] double echoes(std::chrono::nanoseconds length);

private:
    [[nodiscard]] double ping_pong(std::chrono::nanoseconds length);

    std::vector<int> connections_{};
    int epoll_ = -1;
};

/// Connects, sends and gets one message, and closes, one after the other; connections a second.
[[nodiscard]] double connections(std::uint16_t port, std::chrono::nanoseconds length);

/// A client that keeps `in_flight` datagrams under way.
[[nodiscard]] double datagrams(std::uint16_t port, std::size_t in_flight, std::chrono::nanoseconds length);

} // namespace server_bench
