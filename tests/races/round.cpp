// SPDX-License-Identifier: MIT
#include "races/round.hpp"

#include <atomic>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace races {

std::uint64_t chance::next() noexcept {
    state_ += 0x9e3779b97f4a7c15U; // splitmix64
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

void together(std::initializer_list<std::function<void()>> tasks) {
    std::atomic<std::size_t> ready{0};
    std::vector<std::thread> threads;
    for (auto const& task : tasks) {
        threads.emplace_back([&ready, &task, count = tasks.size()] {
            // Relaxed, as all that the races count: what orders threads hides what does not.
            ready.fetch_add(1, std::memory_order_relaxed);
            while (ready.load(std::memory_order_relaxed) < count)
                std::this_thread::yield();
            try {
                task();
            } catch (std::exception const& problem) {
                torture::violation(problem.what());
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
}

void pause(chance& random) {
    switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
        return;
    case 3:
    case 4:
        for (auto left = random.below(4); left != 0; --left)
            std::this_thread::yield();
        return;
    case 5:
    case 6:
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(50)));
        return;
    default:
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(330)));
    }
}

void eventually(std::function<bool()> const& holds) {
    while (!holds())
        std::this_thread::sleep_for(1ms);
}

void require_outcome(std::error_code const& seen, std::initializer_list<u::errc> expected, char const* of) {
    for (u::errc const each : expected) {
        if (seen && u::classify(seen) == each)
            return;
    }
    std::string story(of);
    story.append(" ended with: ").append(u::describe(seen)).append(" (").append(seen.message()).append(")");
    throw torture::mismatch(story);
}

connection connect(chance& random) {
    connection made;
    if (random.one_in(3)) {
        std::tie(made.near, made.far) = u::make_socket_pair();
        return made;
    }
    auto listener = u::socket_listen("127.0.0.1", u::auto_port);
    made.near = u::socket_connect("127.0.0.1", u::get_local_port(listener));
    made.far = u::socket_accept(listener);
    if (random.one_in(2))
        std::swap(made.near, made.far);
    return made;
}

} // namespace races
