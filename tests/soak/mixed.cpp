// SPDX-License-Identifier: MIT
//
// Laps: servers and workers start, work for a while and end; then the process must hold what it held before.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "load.hpp"
#include "resources.hpp"
#include "scenario.hpp"

namespace soak {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t workers = 4;
/// So often each of them does something: a closed connection keeps its port for a minute, and there are 28,000.
constexpr std::chrono::milliseconds pace{12};
constexpr std::size_t least_laps = 8;

std::vector<load> all_loads() {
    std::vector<load> all;
    for (auto const& some : {stream_loads(), datagram_loads(), wait_loads(), limit_loads(), server_loads()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

/// Loses something now and then, so that it can be seen that the judgement finds it.
class leaker {
public:
    explicit leaker(std::string const& what)
        : descriptor_(what == "descriptor"), thread_(what == "thread"), memory_(what == "memory") {}

    void operator()(hand& with) const {
        if (descriptor_ && with.below(100) == 0)
            static_cast<void>(::dup(STDERR_FILENO));
        if (thread_ && with.below(100) == 0)
            std::thread([] { ::pause(); }).detach();
        if (memory_) {
            static std::atomic<void*> lost;
            lost = std::malloc(1000);
        }
    }

private:
    bool descriptor_;
    bool thread_;
    bool memory_;
};

/// The folder of the local paths; it goes with all that is in it.
class folder {
public:
    folder() {
        if (::mkdtemp(path_.data()) == nullptr)
            throw std::runtime_error("mkdtemp");
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder() { ::rmdir(path_.c_str()); }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

private:
    std::string path_{"/tmp/usocket-soak-XXXXXX"};
};

/// One lap; what was the most while it ran is added to `peak`.
tally lap(std::string const& paths, std::uint64_t seed, std::chrono::milliseconds length, leaker const& leak,
          resources& peak) {
    static std::vector<load> const loads = all_loads();
    auto servers = serve_in_all_ways(paths);
    std::atomic<bool> is_over{false};
    std::vector<tally> counts(workers);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < workers; ++i)
        threads.emplace_back([&, i] {
            hand with{counts[i], std::mt19937_64(seed * workers + i), paths, servers};
            for (auto next = clock::now(); !is_over; next += pace) {
                std::this_thread::sleep_until(next);
                load const& one = loads[with.below(loads.size())];
                with.counts.run(one.kind, [&] { one.run(with); });
                leak(with);
            }
        });
    for (auto const end = clock::now() + length; clock::now() < end;) {
        std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(length / 10, 500ms));
        auto const now = measure();
        peak.descriptors = std::max(peak.descriptors, now.descriptors);
        peak.threads = std::max(peak.threads, now.threads);
        peak.heap = std::max(peak.heap, now.heap);
        peak.resident = std::max(peak.resident, now.resident);
    }
    is_over = true;
    tally sum;
    for (std::size_t i = 0; i < workers; ++i) {
        threads[i].join();
        sum.add(counts[i]);
    }
    for (auto& one : servers)
        sum.run("servers of a whole lap", [&] { check(one.server.stop().complete, "the server has stopped"); });
    return sum;
}

} // namespace

bool mixed_load(settings const& how) {
    folder const paths;
    leaker const leak(how.leak);
    auto const lap_length = std::clamp<std::chrono::milliseconds>(how.length / 40, 200ms, 10s);
    history at_rest;
    resources peak;
    tally all;
    auto const end = clock::now() + how.length;
    std::uint64_t laps = 0;
    while (laps < least_laps || clock::now() < end) {
        all.add(lap(paths.path(), how.seed + laps, lap_length, leak, peak));
        at_rest.add(measure_at_rest());
        ++laps;
    }
    std::printf("%llu laps of %lld ms, %zu workers, seed %llu\n", static_cast<unsigned long long>(laps),
                static_cast<long long>(lap_length.count()), workers, static_cast<unsigned long long>(how.seed));
    all.print();
    std::printf("most at work: %zu descriptors, %zu threads, %zu KiB in use, %zu KiB resident\n", peak.descriptors,
                peak.threads, peak.heap >> 10, peak.resident >> 10);
    bool good = at_rest.judge();
    good = verdict(all.operations() > 0, "operations were done") && good;
    return verdict(all.unexpected() == 0, "no unexpected error") && good;
}

} // namespace soak
