// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

#include <usocket/datagram_batch.hpp>

#include "server/pending_replies.hpp"
#include "server/service_loop.hpp"

namespace usocket::detail {

/// Receives and answers datagrams on one socket.
class datagram_loop final : public service_loop, private datagram_reply {
public:
    /// With option::packet_info on, replies leave from where requests came to.
    datagram_loop(service& server, datagram_usocket socket);

    void stop() noexcept override;
    void add_to(server_counters& sum) const noexcept override { done_.add_to(sum); }

private:
    /// What the loop's thread does; changed by others only from receiving to cancelled.
    enum class phase : std::uint8_t { receiving, handling, cancelled };

    void serve() noexcept override;
    void send(octet_span octets) override;

    [[nodiscard]] bool change(phase from, phase to) noexcept { return phase_.compare_exchange_strong(from, to); }
    /// False: stopped.
    [[nodiscard]] bool receive_some(running_handler& running) noexcept;
    void handle_all(running_handler const& running) noexcept;
    void handle(batched_datagram const& request, running_handler const& running) noexcept;
    void send_replies(running_handler const& running) noexcept;
    void send_reply(outgoing_datagram const& reply, running_handler const& running) noexcept;
    void count_served() noexcept;
    void note_failure(running_handler const& running, std::string_view activity, endpoint const& client) noexcept;
    void note_unsent(running_handler const& running, outgoing_datagram const& reply, std::error_code why) noexcept;

    datagram_usocket socket_;
    std::optional<datagram_batch> requests_; ///< Given up with the socket, as are the replies.
    std::optional<pending_replies> replies_{std::in_place};
    batched_datagram const* request_ = nullptr; ///< That is handled,
    running_handler const* running_ = nullptr;  ///< by whom,
    bool replied_ = false;                      ///< and whether it has got a reply.
    tally done_{};
    std::atomic<phase> phase_{phase::handling};
    std::atomic<socket_scope*> scope_{nullptr};
};

} // namespace usocket::detail
