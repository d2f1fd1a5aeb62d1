// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>

#include <usocket/endpoint.hpp>
#include <usocket/octet_span.hpp>
#include <usocket/socket_types.hpp>
#include <usocket/time_limit.hpp>

#include "conditions/raise.hpp"
#include "limits/interrupt_point.hpp"
#include "limits/limit.hpp"
#include "platform/datagram.hpp"
#include "platform/platform.hpp"

namespace usocket {
class usocket;
}

namespace usocket::detail {

class socket_core;

/// What a reader of single datagrams has taken of those that the system keeps joined.
struct joined_input {
    std::size_t taken = 0; ///< Octets of the first message in the socket's queue, from its beginning.
    /// Where those go when the message is looked at again.
    std::unique_ptr<std::byte[]> skipped = std::make_unique_for_overwrite<std::byte[]>(platform::message_room);
};

/// What became of an operation. `count` is exact also when there is an error.
struct io_result {
    std::size_t count = 0;
    result_code error{};
    std::optional<std::chrono::nanoseconds> elapsed{}; ///< Set with an error, where a limit was in force.
};

/// The stream of a socket, as the layers below it see it.
class attached_stream {
public:
    attached_stream() = default;
    attached_stream(attached_stream const&) = delete;
    attached_stream& operator=(attached_stream const&) = delete;
    /// Sends what one non-blocking try can; never blocks, never throws.
    virtual ~attached_stream() = default;
    /// Octets received but not yet read.
    [[nodiscard]] virtual std::size_t buffered_input() const noexcept = 0;
    /// Whether some of it is worth a look: not only the beginning of a line whose end has not come yet.
    [[nodiscard]] virtual bool has_fresh_input() const noexcept = 0;
    /// Moves buffered input to `out`, or with `keep` copies it, and returns how much; never touches the socket.
    virtual std::size_t take_input(std::span<std::byte> out, bool keep) noexcept = 0;
    /// Sends what is buffered for output; what could not be sent stays buffered.
    virtual io_result flush(time_limit timeout) noexcept = 0;
};

/// The wait list that a socket is in, as the layers below it see it. The calls may come from any thread, also for a
/// socket that has left the list meanwhile, and after the list itself has gone: they then do nothing.
class wait_membership {
public:
    wait_membership() = default;
    wait_membership(wait_membership const&) = delete;
    wait_membership& operator=(wait_membership const&) = delete;
    virtual ~wait_membership() = default;
    /// The socket's stream has received more than it was asked for.
    virtual void input_buffered(socket_core&) noexcept = 0;
    /// The socket closes, is released or is destroyed: forget it, now.
    virtual void leave(socket_core&) noexcept = 0;
    /// A wait that has nothing to do with the list has set the socket's state.
    virtual void state_set(socket_core&) noexcept = 0;
    /// `object` stands for the socket now: sets its owner, under the list's lock.
    virtual void moved(socket_core&, usocket& object) noexcept = 0;
};

/// The state of one socket, at one address for its whole life: usocket objects move, this stays.
///
/// Closing is safe against calls in flight on other threads: close() marks the socket closed, wakes whoever is blocked
/// in it, and the last one out gives the handle back, so that its number is never reused under a call.
///
/// All that a transfer that succeeds looks at comes first, in one line of the processor's caches: with thousands of
/// sockets it is in none of them, and each line counts.
class alignas(64) socket_core {
public:
    /// What sets a socket apart, for the few that it does.
    enum class mark : std::uint8_t {
        output_shut = 1, ///< This side shut it down.
        input_shut = 2,
        timeouts = 4, ///< It has, or had, limits of its own.
        stream = 8,
        joined = 16,  ///< A UDP socket that may receive joined datagrams.
        watched = 32, ///< What it moves is counted.
    };

private:
    platform::handle handle_;
    std::atomic<std::uint32_t> gate_{0}; ///< Calls in flight, and the closed bit.

public:
    socket_kind const kind;
    platform::family const family;
    std::atomic<readiness> state{readiness::none}; ///< What the last wait found.

private:
    std::atomic<std::uint8_t> marks_{0};
    std::uint16_t remote_port_ = 0; ///< Of `remote_`, where that is an IP one,
    bare_scope bare_scope_{nullptr};
    traffic_counters moved_{};
    ip_address remote_address_{}; ///< as is this.

public:
    socket_core(platform::handle handle, socket_kind what, platform::family where) noexcept
        : handle_(handle), kind(what), family(where) {}
    socket_core(socket_core const&) = delete;
    socket_core& operator=(socket_core const&) = delete;
    /// Closes. No call may be in flight.
    ~socket_core();

