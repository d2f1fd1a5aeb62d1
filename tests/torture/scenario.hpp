// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "torture/either_form.hpp"
#include "torture/injector.hpp"
#include "torture/verdict.hpp"

namespace torture {

namespace u = torture::either;

/// A use of the library from beginning to end, with a peer that makes its own system calls. It returns when all went
/// well, and lets through what the library raises or reports. Operations are in the form that the run is to use.
struct scenario {
    std::string_view name;
    void (*run)();
};

[[nodiscard]] std::span<scenario const> connection_scenarios();
[[nodiscard]] std::span<scenario const> stream_scenarios();
[[nodiscard]] std::span<scenario const> datagram_scenarios();
[[nodiscard]] std::span<scenario const> option_scenarios();
[[nodiscard]] std::span<scenario const> wait_scenarios();
[[nodiscard]] std::span<scenario const> limit_scenarios();
[[nodiscard]] std::span<scenario const> server_scenarios();

/// A socket that is closed at the end by name, twice, which must leave it closed.
template <class Socket>
class closed_at_end {
public:
    closed_at_end(Socket socket) : socket_(std::move(socket)) {}
    closed_at_end(closed_at_end const&) = delete;
    closed_at_end& operator=(closed_at_end const&) = delete;
    ~closed_at_end() {
        std::error_code ec;
        ::usocket::socket_close(socket_, ec);
        ::usocket::socket_close(socket_, ec);
        if (ec)
            violation("closing a closed socket failed");
        if (socket_.is_open())
            violation("a socket is open after it was closed");
    }
    Socket& operator*() noexcept { return socket_; }
    Socket* operator->() noexcept { return &socket_; }

private:
    Socket socket_;
};
template <class Socket>
closed_at_end(Socket) -> closed_at_end<Socket>;

} // namespace torture
