// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <system_error>

#include <usocket/time_limit.hpp>

namespace [[gnu::visibility("default")]] usocket {

namespace detail {

class interrupt_point;
class limit;
class thread_waker;

/// Ties something with `cancel()` to what can stop it; <usocket/stop_token.hpp> specialises it for std::stop_token.
template <class Token, class Target>
struct stop_link;

struct stop_link_base {
    stop_link_base() = default;
    stop_link_base(stop_link_base const&) = delete;
    stop_link_base& operator=(stop_link_base const&) = delete;
    virtual ~stop_link_base() = default;
};

} // namespace detail

/// One limit for every blocking call below it: a dynamic extent, like the original's special variables.
///
/// While a scope lives, it applies to each blocking usocket call on the thread that made it: name lookup, connecting,
/// accepting, reading, writing, waiting. Scopes nest: the earliest deadline and any cancellation win. Within a passed
/// deadline a call raises deadline_timeout_error, within a cancelled scope interrupted_condition, at once and without
/// trying; what was transferred before is reported and not lost.
///
/// Make it and destroy it on one thread, in nested order, as a local variable. Any thread may call cancel(),
/// cancelled(), set_deadline() and deadline() while it lives. Making one costs no system call and no allocation (a stop
/// token costs one allocation).
///
///     u::cancel_scope limit{5s};
///     auto socket = u::socket_connect("example.com", 80);   // name lookup, connecting,
///     socket.stream() << request << std::flush;             // writing and
///     u::read_line(socket.stream(), line);                  // reading: 5 seconds for all
class cancel_scope {
    struct canceller {
        cancel_scope* scope;
        void cancel() const noexcept { scope->cancel(); }
    };

public:
    /// No deadline: only cancel() ends it.
    [[nodiscard]] cancel_scope() noexcept;

    /// A deadline this far from now; see time_limit for negative and huge lengths.
    [[nodiscard]] explicit cancel_scope(time_limit timeout) noexcept;

    /// A deadline at a point in time.
    [[nodiscard]] explicit cancel_scope(time_point deadline) noexcept;

    /// Cancelled when the token is stopped (at once if it already is). Include <usocket/stop_token.hpp>.
    template <class Token>
        requires requires(Token const& token) { token.stop_requested(); }
    [[nodiscard]] explicit cancel_scope(Token token, time_limit timeout = {}) : cancel_scope(timeout) {
        using link = detail::stop_link<Token, canceller>;
        static_assert(requires { sizeof(link); }, "include <usocket/stop_token.hpp>");
        link_ = new link(static_cast<Token&&>(token), canceller{this});
    }

    cancel_scope(cancel_scope const&) = delete;
    cancel_scope& operator=(cancel_scope const&) = delete;
    ~cancel_scope();

    /// Ends the scope: the blocking call under way, and each later one, raises interrupted_condition. From any thread.
    void cancel() noexcept;

    /// Whether this scope was cancelled (not an outer one).
    [[nodiscard]] bool cancelled() const noexcept;

    /// Moves the deadline, also for the call under way; unset removes it. From any thread.
    void set_deadline(std::optional<time_point> deadline) noexcept;

    /// The deadline of this scope itself.
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;

private:
    friend class detail::limit;
    friend class socket_scope;

    static constexpr std::int64_t no_deadline = INT64_MAX;

    // Read and written through std::atomic_ref in the .cpp: <atomic> would cost every includer 3,400 lines.
    alignas(8) std::int64_t deadline_;
    alignas(4) std::int32_t cancelled_ = 0;
    cancel_scope* outer_;
    detail::thread_waker* waker_;
    detail::interrupt_point* point_ = nullptr; ///< Of the one socket that a socket_scope is for.
    detail::stop_link_base* link_ = nullptr;
};

/// How long blocking calls on this thread may still take: the least of all scopes in force. Unset: no deadline.
/// Zero: the deadline has passed.
[[nodiscard]] std::optional<std::chrono::nanoseconds> time_remaining() noexcept;

/// Why the next blocking call on this thread would be refused: errc::interrupted or errc::deadline_timeout; success
/// while no scope in force has ended. For work that makes no such call for long, and is to end with its scope.
[[nodiscard]] std::error_code scope_ended() noexcept;

} // namespace usocket
