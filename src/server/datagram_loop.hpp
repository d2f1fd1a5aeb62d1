// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>

#include <usocket/transfer.hpp>

#include "server/service_loop.hpp"

namespace usocket::detail {

/// Receives and answers datagrams on one socket.
class datagram_loop final : public service_loop, private datagram_reply {
public:
    /// `many_addresses`: the socket may be reached at several, and option::packet_info is on.
    datagram_loop(service& server, datagram_usocket socket, bool many_addresses);

    void stop() noexcept override;
    void add_to(server_counters& sum) const noexcept override { done_.add_to(sum); }

private:
    /// What the loop's thread does; changed by others only from receiving to cancelled.
    enum class phase : std::uint8_t { receiving, handling, cancelled };

    void serve() noexcept override;
    void send(octet_span reply) override;

    [[nodiscard]] bool change(phase from, phase to) noexcept { return phase_.compare_exchange_strong(from, to); }
    /// False: stopped.
    [[nodiscard]] bool receive_one(running_handler& running) noexcept;
    void handle(std::span<std::byte const> request, running_handler& running) noexcept;

    datagram_usocket socket_;
    bool const many_addresses_;
    std::unique_ptr<std::byte[]> buffer_;
    endpoint source_{};
    endpoint destination_{};
    std::error_code unsent_{}; ///< Why the reply of this datagram could not be sent.
    tally done_{};
    std::atomic<phase> phase_{phase::handling};
    std::atomic<socket_scope*> scope_{nullptr};
};

} // namespace usocket::detail
