// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>

#include <usocket/datagram_details.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/octet_span.hpp>
#include <usocket/socket.hpp>
#include <usocket/time_limit.hpp>

/// Many datagrams in one call: an extension of usocket, which has socket_send() and socket_receive() for one.
///
/// A call for each datagram costs microseconds, most of which is the system's way there and back. In batches they are
/// moved as the system can best: by one call for many, and, where datagrams of one size go to one destination, as one
/// large piece that the system splits and joins again. The library chooses by itself, with the same results; callers
/// see datagrams, never the pieces.
namespace [[gnu::visibility("default")]] usocket {

namespace detail {
struct datagram_batch_access;
}

/// How the datagrams of a batch go through the system.
enum class datagram_path : std::uint8_t {
    automatic,     ///< The best that the system has, chosen for each run of datagrams.
    offload,       ///< The system splits what is sent and joins what is received (Linux: UDP_SEGMENT, UDP_GRO).
    calls_of_many, ///< Many datagrams in a call (Linux: sendmmsg, recvmmsg).
    single_calls,  ///< A call for each datagram; one is received at a time.
};

/// Whether the system has the path, for UDP. Asks the running system once; from any thread.
[[nodiscard]] bool supports(datagram_path path) noexcept;

// ---- sending

/// One datagram to be sent.
struct outgoing_datagram {
    /// What it carries; may be empty. Must outlive the call, as all that it refers to.
    octet_span data;
    /// Where to; null is the connected peer.
    endpoint const* destination = nullptr;
    /// Where to send from, as datagram_send_options::source.
    endpoint const* source = nullptr;
    /// Set by the call for each datagram that is taken: why it could not be sent, or success.
    std::error_code error{};
};

struct send_batch_options {
    /// For all of the batch, instead of the socket's write timeout.
    time_limit timeout{};
    /// For tests and measurements: operation_not_supported_error where the system does not have it, or, of offload,
    /// where it cannot send a run of equal datagrams in that way.
    datagram_path path = datagram_path::automatic;
};

/// What became of a batch. The first `taken` datagrams are done with: sent, or, `refused` of them, given an error of
/// their own. The rest was not sent, and may be by another call.
struct send_batch_result {
    std::size_t taken = 0;
    std::size_t refused = 0;
    /// Why the rest was left; success where all were taken.
    std::error_code stopped{};

    [[nodiscard]] std::size_t sent() const noexcept { return taken - refused; }
};

/// Sends datagrams of any sizes to any destinations, in their order. Waits for room as socket_send() does; no
/// allocation (where the socket is IPv6 and a destination IPv4, none either).
///
/// A datagram that cannot be sent for reasons of its own (its destination, source or size) is given the error, and the
/// others are sent. What concerns the socket stops the batch: closing, timeout, cancel scopes, want of memory, and on a
/// connected socket every error, such as connection_refused (an earlier datagram was refused by the peer; it is
/// reported once, and what was not sent can be sent again). To tell these exactly, a connected socket takes a call for
/// each datagram, or for each run of equal ones with offload.
///
/// Raises what stopped the batch if nothing was taken; otherwise the result says it, and the next call goes on. Raises
/// besides: invalid_socket_error, timeout_error, deadline_timeout_error, interrupted_condition,
/// operation_not_supported_error (send_batch_options::path).
send_batch_result socket_send_batch(datagram_usocket& socket, std::span<outgoing_datagram> datagrams,
                                    send_batch_options const& options = {});
/// The error_code form sets `ec` to what stopped the batch, however much was taken.
send_batch_result socket_send_batch(datagram_usocket& socket, std::span<outgoing_datagram> datagrams,
                                    send_batch_options const& options, std::error_code& ec);

/// Sends the buffer cut into datagrams of `size` octets, the last of which may be shorter, all to `destination` (null:
/// the connected peer). The result counts datagrams; the first that cannot be sent stops. Raises besides:
/// invalid_argument_error (a size of zero).
send_batch_result socket_send_split(datagram_usocket& socket, octet_span buffer, std::size_t size,
                                    endpoint const* destination = nullptr, send_batch_options const& options = {});
send_batch_result socket_send_split(datagram_usocket& socket, octet_span buffer, std::size_t size,
                                    endpoint const* destination, send_batch_options const& options,
                                    std::error_code& ec);

// ---- receiving

/// A received datagram, in its batch: valid until the batch is received into again, moved from or destroyed.
struct batched_datagram {
    /// What it carries, as much as there was room for, which only local datagrams can exceed.
    std::span<std::byte> buffer;
    /// Its own size; more than `buffer.size()` when it did not fit and the rest is lost.
    std::size_t size;
    endpoint const& source;
    datagram_details const& details;

