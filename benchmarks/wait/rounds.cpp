// SPDX-License-Identifier: MIT
#include "wait/rounds.hpp"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>

#include "peer.hpp"

namespace wait_bench {
namespace {

/// Long enough for the other thread to be asleep.
constexpr std::chrono::microseconds pause_before_write{20};

double since(wall_clock::time_point start) { return nanoseconds(wall_clock::now() - start).count(); }

double processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// What looking at the clock twice adds to the time between.
double cost_of_clock() {
    std::array<double, 1001> costs{};
    for (double& cost : costs)
        cost = since(wall_clock::now());
    std::ranges::nth_element(costs, costs.begin() + costs.size() / 2);
    return costs[costs.size() / 2];
}

/// How far the two threads of a round have come.
struct progress {
    alignas(64) std::atomic<std::size_t> written{0};
    alignas(64) std::atomic<std::size_t> read{0};

    static void await(std::atomic<std::size_t> const& counter, std::size_t value) {
        while (counter.load(std::memory_order_acquire) != value) {
        }
    }
};

} // namespace

std::array<figure_names, 2> figures_of(scenario which) noexcept {
    switch (which) {
    case scenario::one:
        return {{{"one", "One random member ready: a wait and its read", "ns"},
                 {"one_wait", "The same, the wait alone", "ns"}}};
    case scenario::all:
        return {{{"all", "All members ready: waits and reads, per member", "ns"},
                 {"all_wait", "The same, the waits alone", "ns"}}};
    case scenario::busy:
        return {{{"busy", "Made ready by another processor while this one computed: a wait and its read", "ns"},
                 {"busy_wait", "The same, the wait alone", "ns"}}};
    case scenario::asleep:
        return {{{"asleep",
                  "Made ready by another processor while the wait slept: from the write to the end of the read", "ns"},
                 {"asleep_cpu", "The same, the waiting thread's processor time", "ns"}}};
    }
    return {};
}

rounds::rounds(contender& waiter, writer& peers, std::size_t members)
    : waiter_(waiter), peers_(peers), members_(members), clock_cost_(cost_of_clock()) {}

std::size_t rounds::pick() noexcept {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return static_cast<std::size_t>(((random_ >> 32) * members_) >> 32);
}

figures rounds::run(scenario which, nanoseconds budget) {
    switch (which) {
    case scenario::one:
        return run_one(budget);
    case scenario::all:
        return run_all(budget);
    case scenario::busy:
        return run_busy(budget);
    case scenario::asleep:
        return run_asleep(budget);
    }
    return {untold, untold};
}

figures rounds::run_one(nanoseconds budget) {
    // Other processes have run since the last round.
    auto const warming = wall_clock::now();
    for (int i = 0; i < 8 && since(warming) < budget.count() / 4; ++i) {
        peers_.write(pick());
        waiter_.take(1);
    }
    figures result{};
    for (bool const wait_alone : {false, true}) {
        double total = 0;
        std::size_t waits = 0;
        auto const start = wall_clock::now();
        for (; waits < 4 || since(start) < budget.count() / 2; ++waits) {
            peers_.write(pick());
            if (wait_alone) {
                total += waiter_.take_timed(1).value_or(nanoseconds(untold)).count();
            } else {
                auto const before = wall_clock::now();
                waiter_.take(1);
                total += since(before);
            }
        }
        result[wait_alone ? 1 : 0] = total / static_cast<double>(waits) - clock_cost_;
    }
    return result;
}

double rounds::take_all(bool waits_alone) {
    peers_.write_all();
    auto const before = wall_clock::now();
    if (waits_alone)
        return waiter_.take_timed(members_).value_or(nanoseconds(untold)).count() - clock_cost_;
    waiter_.take(members_);
    return since(before) - clock_cost_;
}

figures rounds::run_all(nanoseconds budget) {
    if (members_ <= 1000)
        static_cast<void>(take_all(false));
    figures result{};
    for (bool const waits_alone : {false, true}) {
        double total = 0;
        std::size_t times = 0;
        auto const start = wall_clock::now();
        do {
            total += take_all(waits_alone);
            ++times;
        } while (since(start) < budget.count() / 2);
        result[waits_alone ? 1 : 0] = total / static_cast<double>(times * members_);
    }
    return result;
}

figures rounds::run_busy(nanoseconds budget) {
    figures result{};
    for (bool const wait_alone : {false, true}) {
        progress made;
        std::size_t const trips = static_cast<std::size_t>(std::max(budget.count() / 40'000, 4.0));
        std::thread other([&] {
            peer::run_on_processor(1);
            for (std::size_t trip = 1; trip <= trips; ++trip) {
                peers_.write(pick());
                made.written.store(trip, std::memory_order_release);
                progress::await(made.read, trip);
            }
        });
        double total = 0;
        for (std::size_t trip = 1; trip <= trips; ++trip) {
            progress::await(made.written, trip);
            if (wait_alone) {
                total += waiter_.take_timed(1).value_or(nanoseconds(untold)).count();
            } else {
                auto const before = wall_clock::now();
                waiter_.take(1);
                total += since(before);
            }
            made.read.store(trip, std::memory_order_release);
        }
        other.join();
        result[wait_alone ? 1 : 0] = total / static_cast<double>(trips) - clock_cost_;
    }
    return result;
}

figures rounds::run_asleep(nanoseconds budget) {
    progress made;
    std::size_t const trips = static_cast<std::size_t>(std::max(budget.count() / 80'000, 4.0));
    double total = 0;
    std::thread other([&] {
        peer::run_on_processor(1);
        for (std::size_t trip = 1; trip <= trips; ++trip) {
            for (auto const start = wall_clock::now(); wall_clock::now() - start < pause_before_write;) {
            }
            auto const before = wall_clock::now();
            peers_.write(pick());
            progress::await(made.read, trip);
            total += since(before);
        }
    });
    double const before = processor_time();
    for (std::size_t trip = 1; trip <= trips; ++trip) {
        waiter_.take(1);
        made.read.store(trip, std::memory_order_release);
    }
    double const spent = processor_time() - before;
    other.join();
    return {total / static_cast<double>(trips) - clock_cost_, spent / static_cast<double>(trips)};
}

} // namespace wait_bench