    [[nodiscard]] bool has(mark one) const noexcept {
        return (marks_.load(std::memory_order_acquire) & static_cast<std::uint8_t>(one)) != 0;
    }
    template <class... Marks>
    [[nodiscard]] bool has_any(Marks... those) const noexcept {
        return (marks_.load(std::memory_order_acquire) & (static_cast<std::uint8_t>(those) | ...)) != 0;
    }
    void set(mark one) noexcept { marks_.fetch_or(static_cast<std::uint8_t>(one), std::memory_order_acq_rel); }

    /// The handle while open, invalid_handle afterwards.
    [[nodiscard]] platform::handle handle() const noexcept;
    [[nodiscard]] bool is_open() const noexcept { return (gate_.load(std::memory_order_acquire) & closed_bit) == 0; }

    /// Wakes calls in flight and closes. Success when it was closed already. The stream is not flushed.
    std::error_code close() noexcept;
    /// Gives the handle away instead of closing it; invalid_handle when closed, or when calls are in flight.
    [[nodiscard]] platform::handle release() noexcept;

    /// The socket object that stands for this socket from now on.
    void set_owner(usocket& object) noexcept {
        if (auto* const list = membership.load(std::memory_order_acquire))
            list->moved(*this, object);
        else
            owner = &object;
    }

    /// Keeps the handle from being closed while a call uses it.
    class use {
    public:
        explicit use(socket_core& core) noexcept : core_(core), entered_(core.enter()) {}
        use(use const&) = delete;
        use& operator=(use const&) = delete;
        ~use() {
            if (entered_)
                core_.leave();
        }
        /// False: the socket is closed.
        [[nodiscard]] explicit operator bool() const noexcept { return entered_; }
        [[nodiscard]] platform::handle handle() const noexcept { return core_.handle_; }

    private:
        socket_core& core_;
        bool entered_;
    };

    /// The first loss of the connection is remembered, so that a later read cannot take it for a clean end.
    void note_error(int error) noexcept;
    [[nodiscard]] int lost() const noexcept { return lost_.load(std::memory_order_relaxed); }
    /// The same for who was told that input has ended: the system tells of a loss once, and it may have told a call on
    /// another thread, which is about to note it.
    [[nodiscard]] int find_loss() noexcept;

    /// The limits that hold for each later read and write (connect options, the timeout options).
    [[nodiscard]] time_limit read_timeout() const noexcept { return load(read_timeout_); }
    [[nodiscard]] time_limit write_timeout() const noexcept { return load(write_timeout_); }
    void set_read_timeout(time_limit timeout) noexcept { set(read_timeout_, timeout); }
    void set_write_timeout(time_limit timeout) noexcept { set(write_timeout_, timeout); }

    /// Where a socket_scope interrupts the calls on this socket: made for the first one, null before.
    [[nodiscard]] interrupt_point* point() const noexcept { return point_.load(std::memory_order_acquire); }
    /// Makes it; null when there is no memory.
    [[nodiscard]] interrupt_point* make_point() noexcept;
    /// Whether nothing bounds a call of this thread on this socket that has no timeout of its own.
    [[nodiscard]] bool is_bare() const noexcept {
        return bare_scope_.load(std::memory_order_relaxed) == innermost_scope;
    }
    /// What the connection has moved, for those who watch it.
    void count_received(std::size_t octets) noexcept {
        if (has(mark::watched))
            traffic_counters::add(moved_.received, octets);
    }
    void count_sent(std::size_t octets) noexcept {
        if (has(mark::watched))
            traffic_counters::add(moved_.sent, octets);
    }

