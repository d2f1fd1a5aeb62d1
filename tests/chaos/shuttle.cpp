// SPDX-License-Identifier: MIT
#include "chaos/shuttle.hpp"

#include <algorithm>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace chaos {

shuttle::shuttle(std::array<descriptor, 2> devices, std::size_t header, std::uint64_t seed, figures& counts)
    : devices_(std::move(devices)), header_(header), seed_(seed), counts_(counts), stop_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

shuttle::~shuttle() {
    std::uint64_t const one = 1;
    if (::write(stop_.number(), &one, sizeof one) != sizeof one)
        fail("the shuttle does not stop");
    thread_.join();
}

void shuttle::set(weather const& now) {
    std::lock_guard const lock(guard_);
    weather_ = now;
}

void shuttle::run() {
    std::array<pollfd, 3> ready{};
    for (unsigned i = 0; i < 2; ++i)
        ready.at(i) = {.fd = devices_.at(i).number(), .events = POLLIN, .revents = 0};
    ready[2] = {.fd = stop_.number(), .events = POLLIN, .revents = 0};
    for (;;) {
        timespec rest{};
        timespec* limit = nullptr;
        if (!waiting_.empty()) {
            auto const left = std::max(std::chrono::nanoseconds(0), waiting_.top().due - steady::now());
            rest = {.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000),
                    .tv_nsec = static_cast<long>(left.count() % 1'000'000'000)};
            limit = &rest;
        }
        if (::ppoll(ready.data(), ready.size(), limit, nullptr) < 0)
            continue;
        if (ready[2].revents != 0)
            return;
        take(0);
        take(1);
        deliver_due();
    }
}

void shuttle::take(unsigned direction) {
    static thread_local std::array<char, 70'000> buffer;
    for (int i = 0; i < 64; ++i) {
        ssize_t const size = ::read(devices_.at(direction).number(), buffer.data(), buffer.size());
        if (size <= 0)
            return;
        decide(direction, buffer.data(), static_cast<std::size_t>(size));
    }
}

void shuttle::decide(unsigned direction, char const* octets, std::size_t size) {
    auto const number = ++taken_.at(direction);
    fate what;
    {
        std::lock_guard const lock(guard_);
        what = fate_of(weather_, seed_, direction, number);
    }
    if (what.lost || drops_.at(direction)) {
        ++counts_.lost;
        return;
    }
    packet made{steady::now() + what.delay, ++order_, direction, number, {octets, octets + size}};
    // With the header the system takes the packet's own checksum on trust: damage would go unnoticed.
    if (what.damaged && header_ == 0) {
        ++counts_.lost;
        auto const bit = what.where % (size * 8);
        made.octets[bit / 8] = static_cast<char>(static_cast<unsigned char>(made.octets[bit / 8]) ^ (1U << bit % 8));
    }
    if (what.duplicated) {
        ++counts_.duplicated;
        packet copy = made;
        copy.due = steady::now() + what.delay_of_copy;
        copy.order = ++order_;
        waiting_.push(std::move(copy));
    }
    waiting_.push(std::move(made));
}

void shuttle::deliver_due() {
    while (!waiting_.empty() && waiting_.top().due <= steady::now()) {
        packet const& next = waiting_.top();
        ssize_t sent = -1;
        if (!drops_.at(next.direction))
            sent = ::write(devices_.at(1 - next.direction).number(), next.octets.data(), next.octets.size());
        if (sent < 0) {
            ++counts_.lost; // also where the interface is down
        } else {
            ++counts_.moved;
            counts_.octets += static_cast<std::uint64_t>(sent);
            auto& highest = delivered_.at(next.direction);
            if (next.number < highest)
                ++counts_.reordered;
            highest = std::max(highest, next.number);
        }
        waiting_.pop();
    }
}

} // namespace chaos
