// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <usocket/server_options.hpp>
#include <usocket/socket_scope.hpp>

#include "server/service.hpp"

namespace usocket::detail {

/// An accepted connection, from its place in the server to giving that back.
class connection {
public:
    /// Takes over the place that was entered and, where `admitted`, the client's count.
    connection(service& server, stream_usocket socket, endpoint remote) noexcept
        : server_(server), socket_(std::move(socket)) {
        info_.remote = std::move(remote);
        server_.begin_work();
        server_.connections.active.add();
    }
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;
    ~connection();

    /// Lets the handler have it, closes it, and says how it went.
    void serve() noexcept;

private:
    [[nodiscard]] finish_reason handle() noexcept;
    [[nodiscard]] finish_reason run_handler(running_handler& running) noexcept;
    void prepare();
    void count(connection_summary const& summary) noexcept;

    service& server_;
    stream_usocket socket_;
    connection_info info_{};
    time_point const accepted_ = std::chrono::steady_clock::now();
    socket_traffic moved_{};
};

} // namespace usocket::detail
