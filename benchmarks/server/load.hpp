// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "contest/turns.hpp"

namespace server_bench {

/// What clients do, made of system calls on one thread: the same for all servers. An answer that is not what was sent,
/// or does not come, ends the program.
class load {
public:
    load() = default;
    load(load const&) = delete;
    load& operator=(load const&) = delete;
    virtual ~load() = default;

    /// Begins operations for so long, as many at a time as asked for; returns how many there were when all have ended.
    [[nodiscard]] virtual std::size_t run(contest::nanoseconds budget) = 0;
};

/// Messages over connections that stay, one at a time on each.
[[nodiscard]] std::unique_ptr<load> message_load(std::uint16_t port, std::size_t connections);
/// Connections, each of them for one message, from connect() until the server has ended it too.
[[nodiscard]] std::unique_ptr<load> connection_load(std::uint16_t port, std::size_t at_a_time);
/// Datagrams from one socket.
[[nodiscard]] std::unique_ptr<load> datagram_load(std::uint16_t port, std::size_t at_a_time);

} // namespace server_bench
