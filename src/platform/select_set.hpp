// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "platform/platform.hpp"

/// A part of the seam: the handles of one wait list, as the system's select call takes them.
///
/// Each handle is known by a cookie of the caller's. The rules of platform.hpp hold. One thread at a time; nothing may
/// be changed during wait().
namespace usocket::platform {

class select_set {
public:
    /// What a wait found for one handle. An error or a hang-up shows as readable, if that was asked for; `failed` is an
    /// invalid handle.
    struct found {
        std::uint32_t cookie = 0;
        bool readable = false;
        bool writable = false;
        bool failed = false;
    };

    select_set() noexcept;
    select_set(select_set const&) = delete;
    select_set& operator=(select_set const&) = delete;
    ~select_set();

    /// Zero, or why the system's sets cannot hold the handle: errc::no_buffers, through classify.
    [[nodiscard]] static int refuses(handle) noexcept;

    /// Before all below. Fails when memory is out.
    [[nodiscard]] int open() noexcept;

    /// The handle must be one that is not refused. One that is in the set already passes to the new cookie: it was
    /// closed, and its number used again, before it was removed. Fails when memory is out.
    [[nodiscard]] int add(handle, bool read, bool write, std::uint32_t cookie) noexcept;
    void change(handle, bool read, bool write) noexcept;
    /// Does nothing when the handle has passed to another cookie.
    void remove(handle, std::uint32_t cookie) noexcept;

    /// Waits until a handle is ready or `timeout` (rounded up to what the system can; unset waits for ever) has passed:
    /// one call, and more only when a handle is invalid. `alarm`, unless invalid_handle, is watched for input in this
    /// wait alone; the wait fails with errc::no_buffers where it is refused.
    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, handle alarm = invalid_handle) noexcept;
    [[nodiscard]] bool alarmed() const noexcept { return alarmed_; }
    /// Calls `take(found)` for each handle that the last wait found ready.
    template <class Take>
    void for_each_ready(Take&& take) const noexcept {
        for (std::uint32_t next = next_ready(0); next != nowhere; next = next_ready(next + 1))
            take(at(next));
    }

private:
    struct storage;

    static constexpr std::uint32_t nowhere = 0xffffffff;

    [[nodiscard]] std::uint32_t next_ready(std::uint32_t from) const noexcept;
    [[nodiscard]] found at(std::uint32_t place) const noexcept;
    void find_highest() noexcept;
    [[nodiscard]] int look_at_each() noexcept;

    std::unique_ptr<storage> sets_;
    bool alarmed_ = false;
};

} // namespace usocket::platform
