// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "platform/platform.hpp"

/// A part of the seam, of systems with io_uring: polls that stay armed, and a queue in shared memory to which the
/// kernel adds an event for each wake-up of a handle. Events are taken without a system call.
///
/// An event says that something happened, not that it still holds. The kernel delivers through the thread that
/// submitted the poll, whenever it is in a system call, or interrupts it for that. While a poll is armed the kernel
/// keeps what the handle stands for open, whether or not the handle is closed. The rules of platform.hpp hold; calls
/// come from any thread, one at a time, but `watched()` may be polled meanwhile.
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

    [[nodiscard]] int open() noexcept;
    /// Readable while there are events.
    [[nodiscard]] handle watched() const noexcept;

    /// Queues a poll; with neither direction only failures are watched for. It takes effect with submit() at the
    /// latest, from which on the calling thread is the one that delivers. What is ready already counts as an event.
    /// `cookie` must not be zero.
    [[nodiscard]] int arm(handle, bool read, bool write, std::uint64_t cookie) noexcept;
    /// Hands over what is queued, in one call as a rule; does nothing when nothing is. Goes on after an interruption.
    [[nodiscard]] int submit() noexcept;
    /// Queues the end of the poll with this cookie. Its remaining events still come.
    void disarm(std::uint64_t cookie) noexcept;

    /// Takes the next event, if there is one.
    [[nodiscard]] bool next(event&) noexcept;
    [[nodiscard]] bool has_events() const noexcept;

private:
    struct storage;

    std::unique_ptr<storage> storage_;
};

} // namespace usocket::platform
