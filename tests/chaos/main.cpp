// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <map>

#include <sys/wait.h>

#include "chaos/run.hpp"

/// Scenarios over a link between two networks, which loses, delays, repeats and reorders.
///
///   usocket_chaos [SCENARIO...] [--seed N] [--seeds N] [--jobs N] [--tolerance MILLISECONDS]
///
/// Exits with 77 where the system does not let it make networks.
namespace chaos {
namespace {

constexpr int skipped = 77;

struct settings {
    std::vector<std::string_view> names{};
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 20; ///< So many, one after another.
    std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
};

/// Of all runs of a scenario over a family.
struct totals {
    std::uint64_t runs = 0, failures = 0, checks = 0;
    std::uint64_t moved = 0, lost = 0, duplicated = 0, reordered = 0, octets = 0;
    std::chrono::milliseconds longest{0};
};

char const* name_of(family which) { return which == family::v4 ? "IPv4" : "IPv6"; }

void add(totals& sum, running const& run, bool has_failed) {
    figures const& counts = run.counts();
    ++sum.runs;
    sum.failures += has_failed ? 1 : 0;
    sum.checks += counts.checks;
    sum.moved += counts.moved;
    sum.lost += counts.lost;
    sum.duplicated += counts.duplicated;
    sum.reordered += counts.reordered;
    sum.octets += counts.octets;
    sum.longest = std::max(sum.longest, run.duration());
}

void print(std::string_view name, char const* kind, totals const& sum) {
    std::printf("%-22.*s %-4s %5llu %9llu %8llu %8llu %8llu %12llu %8.1f s  %s\n", static_cast<int>(name.size()),
                name.data(), kind, static_cast<unsigned long long>(sum.runs),
                static_cast<unsigned long long>(sum.moved), static_cast<unsigned long long>(sum.lost),
                static_cast<unsigned long long>(sum.duplicated), static_cast<unsigned long long>(sum.reordered),
                static_cast<unsigned long long>(sum.octets), static_cast<double>(sum.longest.count()) / 1000,
                sum.failures == 0 ? "passed" : (std::to_string(sum.failures) + " FAILED").c_str());
}

std::vector<plan> plans_of(settings const& set) {
    std::vector<plan> plans;
    for (scenario const& each : all_scenarios()) {
        if (!set.names.empty() && std::ranges::count(set.names, each.name) == 0)
            continue;
        for (std::uint64_t i = 0; i < set.seeds; ++i) {
            plans.push_back({each, family::v4, set.first_seed + i});
            plans.push_back({each, family::v6, set.first_seed + i});
        }
    }
    return plans;
}

int run_all(settings const& set) {
    auto const plans = plans_of(set);
    std::map<std::pair<std::string_view, family>, totals> sums;
    std::list<running> active;
    totals all;
    for (std::size_t next = 0; next < plans.size() || !active.empty();) {
        while (next < plans.size() && active.size() < set.jobs)
            active.emplace_back(plans[next++]);
        int status = 0;
        pid_t const ended = ::waitpid(-1, &status, 0);
        auto const one = std::ranges::find(active, ended, &running::process);
        if (one == active.end())
            continue;
        auto const story = one->story(status);
        plan const& of = one->of();
        if (!story.empty()) {
            std::printf("FAILED %.*s --seed %llu (%s): %s\n", static_cast<int>(of.what.name.size()),
                        of.what.name.data(), static_cast<unsigned long long>(of.seed), name_of(of.of), story.c_str());
            std::fflush(stdout);
        }
        add(sums[{of.what.name, of.of}], *one, !story.empty());
        add(all, *one, !story.empty());
        active.erase(one);
    }
    std::printf("%-22s %-4s %5s %9s %8s %8s %8s %12s %10s\n", "scenario", "over", "runs", "packets", "lost", "twice",
                "late", "octets", "longest");
    for (scenario const& each : all_scenarios()) {
        for (family const of : {family::v4, family::v6}) {
            if (auto const found = sums.find({each.name, of}); found != sums.end())
                print(each.name, name_of(of), found->second);
        }
    }
    print("all", "", all);
    std::printf("%llu checks\n", static_cast<unsigned long long>(all.checks));
    return all.failures == 0 ? 0 : 1;
}

bool parse(std::string_view text, auto& out) {
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && out > 0;
}

int usage() {
    std::fprintf(stderr,
                 "usage: usocket_chaos [SCENARIO...] [--seed N] [--seeds N] [--jobs N] [--tolerance MILLISECONDS]\n"
                 "scenarios:\n");
    for (scenario const& each : all_scenarios())
        std::fprintf(stderr, "    %s\n", each.name.data());
    return 2;
}

int run_with(std::span<char*> arguments) {
    settings set;
    bool has_count = false;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string_view const name = arguments[i];
        if (!name.starts_with("--")) {
            if (std::ranges::count(all_scenarios(), name, &scenario::name) == 0)
                return usage();
            set.names.push_back(name);
            continue;
        }
        std::string_view const value = i + 1 < arguments.size() ? arguments[++i] : "";
        bool is_right = false;
        if (name == "--seed") {
            is_right = parse(value, set.first_seed);
            set.seeds = has_count ? set.seeds : 1;
        } else if (name == "--seeds") {
            is_right = parse(value, set.seeds);
            has_count = true;
        } else if (name == "--jobs") {
            is_right = parse(value, set.jobs);
        } else if (name == "--tolerance") {
            std::chrono::milliseconds::rep length = 0;
            is_right = parse(value, length);
            tolerance = std::chrono::milliseconds(length);
        }
        if (!is_right)
            return usage();
    }
    if (auto const reason = why_not(); !reason.empty()) {
        std::printf("SKIPPED: %s\n", reason.c_str());
        return skipped;
    }
    return run_all(set);
}

} // namespace
} // namespace chaos

int main(int count, char** arguments) { return chaos::run_with({arguments, static_cast<std::size_t>(count)}); }
