// SPDX-License-Identifier: MIT
#include "server/dispatcher.hpp"

namespace usocket::detail {

std::optional<std::size_t> dispatcher::capacity(server_options const& options) noexcept {
    if (options.pool)
        return options.pool->queue > SIZE_MAX - options.pool->threads ? SIZE_MAX
                                                                      : options.pool->threads + options.pool->queue;
    return options.multi_threading ? std::nullopt : std::optional<std::size_t>(1);
}

void dispatcher::open() {
    for (std::size_t i = 0; pool_ && i < pool_->threads; ++i)
        threads_.start([this] { serve_from_queue(); });
}

void dispatcher::dispatch(std::unique_ptr<connection> next) {
    if (pool_) {
        std::lock_guard const lock(mutex_);
        queue_.push_back(std::move(next));
        changed_.notify_one();
    } else if (own_thread_) {
        // Shared, because a std::function copies what it holds.
        threads_.start([this, own = std::shared_ptr<connection>(std::move(next))] {
            in_server const role(server_);
            own->serve();
        });
    } else {
        next->serve();
    }
}

void dispatcher::close() noexcept {
    std::lock_guard const lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

void dispatcher::serve_from_queue() noexcept {
    in_server const role(server_);
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
        if (queue_.empty())
            return;
        auto const next = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        next->serve();
    }
}

} // namespace usocket::detail
