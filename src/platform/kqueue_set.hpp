// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "platform/platform.hpp"

/// A part of the seam, of systems with kqueue: a set of handles that the kernel keeps from wait to wait, so that a wait
/// costs time in proportion to what is ready.
///
/// The kernel has two filters for a handle, one for each direction, and no third for failures: a filter is ready when
/// its direction can be used, has ended, or has failed, and says which. Each handle is known by a cookie of the
/// caller's. The rules of platform.hpp hold. One thread at a time waits, and looks at what it has found; one other at a
/// time may watch and remove meanwhile, and the wait goes on with the set as it then is. A handle is removed before it
/// is closed: one that is closed first leaves the set unnoticed.
namespace usocket::platform {

class kqueue_set {
public:
    /// How a filter is watched.
    enum class watch : std::uint8_t {
        no,
        level, ///< Found by each wait while it is ready.
        edge,  ///< Found when it is watched first, if it is ready then, and when something has happened to it.
    };
    struct filters {
        watch input = watch::no;
        watch output = watch::no;
    };

    /// What a wait found for one filter of a handle: one of `readable`, `writable`.
    struct found {
        std::uint32_t cookie = 0;
        bool readable = false;
        bool writable = false;
        bool ended = false;  ///< No more can come, or go: by the peer's doing or our own.
        bool broken = false; ///< It has ended with an error.
        bool empty = false;  ///< Readable without an octet: an end, an empty datagram, or an error.
    };

    kqueue_set() noexcept;
    kqueue_set(kqueue_set const&) = delete;
    kqueue_set& operator=(kqueue_set const&) = delete;
    /// A child process has not inherited the kernel's set, and what has its number there is another's.
    ~kqueue_set();

    /// Whether the system has it, and lets this process make one.
    [[nodiscard]] static bool available() noexcept;

    /// Before all below.
    [[nodiscard]] int open() noexcept;

    /// From `before` to `now`; where it fails nothing of the handle is watched. A filter that stays an edge is as if it
    /// were watched for the first time.
    [[nodiscard]] int change(handle, filters before, filters now, std::uint32_t cookie) noexcept;
    void remove(handle socket, filters before) noexcept { static_cast<void>(change(socket, before, {}, 0)); }

    /// Waits until a filter is ready or `timeout` (rounded up to what the kernel can; unset waits for ever) has passed:
    /// one call, whose result is below zero for last_error(). `alarm`, unless invalid_handle, is watched for input in
    /// this wait alone, and may be closed after it: one call more.
    [[nodiscard]] int ask(std::optional<std::chrono::nanoseconds> timeout, handle alarm = invalid_handle) noexcept;
    /// Takes in the result.
    void take(int result) noexcept { total_ = ready_ = static_cast<std::uint32_t>(result); }
    /// Looks for filters that are ready as well, once those of this round have been looked at; false when there are no
    /// more.
    [[nodiscard]] bool next_round() noexcept;

    /// How many filters this round of the last wait found ready.
    [[nodiscard]] std::uint32_t ready() const noexcept { return ready_; }
    [[nodiscard]] found at(std::uint32_t index) const noexcept;
    [[nodiscard]] bool alarmed() const noexcept { return alarmed_; }

private:
    struct room;

    // The waiting thread's:
    std::unique_ptr<room> room_;
    std::uint32_t ready_ = 0;
    std::uint32_t total_ = 0; ///< Of all rounds.
    bool alarmed_ = false;
    handle queue_ = invalid_handle;
    std::uint32_t generation_ = 0; ///< Of the process that has opened it.
    // The changing threads', and looked at in next_round() while none changes:
    std::uint32_t size_ = 0; ///< Filters that are watched.
};

/// Whether an error waits on the socket that a call would report. Leaves it there.
[[nodiscard]] bool has_pending_error(handle) noexcept;

} // namespace usocket::platform
