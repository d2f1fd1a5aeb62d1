// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <unistd.h>

#include "races/ledger.hpp"
#include "races/round.hpp"
#include "torture/ledger.hpp"

/// Every scenario, round after round.
///
///   usocket_races [SCENARIO...] [--rounds N] [--seed S] [--round R]
///
/// With --round, that round only, N times.
namespace races {
namespace {

constexpr auto patience = 30s;

struct settings {
    std::vector<std::string_view> names{};
    std::uint64_t rounds = 200;
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> round{};
};

struct {
    std::atomic<char const*> scenario{"none"};
    std::atomic<std::uint64_t> seed{0};
    std::atomic<std::uint64_t> round{0};
    std::atomic<std::int64_t> begun{0};
    std::atomic<std::uint64_t> violations{0};
} now; // NOLINT

std::int64_t ticks() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

void report(std::string_view what) {
    std::fprintf(stderr, "VIOLATION %s --seed %llu --round %llu\n    %.*s\n",
                 now.scenario.load(std::memory_order_relaxed),
                 static_cast<unsigned long long>(now.seed.load(std::memory_order_relaxed)),
                 static_cast<unsigned long long>(now.round.load(std::memory_order_relaxed)),
                 static_cast<int>(what.size()), what.data());
}

void watch() {
    for (;;) {
        std::this_thread::sleep_for(200ms);
        std::chrono::steady_clock::duration const taken(ticks() - now.begun.load(std::memory_order_relaxed));
        if (taken < patience)
            continue;
        report("it hangs");
        ledger::print_calls(stderr);
        std::_Exit(1);
    }
}

/// Opens and closes on a thread of its own, so that numbers are used again at once.
class churn {
public:
    explicit churn(chance random) {
        thread_ = std::thread([this, random]() mutable {
            while (!done_.load(std::memory_order_relaxed)) {
                auto const pair = u::make_socket_pair();
                pause(random);
            }
        });
    }
    churn(churn const&) = delete;
    churn& operator=(churn const&) = delete;
    ~churn() {
        done_.store(true, std::memory_order_relaxed);
        thread_.join();
    }

private:
    std::atomic<bool> done_{false};
    std::thread thread_{};
};

std::uint64_t seed_of(scenario const& which, std::uint64_t seed, std::uint64_t round) {
    std::uint64_t mixed = seed * 1000003U + round;
    for (char const each : which.name)
        mixed = mixed * 31U + static_cast<unsigned char>(each);
    return chance(mixed).next();
}

void run(scenario const& which, std::uint64_t seed, std::uint64_t round) {
    now.scenario.store(which.name.data(), std::memory_order_relaxed);
    now.seed.store(seed, std::memory_order_relaxed);
    now.round.store(round, std::memory_order_relaxed);
    now.begun.store(ticks(), std::memory_order_relaxed);
    chance random(seed_of(which, seed, round));
    ledger::begin(random.next());
    // On a thread that ends before the count: its descriptors end with it.
    std::thread([&] {
        try {
            std::optional<churn> beside;
            if (random.one_in(2))
                beside.emplace(random.fork());
            which.run(random);
        } catch (std::exception const& problem) {
            torture::violation(problem.what());
        }
    }).join();
    for (int i = 0; i < 500 && torture::ledger::open_count() != 0; ++i)
        std::this_thread::sleep_for(10ms);
    if (torture::ledger::open_count() != 0)
        torture::violation(std::to_string(torture::ledger::open_count()) + " descriptors are left open");
}

std::vector<scenario> chosen(settings const& set) {
    std::vector<scenario> all;
    for (auto const part :
         {close_scenarios(), datagram_scenarios(), wait_scenarios(), limit_scenarios(), server_scenarios()})
        all.insert(all.end(), part.begin(), part.end());
    for (std::string_view const name : set.names) {
        if (std::ranges::find(all, name, &scenario::name) == all.end()) {
            std::fprintf(stderr, "no scenario %.*s; there are:\n", static_cast<int>(name.size()), name.data());
            for (auto const& each : all)
                std::fprintf(stderr, "    %s\n", each.name.data());
            std::exit(2);
        }
    }
    std::erase_if(all, [&](scenario const& each) {
        return !set.names.empty() && std::ranges::find(set.names, each.name) == set.names.end();
    });
    return all;
}

int race(settings const& set) {
    std::uint64_t rounds = 0;
    auto const all = chosen(set);
    for (scenario const& which : all) {
        auto const begun = std::chrono::steady_clock::now();
        auto const before = now.violations.load();
        std::uint64_t done = 0;
        for (; done < set.rounds && now.violations.load() == before; ++done)
            run(which, set.seed, set.round.value_or(done));
        rounds += done;
        std::printf("%-28s %7llu rounds %8.1f s\n", which.name.data(), static_cast<unsigned long long>(done),
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
        std::fflush(stdout);
    }
    std::uint64_t const violations = now.violations.load();
    std::printf("%zu scenarios, %llu rounds, %llu violations\n", all.size(), static_cast<unsigned long long>(rounds),
                static_cast<unsigned long long>(violations));
    return violations == 0 ? 0 : 1;
}

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
        std::fprintf(stderr, "no number: %.*s\n", static_cast<int>(text.size()), text.data());
        std::exit(2);
    }
    return value;
}

settings parse(std::span<char*> arguments) {
    settings set;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string_view const name = arguments[i];
        if (!name.starts_with("--")) {
            set.names.push_back(name);
            continue;
        }
        std::string_view const value = i + 1 < arguments.size() ? arguments[++i] : "";
        if (name == "--rounds") {
            set.rounds = number(value);
        } else if (name == "--seed") {
            set.seed = number(value);
        } else if (name == "--round") {
            set.round = number(value);
        } else {
            std::fprintf(stderr, "usage: usocket_races [SCENARIO...] [--rounds N] [--seed S] [--round R]\n");
            std::exit(2);
        }
    }
    return set;
}

} // namespace
} // namespace races

void torture::violation(std::string_view what) noexcept {
    races::now.violations.fetch_add(1, std::memory_order_relaxed);
    races::report(what);
}

/// The sanitizer has found a race and printed it.
extern "C" void __tsan_on_report(void* /*report*/) {
    races::now.violations.fetch_add(1, std::memory_order_relaxed);
    races::report("the sanitizer reports a race, above or below");
}

int main(int count, char** arguments) {
    auto const set = races::parse({arguments, static_cast<std::size_t>(count)});
    races::now.begun.store(races::ticks());
    std::thread(races::watch).detach();
    return races::race(set);
}
