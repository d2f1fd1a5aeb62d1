// SPDX-License-Identifier: MIT
#include "server/service_loop.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <usocket/conditions.hpp>

namespace usocket::detail {

using namespace std::chrono_literals;

void service_loop::run() noexcept {
    serve();
    server_.end_work();
}

void service_loop::stop() noexcept {
    stopped_ = true;
    bell_->ring();
}

bool service_loop::pause(time_limit length) noexcept {
    auto const ec = bell_->wait(length);
    if (stopped_)
        return false;
    if (ec == errc::interrupted || ec == errc::deadline_timeout) { // a scope around the whole server
        server_.stop();
        return false;
    }
    if (ec) { // nothing to wait with
        std::mutex unshared;
        std::unique_lock lock(unshared);
        std::condition_variable().wait_for(
            lock, std::min<std::chrono::nanoseconds>(length.is_set() ? length.length() : 20ms, 20ms));
    }
    return !stopped_;
}

bool service_loop::pause_longer() noexcept {
    auto const length = next_pause_;
    next_pause_ = std::min(2 * next_pause_, longest_pause);
    auto const until = std::chrono::steady_clock::now() + length;
    // Places that are given back ring, too.
    for (auto left = time_point::duration(length); left > left.zero();
         left = until - std::chrono::steady_clock::now()) {
        if (!pause(left))
            return false;
    }
    return !stopped_;
}

bool service_loop::go_on_after(std::error_code failure, std::string_view activity) noexcept {
    if (stopped_)
        return false;
    if (failure == errc::interrupted || failure == errc::deadline_timeout) {
        server_.stop();
        return false;
    }
    try {
        raise_condition({.code = failure, .operation = activity, .local = address_});
    } catch (...) {
        server_.report(std::current_exception(), activity);
    }
    if (failure == errc::no_buffers || failure == errc::out_of_memory)
        shed();
    return pause_longer();
}

} // namespace usocket::detail
