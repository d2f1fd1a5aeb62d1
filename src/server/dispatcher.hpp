// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "server/connection.hpp"
#include "server/handler_context.hpp"
#include "server/thread_group.hpp"

namespace usocket::detail {

/// Brings connections to the threads that serve them: the accepting one, one of their own, or one of a pool.
class dispatcher {
public:
    /// Raises std::bad_alloc: an empty queue has memory of its own with some standard libraries.
    dispatcher(stoppable& server, server_options const& options, thread_group& threads)
        : server_(server), threads_(threads), pool_(options.pool), own_thread_(options.multi_threading) {}

    /// How many connections it can hold at a time; unset for any number.
    [[nodiscard]] static std::optional<std::size_t> capacity(server_options const& options) noexcept;

    /// Starts the threads of the pool, if there is one. Raises what thread_group::start() does.
    void open();
    /// Raises what thread_group::start() does; the connection is then closed.
    void dispatch(std::unique_ptr<connection> next);
    /// The threads of the pool end when nothing waits any more.
    void close() noexcept;

private:
    void serve_from_queue() noexcept;

    stoppable& server_;
    thread_group& threads_;
    std::optional<server_pool> const pool_;
    bool const own_thread_;
    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::deque<std::unique_ptr<connection>> queue_{};
    bool closed_ = false;
};

} // namespace usocket::detail
