// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include <usocket/server_options.hpp>
#include <usocket/socket_scope.hpp>

namespace usocket::detail {

class handler_registry;

/// A handler under way, by which other threads can end it; lives on the handler's thread, as its scope does.
class running_handler {
public:
    /// `accepted` is set for a connection, on which the time limits count.
    running_handler(handler_registry& registry, socket_scope& scope, std::optional<time_point> accepted) noexcept;
    running_handler(running_handler const&) = delete;
    running_handler& operator=(running_handler const&) = delete;
    ~running_handler() { leave(); }

    /// Out of reach from now on. Why it was ended, unset when it was not.
    std::optional<finish_reason> leave() noexcept;
    [[nodiscard]] bool was_ended() const noexcept;
    /// What it means that the handler has raised: `failed`, unless it was ended from outside.
    [[nodiscard]] finish_reason judge_failure() const noexcept;

private:
    friend class handler_registry;

    handler_registry& registry_;
    socket_scope& scope_;
    std::optional<time_point> const accepted_;
    std::optional<finish_reason> ended_{};
    std::uint64_t seen_ = 0; ///< Progress at the last look,
    time_point active_at_{}; ///< and when there was news last.
    bool here_ = true;
    running_handler* previous_ = nullptr;
    running_handler* next_ = nullptr;
};

/// All handlers under way. From any thread.
class handler_registry {
public:
    explicit handler_registry(server_limits const& limits) noexcept
        : idle_(limits.idle_timeout), deadline_(limits.connection_deadline) {}

    /// Ends those that have passed a limit. When to look again; unset where there are no such limits.
    std::optional<time_point> end_overdue(time_point now) noexcept;
    /// Ends all, and each that comes later at once.
    void cancel_all() noexcept;

private:
    friend class running_handler;

    void enter(running_handler& handler) noexcept;
    void end(running_handler& handler, finish_reason reason) noexcept;
    [[nodiscard]] bool is_idle(running_handler& handler, time_point now) const noexcept;

    time_limit const idle_;
    time_limit const deadline_;
    std::mutex mutex_{};
    running_handler* first_ = nullptr;
    bool cancelled_ = false;
};

} // namespace usocket::detail
