// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <usocket/datagram_details.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/ip_address.hpp>

#include "platform/platform.hpp"

/// The seam, datagrams in numbers and with what the system notes of each; the rules at the head of platform.hpp hold.
///
/// A *message* is what one entry of a call moves: a datagram, or several of one size that the system splits or has
/// joined, of which the last may be shorter.
namespace usocket::platform {

/// What the system noted of a message, as far as it was asked to.
struct datagram_notes {
    std::optional<ip_address> destination{}; ///< An IPv4 one shows as v4-mapped or as it is on a v6 socket.
    bool sent_to_many = false;               ///< The destination is a group's or a broadcast address.
    std::uint32_t interface_number = 0;
    std::optional<datagram_details::time_point> received_at{};
    std::optional<std::uint8_t> traffic_class{};
    std::optional<std::uint8_t> hop_limit{};
    std::optional<std::uint32_t> lost_before{};
    std::size_t segment = 0; ///< The size of the datagrams in it; zero: it is one datagram.
};

/// As receive_from(), of an IP socket, with its notes. What comes first goes to `skipped`, the count includes it.
/// Not for local sockets: what may come along with their datagrams could be handles.
[[nodiscard]] transfer receive_with_notes(handle, std::span<std::byte> skipped, std::span<std::byte> buffer,
                                          endpoint& source, datagram_notes&, transfer_flags) noexcept;

/// Whether messages of more than one datagram can be sent and received; asks the running system once.
[[nodiscard]] bool has_datagram_offload() noexcept;
/// Whether many messages can be moved in one call.
[[nodiscard]] bool has_calls_of_many() noexcept;
/// From now on a UDP socket may receive joined datagrams. It cannot be undone: what is in the socket's queue would lose
/// its note.
[[nodiscard]] int join_datagrams(handle) noexcept;

/// So many datagrams are the most in a message that is sent, and so many octets.
constexpr std::size_t most_segments = 64;
constexpr std::size_t largest_message = 65507;
/// No received message of an IP socket needs more room.
constexpr std::size_t message_room = 65535;

// Arrays of these two are filled as far as they are needed, and not cleared before: no member has an initializer.

struct outgoing_piece {
    std::byte const* data;
    std::size_t size;
};

struct outgoing_message {
    outgoing_piece const* pieces;
    std::size_t piece_count;
    endpoint const* destination; ///< Null: the connected peer. An IPv4 one is mapped for a v6 socket.
    endpoint const* source;      ///< Null, no endpoint, the wildcard: the system chooses. Likewise mapped.
    std::size_t segment;         ///< As datagram_notes::segment.
};

/// Sends messages in their order, and counts them: fewer, without an error, where a later one could not be sent; an
/// error where the first could not. What a connected socket had to report of earlier datagrams is lost where it comes
/// between two of them. At most so many in one call.
constexpr std::size_t most_messages = 64;
constexpr std::size_t most_pieces = 256;
[[nodiscard]] transfer send_messages(handle, family, std::span<outgoing_message const>, transfer_flags) noexcept;

struct received_message {
    std::span<std::byte> octets{}; ///< What there was room for.
    std::size_t size = 0;          ///< The message's own.
    endpoint source{};
    datagram_notes notes{};
};

/// Storage for messages that are received together.
class message_storage {
public:
    /// With so much room for each, `message_room` at least. May raise std::bad_alloc.
    message_storage(std::size_t count, std::size_t room);
    message_storage(message_storage const&) = delete;
    message_storage& operator=(message_storage const&) = delete;
    ~message_storage();

    /// Receives what is there, as much as there is storage for, or, where the last message was a joined one, one
    /// message, which then has many datagrams by itself; the first message is waited for, unless the flags say
    /// otherwise. With `one_by_one` it is always one message. The count is that of the octets. Where a sender's name
    /// cannot be allocated, the message is lost and those before it are kept; the error is out of memory where there
    /// are none.
    [[nodiscard]] transfer receive(handle, family, transfer_flags, bool one_by_one) noexcept;
    /// What the last call received.
    [[nodiscard]] std::span<received_message> messages() noexcept;
    [[nodiscard]] std::span<received_message const> messages() const noexcept;
    void clear() noexcept;

private:
    struct system;
    std::unique_ptr<system> system_;
};

} // namespace usocket::platform
