// SPDX-License-Identifier: MIT
#include "server/server_state.hpp"

#include <algorithm>

#include <usocket/conditions.hpp>

namespace usocket::detail {

server_state::server_state(server_options const& options, bound_handler handler)
    : service_(options, std::move(handler), dispatcher::capacity(options)),
      threads_(options.name.empty() ? "usocket server" : options.name), dispatcher_(*this, service_.options, threads_) {
    service_.wake_keeper = [this] { wake_keeper(); };
    service_.place_given_back = [this] {
        for (auto const& loop : loops_)
            loop->ring();
    };
    service_.stop = [this] { request_stop({}); };
}

void server_state::start(bool here) {
    service_.loops_share_places = loops_.size() > 1 && service_.places.is_limited();
    keeper_ = std::thread([self = shared_from_this()] {
        self->threads_.name_this_thread();
        self->keep_watch();
    });
    auto started = loops_.begin() + (here ? 1 : 0);
    try {
        dispatcher_.open();
        for (; started != loops_.end(); ++started)
            threads_.start([this, loop = started->get()] {
                in_server const role(*this);
                loop->run();
            });
    } catch (...) {
        request_stop({.drain = time_limit(std::chrono::nanoseconds(0))});
        if (here)
            loops_.front()->run(); // ends at once
        for (; started != loops_.end(); ++started)
            (*started)->run();
        wait_until_complete();
        throw;
    }
    if (here) {
        {
            in_server const role(*this);
            loops_.front()->run();
        }
        wait_until_complete();
    }
}

void server_state::request_stop(stop_options const& options) noexcept {
    auto const drain = options.drain.value_or(service_.options.drain);
    auto const now = std::chrono::steady_clock::now();
    {
        std::lock_guard const lock(mutex_);
        bool const first = !service_.stopping.exchange(true);
        if (drain.is_set() && drain.length() <= time_point::max() - now) {
            auto const then = now + drain.length();
            cancel_at_ = cancel_at_ ? std::min(*cancel_at_, then) : then;
        }
        news_ = true;
        look_.notify_all();
        if (!first)
            return;
        service_.begin_work(); // so that nothing is released under what follows
    }
    for (auto const& loop : loops_)
        loop->stop();
    service_.end_work();
}

void server_state::wake_keeper() noexcept {
    std::lock_guard const lock(mutex_);
    news_ = true;
    look_.notify_all();
}

bool server_state::see_to_stop(time_point now, std::optional<time_point>& look_again) noexcept {
    if (!service_.stopping)
        return true;
    if (service_.work == 0)
        return false;
    std::unique_lock lock(mutex_);
    if (cancelled_ || !cancel_at_)
        return true;
    if (*cancel_at_ > now) {
        look_again = std::min(look_again.value_or(*cancel_at_), *cancel_at_);
        return true;
    }
    cancelled_ = true;
    lock.unlock();
    service_.running.cancel_all();
    return true;
}

void server_state::keep_watch() noexcept {
    for (;;) {
        auto const now = std::chrono::steady_clock::now();
        auto look_again = service_.running.end_overdue(now);
        if (!see_to_stop(now, look_again))
            break;
        std::unique_lock lock(mutex_);
        if (look_again)
            look_.wait_until(lock, *look_again, [this] { return news_; });
        else
            look_.wait(lock, [this] { return news_; });
        news_ = false;
    }
    dispatcher_.close();
    threads_.join();
    for (auto const& loop : loops_)
        loop->release();
    service_.forget_callbacks();
    std::lock_guard const lock(mutex_);
    complete_ = true;
    completed_.notify_all();
    for (auto* const bell : waiting_)
        bell->ring();
}

void server_state::wait_until_complete() noexcept {
    {
        std::unique_lock lock(mutex_);
        completed_.wait(lock, [this] { return complete_; });
    }
    std::lock_guard const lock(keeper_mutex_);
    if (keeper_.joinable())
        keeper_.join();
}

void server_state::wait_within_scopes() {
    std::optional<doorbell> own;
    try {
        own.emplace();
    } catch (std::system_error const&) {
        wait_without_doorbell();
        return;
    }
    doorbell& bell = *own;
    std::unique_lock lock(mutex_);
    waiting_.push_back(&bell);
    std::error_code ec;
    while (!complete_ && !ec) {
        lock.unlock();
        ec = bell.wait();
        lock.lock();
    }
    std::erase(waiting_, &bell);
    bool const done = complete_;
    lock.unlock();
    if (done)
        wait_until_complete();
    else
        raise_condition({.code = ec, .operation = "server::wait"});
}

void server_state::wait_without_doorbell() {
    constexpr std::chrono::milliseconds between_looks{50};
    std::unique_lock lock(mutex_);
    while (!completed_.wait_for(lock, between_looks, [this] { return complete_; })) {
        if (auto const ec = scope_ended())
            raise_condition({.code = ec, .operation = "server::wait"});
    }
    lock.unlock();
    wait_until_complete();
}

void server_state::abandon() noexcept {
    std::lock_guard const lock(keeper_mutex_);
    if (keeper_.joinable())
        keeper_.detach(); // it holds a share of this, and ends on its own
}

server_counters server_state::counters() const noexcept {
    server_counters sum;
    service_.connections.add_to(sum);
    for (auto const& loop : loops_)
        loop->add_to(sum);
    return sum;
}

server_report server_state::report() const noexcept {
    bool complete = false;
    {
        std::lock_guard const lock(mutex_);
        complete = complete_;
    }
    return {.counters = counters(), .complete = complete};
}

void server_state::keep(std::unique_ptr<stop_link_base> link) {
    std::lock_guard const lock(keeper_mutex_);
    links_.push_back(std::move(link));
}

} // namespace usocket::detail