    /// The stream of the socket; null while it has none.
    [[nodiscard]] attached_stream* stream() const noexcept {
        return has(mark::stream) ? stream_.load(std::memory_order_acquire) : nullptr;
    }
    /// Made once, by whichever thread needs it first, and seen whole by all: returns the one that is there then.
    [[nodiscard]] attached_stream& attach(std::unique_ptr<attached_stream> fresh) noexcept;

    /// What they say of the stream, where there is one.
    [[nodiscard]] std::size_t buffered_input() const noexcept {
        auto const* const present = stream();
        return present != nullptr ? present->buffered_input() : 0;
    }
    [[nodiscard]] bool has_fresh_input() const noexcept {
        auto const* const present = stream();
        return present != nullptr && present->has_fresh_input();
    }

    /// The other end, where known without asking the system, as is `local`.
    [[nodiscard]] endpoint const& remote() const noexcept { return remote_; }
    [[nodiscard]] ip_address const& remote_address() const noexcept { return remote_address_; }
    [[nodiscard]] std::uint16_t remote_port() const noexcept { return remote_port_; }
    void set_remote(endpoint other_end) noexcept;

    std::unique_ptr<joined_input> joined{}; ///< Where it is so marked; its reader's own.
    bool joining_refused = false;           ///< The system does not join this socket's datagrams.
    /// A UDP socket's larger datagrams are not sent in messages of many: the system has refused one.
    std::atomic<std::uint16_t> largest_segment{UINT16_MAX};
    std::atomic<bool> non_blocking{false}; ///< Listeners, after the first bounded accept: the handle never blocks.
    element element_type = element::character;
    endpoint local{};
    usocket* owner = nullptr;          ///< The object that stands for this socket now.
    bool v6_only = false;              ///< Datagram sockets: an IPv6 one that takes no IPv4.
    bool connected = false;            ///< Datagram sockets: whether there is a peer.
    bool remove_path_on_close = false; ///< Listeners and bound datagram sockets on a local path that they made.
    std::atomic<wait_membership*> membership{nullptr};
    std::uint32_t member_place = 0; ///< The wait list's own, guarded by its lock.

private:
    static constexpr std::uint32_t closed_bit = 0x8000'0000U;

    [[nodiscard]] bool enter() noexcept {
        std::uint32_t gate = gate_.load(std::memory_order_relaxed);
        do {
            if ((gate & closed_bit) != 0)
                return false;
        } while (!gate_.compare_exchange_weak(gate, gate + 1, std::memory_order_acquire, std::memory_order_relaxed));
        return true;
    }
    void leave() noexcept {
        if (gate_.fetch_sub(1, std::memory_order_acq_rel) == (closed_bit | 1U))
            static_cast<void>(give_back());
    }
    void leave_wait_list() noexcept;
    void leave_point() noexcept;
    void wake_calls_in_flight() noexcept;
    std::error_code give_back() noexcept;

    [[nodiscard]] time_limit load(std::atomic<std::int64_t> const& slot) const noexcept {
        if (!has(mark::timeouts)) [[likely]]
            return {};
        std::int64_t const value = slot.load(std::memory_order_relaxed);
        return value < 0 ? time_limit() : time_limit(std::chrono::nanoseconds(value));
    }
    void set(std::atomic<std::int64_t>& slot, time_limit timeout) noexcept;

    std::atomic<attached_stream*> stream_{nullptr};
    std::atomic<interrupt_point*> point_{nullptr}; ///< Holds a reference.
    endpoint remote_{};
    std::atomic<std::int64_t> read_timeout_{-1};
    std::atomic<std::int64_t> write_timeout_{-1};
    std::atomic<int> lost_{0};
};

} // namespace usocket::detail
