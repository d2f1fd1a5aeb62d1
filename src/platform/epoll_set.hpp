// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "platform/platform.hpp"

/// A part of the seam, of systems with epoll: a set of handles that the kernel keeps from wait to wait, so that a wait
/// costs time in proportion to what is ready.
///
/// Each handle is known by a cookie of the caller's. The rules of platform.hpp hold. One thread at a time waits, and
/// looks at what it has found; one other at a time may add, change and remove meanwhile, and the wait goes on with the
/// set as it then is. A handle is removed before it is closed: one that is closed first leaves the set unnoticed,
/// unless a duplicate of it lives on.
namespace usocket::platform {

class epoll_set {
public:
    /// What a wait found for one handle. `failed`: an error or a hang-up, asked for or not.
    struct found {
        std::uint32_t cookie = 0;
        bool readable = false;
        bool writable = false;
        bool failed = false;
    };

    enum class timeouts : std::uint8_t {
        finest,      ///< As fine as the kernel takes them.
        milliseconds ///< As a kernel before 5.11 does.
    };

    explicit epoll_set(timeouts = timeouts::finest) noexcept;
    epoll_set(epoll_set const&) = delete;
    epoll_set& operator=(epoll_set const&) = delete;
    /// In a child process this leaves the parent's set as it is.
    ~epoll_set();

    /// Whether the system has it, and lets this process make one.
    [[nodiscard]] static bool available() noexcept;

    /// Before all below.
    [[nodiscard]] int open() noexcept;

    /// With neither direction only failures are watched for. Fails with out of memory, too many watched handles
    /// (errc::no_buffers through classify), and for handles that cannot be watched, which sockets always can.
    [[nodiscard]] int add(handle, bool read, bool write, std::uint32_t cookie) noexcept;
    [[nodiscard]] int change(handle, bool read, bool write, std::uint32_t cookie) noexcept;
    void remove(handle) noexcept;

    /// Waits until a handle is ready or `timeout` (rounded up to what the kernel can; unset waits for ever) has passed:
    /// one call. `alarm`, unless invalid_handle, is watched for input in this wait alone, and may be closed after it:
    /// two calls. There is room for all handles that were in the set when the wait began, and finish() finds the
    /// others.
    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, handle alarm = invalid_handle) noexcept {
        return take(ask(timeout, alarm));
    }
    /// The two halves of a wait: the call, whose result is below zero for last_error(), and taking in its result.
    /// Throws nothing; without saying so, it can end in the system's function instead of calling it.
    [[nodiscard]] int ask(std::optional<std::chrono::nanoseconds> timeout, handle alarm = invalid_handle);
    [[nodiscard]] int take(int result) noexcept {
        ready_ = result > 0 ? static_cast<std::uint32_t>(result) : 0;
        return result < 0 ? last_error() : 0;
    }
    /// After a wait that succeeded, while no handle is added: looks again if more was ready than there was room for,
    /// because handles were added during the wait.
    void finish() noexcept {
        if (ready_ == room_size_)
            look_again();
    }

    /// How many handles the last wait found ready.
    [[nodiscard]] std::uint32_t ready() const noexcept { return ready_; }
    [[nodiscard]] found at(std::uint32_t index) const noexcept;
    [[nodiscard]] bool alarmed() const noexcept { return alarmed_; }

private:
    struct room;

    [[nodiscard]] int control(int operation, handle, bool read, bool write, std::uint32_t cookie) const noexcept;
    [[nodiscard]] bool make_room(std::uint32_t size) noexcept;
    void take_room() noexcept;
    void look_again() noexcept;
    [[nodiscard]] int ask_until(std::chrono::nanoseconds timeout) noexcept;
    [[nodiscard]] int ask_with(std::optional<std::chrono::nanoseconds> timeout, handle alarm) noexcept;

    // The waiting thread's:
    std::unique_ptr<room> room_; ///< Where the kernel puts what it has found; it may be doing so at any time in a wait.
    std::uint32_t ready_ = 0;
    std::uint32_t room_size_ = 0;
    bool alarmed_ = false;
    timeouts timeouts_;
    handle epoll_ = invalid_handle;
    // The changing threads':
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0; ///< Of the latest room.
    // From the latter to the former:
    std::atomic<room*> larger_room_{nullptr};
};

} // namespace usocket::platform