    [[nodiscard]] std::string_view text() const noexcept {
        return {reinterpret_cast<char const*>(buffer.data()), buffer.size()};
    }
    [[nodiscard]] bool truncated() const noexcept { return size > buffer.size(); }
    /// The datagram that answers this one: to where it came from, and from the address that it came to if option::
    /// packet_info was on and that was an address of one machine.
    [[nodiscard]] outgoing_datagram reply(octet_span data) const noexcept {
        return {.data = data, .destination = &source, .source = details.sent_to_many ? nullptr : &details.destination};
    }
};

/// Storage for received datagrams, used again and again: allocates when it is made only. A range of batched_datagram,
/// empty at first. One thread at a time.
class datagram_batch {
    struct implementation;

public:
    /// No IP datagram needs more.
    static constexpr std::size_t least_room = 65535;

    /// As many messages as are received in one call at most. With offload one message may bring many datagrams, so that
    /// a batch may hold more. Each message has so many octets of room: address space, of which only what is received in
    /// takes memory. Raises std::bad_alloc, invalid_argument_error (zero messages or more than 1024, less than
    /// `least_room` or more than 16 MiB).
    explicit datagram_batch(std::size_t messages = 32, std::size_t room = least_room);
    datagram_batch(datagram_batch&& other) noexcept : implementation_(other.implementation_) {
        other.implementation_ = nullptr;
    }
    datagram_batch& operator=(datagram_batch&& other) noexcept {
        implementation* const others = other.implementation_;
        other.implementation_ = implementation_; // goes with it
        implementation_ = others;
        return *this;
    }
    ~datagram_batch();

    class iterator {
    public:
        using value_type = batched_datagram;
        using difference_type = std::ptrdiff_t;

        iterator() noexcept = default;
        [[nodiscard]] batched_datagram operator*() const noexcept {
            return {{data_, size_ < room_ ? size_ : room_}, size_, *source_, *details_};
        }
        iterator& operator++() noexcept {
            if (rest_ == 0) [[unlikely]] {
                *this = at(batch_, message_ + 1, 0);
                return *this;
            }
            data_ += size_;
            size_ = size_ < rest_ ? size_ : rest_;
            rest_ -= size_;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator const before = *this;
            ++*this;
            return before;
        }
        [[nodiscard]] friend bool operator==(iterator const& a, iterator const& b) noexcept {
            return a.data_ == b.data_; // each message has its own room
        }

    private:
        friend class datagram_batch;
        /// By value, so that the iterator of a loop can stay in registers.
        [[nodiscard]] static iterator at(implementation const* batch, std::size_t message, std::size_t offset) noexcept;

        implementation const* batch_ = nullptr;
        std::size_t message_ = 0;   ///< In this message of the batch,
        std::byte* data_ = nullptr; ///< here (null: at the end)
        std::size_t size_ = 0;      ///< is a datagram of so many octets,
        std::size_t rest_ = 0;      ///< with so many behind it, which are others of that size, or a last one,
        std::size_t room_ = 0;      ///< and so much was kept of each at most.
        endpoint const* source_ = nullptr;
        datagram_details const* details_ = nullptr;
    };

    [[nodiscard]] iterator begin() const noexcept;
    [[nodiscard]] iterator end() const noexcept { return {}; }
    /// How many datagrams there are.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

private:
    friend struct detail::datagram_batch_access;
    implementation* implementation_ = nullptr; ///< Null when moved from.
};

struct receive_batch_options {
    /// Until the first datagram is there, instead of the socket's read timeout.
    time_limit timeout{};
    /// As send_batch_options::path.
    datagram_path path = datagram_path::automatic;
};

/// Waits for a datagram, and receives what else is there and the system gives in one call into the batch, in its order;
/// returns how many. Datagrams that the system has joined may come a message at a time. What was in the batch before is
/// gone. One system call where no limit is in force; the first call on a socket makes it ready for
/// offload, which takes another and an allocation.
///
/// From then on the system may keep datagrams of this socket joined: socket_receive() goes on to return single ones
/// (more slowly), but programs that receive from the native handle themselves would meet the joined ones. One thread at
/// a time may receive from such a socket.
///
/// Raises as socket_receive(), with the batch left empty; also operation_not_supported_error
/// (receive_batch_options::path), and out_of_memory_error in the first call on a socket.
std::size_t socket_receive_batch(datagram_usocket& socket, datagram_batch& batch,
                                 receive_batch_options const& options = {});
std::size_t socket_receive_batch(datagram_usocket& socket, datagram_batch& batch, receive_batch_options const& options,
                                 std::error_code& ec);

} // namespace usocket
