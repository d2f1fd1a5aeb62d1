// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include <usocket/server.hpp>

#include "server/dispatcher.hpp"
#include "server/doorbell.hpp"
#include "server/handler_context.hpp"
#include "server/service.hpp"
#include "server/service_loop.hpp"
#include "server/thread_group.hpp"

namespace usocket::detail {

/// A server from its first thread to its last.
///
/// One thread, the keeper, ends what is overdue and sees a stop through: it alone waits for all the others, so that a
/// stop can be asked for anywhere.
class server_state final : public stoppable, public std::enable_shared_from_this<server_state> {
public:
    server_state(server_options const& options, bound_handler handler);

    /// Before start().
    void add(std::unique_ptr<service_loop> loop) { loops_.push_back(std::move(loop)); }
    [[nodiscard]] service& shared() noexcept { return service_; }
    [[nodiscard]] dispatcher& connections() noexcept { return dispatcher_; }

    /// Begins to serve; `here`: the first loop on the calling thread, until the server has stopped. On failure all has
    /// stopped again. Raises std::system_error (no thread), std::bad_alloc.
    void start(bool here);

    void request_stop(stop_options const& options) noexcept override;
    /// Whether the calling thread is one of the server's own, which can wait for nothing.
    [[nodiscard]] bool is_this_thread() const noexcept { return this_thread_role().is_of(*this); }
    /// Until all threads have been joined.
    void wait_until_complete() noexcept;
    /// The same, within the calling thread's cancel scopes. Raises interrupted_condition, deadline_timeout_error.
    void wait_within_scopes();
    /// Nobody will wait any more.
    void abandon() noexcept;

    [[nodiscard]] bool is_stopping() const noexcept { return service_.stopping; }
    [[nodiscard]] server_report report() const noexcept;
    [[nodiscard]] server_counters counters() const noexcept;
    [[nodiscard]] std::span<std::unique_ptr<service_loop> const> loops() const noexcept { return loops_; }
    void keep(std::unique_ptr<stop_link_base> link);

private:
    void keep_watch() noexcept;
    /// When to look again, unset for never; nothing more to do: false.
    [[nodiscard]] bool see_to_stop(time_point now, std::optional<time_point>& look_again) noexcept;
    void wake_keeper() noexcept;
    /// When there is no descriptor to wait with.
    void wait_without_doorbell();

    service service_;
    thread_group threads_;
    dispatcher dispatcher_;
    std::vector<std::unique_ptr<service_loop>> loops_{};

    mutable std::mutex mutex_{};
    std::condition_variable look_{}; ///< For the keeper.
    std::condition_variable completed_{};
    bool news_ = false;                     ///< For the keeper.
    std::optional<time_point> cancel_at_{}; ///< Once stopping; unset for never.
    bool cancelled_ = false;
    bool complete_ = false;
    std::vector<doorbell*> waiting_{}; ///< To be rung when complete.

    std::mutex keeper_mutex_{};
    std::thread keeper_{};
    std::vector<std::unique_ptr<stop_link_base>> links_{};
};

} // namespace usocket::detail
