// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "platform/platform.hpp"

/// A part of the seam, of systems with io_uring: polls that stay armed, and a queue in shared memory to which the
/// kernel adds an event for each wake-up of a handle. Events are taken without a system call.
///
/// An event says that something happened, not that it still holds. The kernel delivers through the thread that
/// submitted the poll, whenever it is in a system call, or interrupts it for that. While a poll is armed the kernel
/// keeps what the handle stands for open, whether or not the handle is closed. The rules of platform.hpp hold; calls
/// come from any thread, one at a time.
namespace usocket::platform {

class poll_ring {
public:
    struct event {
        std::uint64_t cookie = 0;
        bool armed = false; ///< The poll goes on; else it must be armed again.
    };

    poll_ring() noexcept;
    poll_ring(poll_ring const&) = delete;
    poll_ring& operator=(poll_ring const&) = delete;
    /// Returns before the kernel has let go of the handles.
    ~poll_ring();

    /// Whether this kernel has what is needed here and allows it.
    [[nodiscard]] static bool available() noexcept;

    /// There will be room for so many events, as far as the kernel allows: 16 octets each. What is beyond the kernel
    /// keeps aside, at some cost. If the ring is open already, it gives way to the new one, but stays when that fails.
    [[nodiscard]] int open(std::uint32_t events) noexcept;

    /// Queues a poll; with neither direction only failures are watched for. It takes effect with submit() at the
    /// latest, from which on the calling thread is the one that delivers. What is ready already counts as an event.
    /// `cookie` must not be zero.
    [[nodiscard]] int arm(handle, bool read, bool write, std::uint64_t cookie) noexcept;
    /// Hands over what is queued, in one call as a rule; does nothing when nothing is. Goes on after an interruption.
    [[nodiscard]] int submit() noexcept;
    /// Queues the end of the poll with this cookie. Its remaining events still come.
    void disarm(std::uint64_t cookie) noexcept;

    /// Waits until there is an event, `alarm` (unless invalid_handle) is readable or `timeout` (unset: for ever) has
    /// passed; may also return earlier. `alarm` counts in this wait alone, and may be closed after it.
    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, handle alarm, bool& alarmed) noexcept;
    /// Takes the next event, if there is one. What happened before the calling thread, the one that delivers, was last
    /// in a system call is there.
    [[nodiscard]] bool next(event&) noexcept;

private:
    struct storage;

    std::unique_ptr<storage> storage_;
};

} // namespace usocket::platform
