// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <usocket/listen.hpp>
#include <usocket/wait.hpp>

#include "server/dispatcher.hpp"
#include "server/service_loop.hpp"

namespace usocket::detail {

/// Accepts connections on one listening socket.
class accept_loop final : public service_loop {
public:
    accept_loop(service& server, dispatcher& connections, stream_server_usocket listener)
        : service_loop(server, get_local_endpoint(listener)), connections_(connections),
          listener_(std::move(listener)) {
        refill_reserve();
    }

    void stop() noexcept override;

private:
    void serve() noexcept override;
    void shed() noexcept override;

    /// Takes a place for the next connection; false: stopped.
    [[nodiscard]] bool enter() noexcept;
    /// The next connection, with a place for it.
    [[nodiscard]] stream_usocket accept(std::error_code& ec) noexcept;
    /// False: stopped.
    [[nodiscard]] bool pass_on(stream_usocket socket) noexcept;
    /// Null: the client has too many. Raises std::bad_alloc. Its place is then given back.
    [[nodiscard]] std::unique_ptr<connection> prepare(stream_usocket socket);
    void refuse(stream_usocket socket) noexcept;
    void give_place_back() noexcept;
    void refill_reserve() noexcept;

    dispatcher& connections_;
    stream_server_usocket listener_;
    /// A descriptor that can be done without, to refuse a client with when there is no other.
    std::optional<wait_list> reserve_{};
};

} // namespace usocket::detail
