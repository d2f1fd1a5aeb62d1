// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

#include "platform/platform.hpp"

namespace usocket {
class cancel_scope;
}

namespace usocket::detail {

/// Octets that a socket has moved. One thread receives and one sends at a time, so nothing here is read, changed and
/// written at once.
struct traffic_counters {
    std::atomic<std::uint64_t> received{0};
    std::atomic<std::uint64_t> sent{0};

    static void add(std::atomic<std::uint64_t>& sum, std::uint64_t octets) noexcept {
        sum.store(sum.load(std::memory_order_relaxed) + octets, std::memory_order_relaxed);
    }
};

/// The scope within which the calls on a socket need not look at any limit: while it is a thread's innermost one, none
/// but it applies there, and what ends it clears this and interrupts the socket. Null: no scope must apply.
using bare_scope = std::atomic<cancel_scope const*>;

/// Where one socket's calls can be interrupted from any thread, at any time, whatever becomes of the socket.
///
/// Shared by the socket and its scopes, counted, and kept by whoever comes last. Interrupting shuts the connection
/// down, which ends a blocked call on every kind of socket and each later one at once; so the calls themselves need
/// not wait for anything but the socket.
class interrupt_point {
public:
    /// One share in a point.
    class reference {
    public:
        reference() noexcept = default;
        explicit reference(interrupt_point* point) noexcept : point_(point) {
            if (point_ != nullptr)
                point_->references_.fetch_add(1, std::memory_order_relaxed);
        }
        /// Takes over a share that is there already.
        [[nodiscard]] static reference adopt(interrupt_point* point) noexcept {
            reference result;
            result.point_ = point;
            return result;
        }
        reference(reference&& other) noexcept : point_(std::exchange(other.point_, nullptr)) {}
        reference& operator=(reference&&) = delete;
        ~reference() { reset(); }

        void reset() noexcept {
            auto* const point = std::exchange(point_, nullptr);
            if (point != nullptr && point->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
                delete point;
        }
        /// The share goes on without its holder.
        [[nodiscard]] interrupt_point* release() noexcept { return std::exchange(point_, nullptr); }
        [[nodiscard]] interrupt_point* get() const noexcept { return point_; }
        [[nodiscard]] explicit operator bool() const noexcept { return point_ != nullptr; }
        interrupt_point* operator->() const noexcept { return point_; }

    private:
        interrupt_point* point_ = nullptr;
    };

    /// A point of its own for an open handle, and for what its socket counts and takes for its bare scope; empty when
    /// there is no memory.
    [[nodiscard]] static reference make(platform::handle handle, traffic_counters const& counters,
                                        bare_scope& bare) noexcept;

    interrupt_point(interrupt_point const&) = delete;
    interrupt_point& operator=(interrupt_point const&) = delete;

    /// Ends the calls on the socket, if it still has its handle.
    void interrupt() noexcept;
    /// The handle goes: from now on interrupting does nothing.
    void detach() noexcept;
    /// The socket goes: what its counters say stays.
    void detach_socket() noexcept;

    /// Makes it the socket's bare scope, unless that has one.
    void begin_bare(cancel_scope const& scope) noexcept;
    /// It is not, or no longer, the socket's bare scope. Does not look at the scope itself, which may be gone.
    void end_bare(cancel_scope const* scope) noexcept;

    /// Changes with what the connection moves, in the middle of a call too where the system tells.
    [[nodiscard]] std::uint64_t progress() noexcept;

    /// Octets moved since the point was made.
    [[nodiscard]] std::uint64_t received() noexcept;
    [[nodiscard]] std::uint64_t sent() noexcept;

private:
    interrupt_point(platform::handle handle, traffic_counters const& counters, bare_scope& bare) noexcept
        : handle_(handle), counters_(&counters), bare_(&bare) {}
    ~interrupt_point() = default;

    std::atomic<std::uint32_t> references_{1};
    std::mutex mutex_{};
    platform::handle handle_;          ///< Guarded by the mutex, as is the rest.
    traffic_counters const* counters_; ///< The socket's, or when that has gone, our own.
    traffic_counters last_{};
    bare_scope* bare_; ///< The socket's; null when that has gone.
};

} // namespace usocket::detail
