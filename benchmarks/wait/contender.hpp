// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contest/turns.hpp"

namespace wait_bench {

using contest::nanoseconds;
using contest::wall_clock;

/// Input is read into a buffer of this size, though one octet is there.
inline constexpr std::size_t buffer_size = 64;

/// Raised when a contender cannot take part with so many members.
struct left_out {
    std::string why;
};

/// One way to wait on many sockets. Lives in a process of its own, with its own sockets.
class contender {
public:
    contender() = default;
    contender(contender const&) = delete;
    contender& operator=(contender const&) = delete;
    virtual ~contender() = default;

    /// Opens a listener on the loopback address 127.0.0.1; returns its port. `members` connections will come.
    [[nodiscard]] virtual std::uint16_t listen(std::size_t members) = 0;
    /// Accepts one of them, the next member, and watches it for input.
    virtual void accept() = 0;

    /// Waits and reads until one octet has been read from each of `count` members, those that are ready.
    virtual void take(std::size_t count) = 0;
    /// As take(). Returns the time spent in the waits alone; unset where that cannot be told.
    [[nodiscard]] virtual std::optional<nanoseconds> take_timed(std::size_t count) = 0;
};

/// Of take(): no clock is read.
struct no_stopwatch {
    void start() noexcept {}
    void stop() noexcept {}
};

struct stopwatch {
    void start() noexcept { started = wall_clock::now(); }
    void stop() noexcept { total += wall_clock::now() - started; }

    wall_clock::time_point started{};
    nanoseconds total{};
};

/// A contender whose waits can be told from its reads: `take_with(count, watch)` starts the watch before each wait and
/// stops it after.
template <class Self>
class timed_contender : public contender {
public:
    void take(std::size_t count) final {
        no_stopwatch watch;
        static_cast<Self&>(*this).take_with(count, watch);
    }
    [[nodiscard]] std::optional<nanoseconds> take_timed(std::size_t count) final {
        stopwatch watch;
        static_cast<Self&>(*this).take_with(count, watch);
        return watch.total;
    }
};

/// A contender, or why this program lacks it.
struct entry {
    std::string_view name;
    /// Null when it is missing.
    std::unique_ptr<contender> (*make)() = nullptr;
    std::string_view missing{};
};

/// All there are. The first is the one that others are compared with.
[[nodiscard]] std::vector<entry> all_contenders();

// Each is in a file of its own; the build chooses another one where a library is missing.
[[nodiscard]] entry bare_epoll();
[[nodiscard]] entry bare_epoll_with_objects();
[[nodiscard]] entry bare_select();
[[nodiscard]] entry bare_poll();
[[nodiscard]] entry bare_io_uring();
[[nodiscard]] std::vector<entry> usocket_lists();
[[nodiscard]] entry libuv();
[[nodiscard]] entry asio_sockets();
[[nodiscard]] entry poco();

} // namespace wait_bench
