// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace usocket::detail {

/// Threads that come and go, each of them joined: one that ends joins the one that ended before it.
class thread_group {
public:
    explicit thread_group(std::string name) : name_(std::move(name)) {}
    thread_group(thread_group const&) = delete;
    thread_group& operator=(thread_group const&) = delete;
    ~thread_group() { join(); }

    /// Runs `body`, which must not raise. Raises std::system_error when no thread can be started, std::bad_alloc.
    void start(std::function<void()> body);
    /// Waits until all have ended. Called by none of them.
    void join() noexcept;

    /// Gives the calling thread the group's name.
    void name_this_thread() const noexcept;

private:
    void run(std::function<void()> const& body) noexcept;
    void end(std::thread self) noexcept;

    std::string const name_;
    std::mutex mutex_{};
    std::condition_variable all_ended_{};
    std::size_t running_ = 0;
    std::thread last_ended_{};
};

} // namespace usocket::detail
