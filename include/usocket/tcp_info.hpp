// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace [[gnu::visibility("default")]] usocket {

/// Where a TCP connection stands (RFC 9293).
enum class tcp_state : std::uint8_t {
    unknown, ///< One that the system has and RFC 9293 has not.
    closed,
    listen,
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait,
};

/// What the system knows about a TCP connection, at one moment: read it with
/// `socket_option(socket, option::tcp_info)`.
///
/// Sizes are in octets, rates in octets per second. What the system does not tell, or has not measured yet, is unset.
struct tcp_info {
    using duration = std::chrono::microseconds;

    tcp_state state = tcp_state::unknown;

    /// The smoothed round-trip time; zero before the first measurement.
    duration round_trip_time{};
    duration round_trip_variation{};
    std::optional<duration> minimum_round_trip_time{};
    /// How long an acknowledgement may take before the segment is sent again.
    duration retransmission_timeout{};

    /// Payload of the largest segment, each way.
    std::uint32_t send_segment_size = 0;
    std::uint32_t receive_segment_size = 0;
    std::optional<std::uint32_t> path_mtu{};

    /// What may be on the way unacknowledged, as far as congestion goes.
    std::uint64_t congestion_window = 0;
    /// The window where slow start ends; unset also while it has no end.
    std::optional<std::uint64_t> slow_start_threshold{};
    /// What the peer has room for.
    std::optional<std::uint64_t> send_window{};

    /// Segments sent and neither acknowledged nor given up.
    std::optional<std::uint32_t> segments_in_flight{};
    /// Of those, the ones taken for lost.
    std::optional<std::uint32_t> segments_lost{};
    /// Segments sent again, over the whole connection.
    std::optional<std::uint32_t> segments_retransmitted{};
    std::optional<std::uint32_t> segments_sent{};
    std::optional<std::uint32_t> segments_received{};

    /// Payload over the whole connection. What was retransmitted counts in octets_sent as well.
    std::optional<std::uint64_t> octets_sent{};
    std::optional<std::uint64_t> octets_acknowledged{};
    std::optional<std::uint64_t> octets_received{};
    std::optional<std::uint64_t> octets_retransmitted{};
    /// Payload that waits in the send buffer for its first transmission.
    std::optional<std::uint64_t> octets_unsent{};

    /// How fast the peer has lately received.
    std::optional<std::uint64_t> delivery_rate{};
    /// How fast the system lets segments go out; unset also where it does not hold them back.
    std::optional<std::uint64_t> pacing_rate{};

    [[nodiscard]] friend bool operator==(tcp_info const&, tcp_info const&) = default;
};

} // namespace usocket
