// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <thread>

#include <sys/wait.h>

#include "torture/run.hpp"

/// Every scenario, in both forms of its operations, with every fault at every call.
///
///   usocket_torture [SCENARIO...] [--sample N] [--pairs N] [--seed N] [--jobs N]
///   usocket_torture --replay TOKEN...
namespace torture {
namespace {

struct settings {
    std::vector<std::string_view> names{};
    std::vector<std::string_view> tokens{};
    bool replays = false;
    std::size_t sample = 0; ///< So many runs of all; zero for all.
    std::size_t pairs = 50; ///< Of faults at once, for each scenario.
    unsigned seed = 1;
    std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
};

struct totals {
    std::size_t scenarios = 0, calls = 0, injected = 0, runs = 0, unreached = 0, failures = 0;
};

/// Runs plans, several at a time.
class runner {
public:
    explicit runner(std::size_t jobs) : slots_(jobs) {}

    /// Calls `done` with each plan's result, in the order in which they end.
    void run(std::vector<plan> const& plans, bool with_calls,
             std::function<void(plan const&, result const&)> const& done) {
        std::size_t next = 0;
        std::size_t active = 0;
        while (next < plans.size() || active != 0) {
            for (auto& each : slots_) {
                if (each.is_free && next < plans.size()) {
                    each.is_free = false;
                    each.process.start(plans[next++]);
                    ++active;
                }
            }
            int status = 0;
            pid_t const ended = ::waitpid(-1, &status, 0);
            for (auto& each : slots_) {
                if (each.is_free || each.process.process() != ended)
                    continue;
                each.is_free = true;
                --active;
                done(each.process.current(), each.process.end(status, with_calls));
            }
        }
    }

private:
    struct slot {
        running process{};
        bool is_free = true;
    };
    std::deque<slot> slots_;
};

void report(plan const& which, result const& what) {
    std::printf("FAILED %s\n    %s\n", token_of(which).c_str(), what.story.c_str());
    std::fflush(stdout);
}

/// A fault of each call that the clean run made: each by itself, once and from there on.
std::vector<plan> single_faults(plan const& clean, std::vector<call_record> const& calls) {
    std::vector<plan> plans;
    for (call_record const& call : calls) {
        for (fault const& what : faults_of(call.name, call.of)) {
            target aim;
            std::copy(std::begin(call.name), std::end(call.name), aim.call);
            aim.number = call.number;
            aim.what = what;
            plans.push_back({clean.what, {aim}, clean.by_code});
            aim.onwards = true;
            plans.push_back({clean.what, {aim}, clean.by_code});
        }
    }
    return plans;
}

std::vector<plan> pairs_of(std::vector<plan> const& single, std::size_t count, std::mt19937& random) {
    std::vector<plan> plans;
    for (std::size_t i = 0; i < count && single.size() > 1; ++i) {
        plan made = single[random() % single.size()];
        made.targets.push_back(single[random() % single.size()].targets[0]);
        plans.push_back(std::move(made));
    }
    return plans;
}

bool is_chosen(scenario const& which, settings const& set) {
    return set.names.empty() || std::ranges::count(set.names, which.name) != 0;
}

int replay(std::vector<std::string_view> const& tokens) {
    std::vector<plan> plans;
    for (std::string_view const token : tokens) {
        plans.push_back(plan_of(token));
        if (plans.back().what == nullptr) {
            std::fprintf(stderr, "no such token: %.*s\n", static_cast<int>(token.size()), token.data());
            return 2;
        }
    }
    bool passed = !plans.empty();
    runner(1).run(plans, true, [&](plan const& of, result const& what) {
        bool const reached = of.targets.empty() || what.injected != 0;
        passed = passed && what.passed && reached;
        std::printf("%s %s\n    %s\n", what.passed ? "passed" : "FAILED", token_of(of).c_str(), what.story.c_str());
        std::printf("    %zu calls, %zu faults%s\n", what.calls.size(), what.injected,
                    reached ? "" : ": the call was not reached");
    });
    return passed ? 0 : 1;
}

int torture(settings const& set) {
    runner all(set.jobs);
    std::mt19937 random(set.seed);
    totals sum;
    std::vector<plan> plans;
    std::vector<plan> clean;
    for (scenario const& which : all_scenarios()) {
        if (!is_chosen(which, set))
            continue;
        ++sum.scenarios;
        clean.push_back({&which, {}, false});
        clean.push_back({&which, {}, true});
    }
    for (plan const& each : clean) {
        all.run({each}, true, [&](plan const& of, result const& what) {
            ++sum.runs;
            sum.calls += what.calls.size();
            if (!what.passed) {
                ++sum.failures;
                report(of, what);
                return;
            }
            if (of.by_code && !what.uses_codes) // the same again
                return;
            auto const single = single_faults(of, what.calls);
            auto const pairs = pairs_of(single, of.by_code ? 0 : set.pairs, random);
            std::printf("%-32s %4zu calls, %5zu runs\n", token_of(of).c_str(), what.calls.size(),
                        single.size() + pairs.size());
            plans.insert(plans.end(), single.begin(), single.end());
            plans.insert(plans.end(), pairs.begin(), pairs.end());
        });
    }
    if (set.sample != 0 && set.sample < plans.size()) {
        std::shuffle(plans.begin(), plans.end(), random);
        plans.resize(set.sample);
    }
    all.run(plans, false, [&](plan const& of, result const& what) {
        ++sum.runs;
        sum.injected += what.injected;
        sum.unreached += what.injected == 0 ? 1 : 0;
        if (!what.passed) {
            ++sum.failures;
            report(of, what);
        }
    });
    std::printf("%zu scenarios in both forms, %zu calls, %zu faults injected, %zu runs (%zu did not reach their call), "
                "%zu failures\n",
                sum.scenarios, sum.calls, sum.injected, sum.runs, sum.unreached, sum.failures);
    if (sum.scenarios == 0) {
        std::fprintf(stderr, "no such scenario; there are:\n");
        for (scenario const& which : all_scenarios())
            std::fprintf(stderr, "    %s\n", which.name.data());
    }
    return sum.failures == 0 && sum.scenarios != 0 ? 0 : 1;
}

template <class Number>
void parse(std::string_view text, Number& out) {
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) {
        std::fprintf(stderr, "no number: %.*s\n", static_cast<int>(text.size()), text.data());
        std::exit(2);
    }
}

settings parse_arguments(std::span<char*> arguments) {
    settings set;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string_view const name = arguments[i];
        if (!name.starts_with("--")) {
            (set.replays ? set.tokens : set.names).push_back(name);
            continue;
        }
        if (name == "--replay") {
            set.replays = true;
            continue;
        }
        std::string_view const value = i + 1 < arguments.size() ? arguments[++i] : "";
        if (name == "--sample")
            parse(value, set.sample);
        else if (name == "--pairs")
            parse(value, set.pairs);
        else if (name == "--seed")
            parse(value, set.seed);
        else if (name == "--jobs")
            parse(value, set.jobs);
        else {
            std::fprintf(stderr, "usage: usocket_torture [SCENARIO...] [--sample N] [--pairs N] [--seed N] [--jobs N]\n"
                                 "       usocket_torture --replay TOKEN...\n");
            std::exit(2);
        }
    }
    return set;
}

} // namespace
} // namespace torture

int main(int count, char** arguments) {
    auto const set = torture::parse_arguments({arguments, static_cast<std::size_t>(count)});
    return set.replays ? torture::replay(set.tokens) : torture::torture(set);
}
