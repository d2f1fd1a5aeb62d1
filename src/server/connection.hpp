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
        summary_.connection.remote = std::move(remote);
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
    void count() noexcept;
    [[nodiscard]] endpoint const& remote() const noexcept { return summary_.connection.remote; }

    service& server_;
    stream_usocket socket_;
    connection_summary summary_{};
    time_point const accepted_ = std::chrono::steady_clock::now();
    bool begun_ = false; ///< on_connected was called, or would have been.
};

} // namespace usocket::detail
