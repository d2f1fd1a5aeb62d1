// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <type_traits>

#include <sys/types.h>

namespace contest {

/// Whole objects to and from another process; that one's end is closed when it ends.
class channel {
public:
    explicit channel(int descriptor) noexcept : descriptor_(descriptor) {}

    /// False when the other end is closed.
    template <class T>
    [[nodiscard]] bool send(T const& object) const {
        static_assert(std::is_trivially_copyable_v<T>);
        return send(&object, sizeof object);
    }
    /// False when the other end is closed, or silent for so long.
    template <class T>
    [[nodiscard]] bool receive(T& object, std::optional<std::chrono::milliseconds> patience = {}) const {
        static_assert(std::is_trivially_copyable_v<T>);
        return receive(&object, sizeof object, patience);
    }

private:
    [[nodiscard]] bool send(void const* data, std::size_t size) const;
    [[nodiscard]] bool receive(void* data, std::size_t size, std::optional<std::chrono::milliseconds> patience) const;

    int descriptor_;
};

/// A process of its own: it has none of this one's descriptors, ends when `role` returns, and with this process at the
/// latest. Destruction closes the channel and waits for the end.
class child {
public:
    explicit child(std::function<void(channel)> const& role);
    child(child const&) = delete;
    child& operator=(child const&) = delete;
    ~child();

    [[nodiscard]] channel orders() const noexcept { return channel(orders_); }
    [[nodiscard]] pid_t id() const noexcept { return process_; }

private:
    int orders_ = -1;
    pid_t process_ = -1;
};

} // namespace contest
