// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "platform/platform.hpp"

/// A part of the seam: the handles of one wait list, as the system's poll call takes them.
///
/// The array is the system's own, kept from wait to wait: a wait converts nothing and allocates nothing. The rules of
/// platform.hpp hold. One thread at a time; nothing may be changed during wait().
namespace usocket::platform {

class poll_set {
public:
    /// What a wait found for one handle. `failed`: an error, a hang-up or an invalid handle, asked for or not.
    struct found {
        bool readable = false;
        bool writable = false;
        bool failed = false;
    };

    poll_set() noexcept = default;
    poll_set(poll_set const&) = delete;
    poll_set& operator=(poll_set const&) = delete;
    ~poll_set();

    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

    /// Adds a handle at index size(). With neither direction only failures are watched for. `invalid_handle` holds the
    /// place and is never ready.
    [[nodiscard]] int add(handle, bool read, bool write) noexcept;
    void change(std::uint32_t index, bool read, bool write) noexcept;
    /// Puts another handle in the place of the one at `index`.
    void replace(std::uint32_t index, handle) noexcept;
    /// The last one takes the place of the one removed.
    void remove(std::uint32_t index) noexcept;
    /// Removes all from index `size` on, as far as there are any.
    void truncate(std::uint32_t size) noexcept;
    /// Makes room, so that add() does not fail up to that size.
    [[nodiscard]] int reserve(std::uint32_t size) noexcept;

    /// Waits until a handle is ready or `timeout` (rounded up to what the system can; unset waits for ever) has passed.
    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout) noexcept;
    /// As wait() without waiting, of a set that has had a handle. Returns how many are ready, below zero for
    /// last_error(). Throws nothing; without saying so, it can end in the system's function instead of calling it.
    [[nodiscard]] int ask();
    /// How many handles the last wait() found ready.
    [[nodiscard]] std::uint32_t ready() const noexcept { return ready_; }
    /// What the last wait found at `index`.
    [[nodiscard]] found at(std::uint32_t index) const noexcept;
    /// The first index from `from` on that the last wait found ready, size() if none.
    [[nodiscard]] std::uint32_t next_ready(std::uint32_t from) const noexcept;

private:
    struct storage;

    storage* entries_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;
    std::uint32_t ready_ = 0;
};

} // namespace usocket::platform
