// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <usocket/endpoint.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// What is known of a received datagram besides its octets and its sender. What the system was not asked to note, by
/// the option named with each, and what it does not tell is unset, zero or no endpoint.
struct datagram_details {
    using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

    /// Explicit congestion notification, the two low bits of the traffic class (RFC 3168).
    enum class congestion : std::uint8_t { not_capable = 0, capable_1 = 1, capable_0 = 2, experienced = 3 };

    /// Where it was sent to: our address (with the interface as scope of an IPv6 link-local one), the group's or the
    /// broadcast address, and our port (option::packet_info).
    endpoint destination{};
    /// Whether that is a group's or a broadcast address, from which nobody can answer.
    bool sent_to_many = false;
    /// The number of the interface that it came in by (option::packet_info).
    std::uint32_t interface_number = 0;
    /// When the system took it in (option::timestamps).
    std::optional<time_point> received_at{};
    /// Its traffic class, 0 to 255 (option::receive_traffic_class).
    std::optional<std::uint8_t> traffic_class{};
    /// How many hops it had left, 0 to 255 (option::receive_hop_limit).
    std::optional<std::uint8_t> hop_limit{};
    /// How many datagrams the socket had lost before this one, since it was opened, for want of room in its buffer;
    /// of those that the system had joined, each message counts as one. Counts modulo 2^32
    /// (option::count_lost_datagrams). Unset while none was lost.
    std::optional<std::uint32_t> lost_before{};

    [[nodiscard]] std::optional<congestion> congestion_notice() const noexcept {
        if (!traffic_class)
            return std::nullopt;
        return static_cast<congestion>(*traffic_class & 3U);
    }
};

} // namespace usocket
