// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include <usocket/endpoint.hpp>
#include <usocket/socket_scope.hpp>

#include "server/doorbell.hpp"
#include "server/service.hpp"

namespace usocket::detail {

/// One thread that takes what comes to one listening or datagram socket.
class service_loop {
public:
    service_loop(service& server, endpoint address) : server_(server), address_(std::move(address)) {
        server_.begin_work();
    }
    service_loop(service_loop const&) = delete;
    service_loop& operator=(service_loop const&) = delete;
    virtual ~service_loop() = default;

    /// Serves until stop(), or until a cancel scope of the calling thread ends, which stops the server.
    void run() noexcept;
    /// Takes nothing more; a handler that runs on the loop's thread goes on. From any thread.
    virtual void stop() noexcept;
    /// Lets the loop look whether there is a place for the next connection.
    void ring() noexcept { bell_->ring(); }
    /// Gives up what a server that has stopped needs no more.
    void release() noexcept { bell_.reset(); }
    virtual void add_to(server_counters&) const noexcept {}

    [[nodiscard]] endpoint const& address() const noexcept { return address_; }

protected:
    /// Serves until stopped; the socket is closed when it returns.
    virtual void serve() noexcept = 0;
    /// Has no descriptor to spare where there is one, for as long as it can do without.
    virtual void shed() noexcept {}

    [[nodiscard]] bool stopped() const noexcept { return stopped_; }
    /// Waits for ring() or stop(); false: take nothing more.
    [[nodiscard]] bool pause(time_limit length) noexcept;
    /// What an error of taking something means: false, take nothing more. Failures are reported, and followed by a
    /// pause that grows with each in a row.
    [[nodiscard]] bool go_on_after(std::error_code failure, std::string_view activity) noexcept;
    void pause_is_over() noexcept { next_pause_ = shortest_pause; }
    [[nodiscard]] bool pause_longer() noexcept;

    [[nodiscard]] service& server() const noexcept { return server_; }

private:
    static constexpr std::chrono::milliseconds shortest_pause{5};
    static constexpr std::chrono::milliseconds longest_pause{500};

    service& server_;
    endpoint const address_;
    std::optional<doorbell> bell_{std::in_place};
    std::atomic<bool> stopped_{false};
    std::chrono::milliseconds next_pause_ = shortest_pause;
};

} // namespace usocket::detail
