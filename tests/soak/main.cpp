// SPDX-License-Identifier: MIT
//
// Long runs with a judgement: what a process holds at its end is what it held at its begin.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

#include "resources.hpp"
#include "scenario.hpp"

namespace {

using namespace std::chrono_literals;
using soak::settings;

constexpr char const* usage =
    "usage: usocket_soak [--minutes M | --short] [--seed S] [--only SCENARIO]\n"
    "                    [--leak descriptor|thread|memory]\n"
    "Scenarios: mixed idle slow flood. --leak loses something in the mixed load on purpose.\n";

struct scenario {
    char const* name;
    char const* title;
    bool (*run)(settings const&);
    int percent; ///< Of the time; 0 for one that takes what it takes.
};

constexpr std::array scenarios{
    scenario{"mixed", "all features at once", soak::mixed_load, 60},
    scenario{"idle", "idle connections", soak::idle_connections, 0},
    scenario{"slow", "slow clients", soak::slow_clients, 30},
    scenario{"flood", "connection floods", soak::connection_floods, 10},
};

/// In a process of its own: nothing of another scenario is in its figures.
bool run(scenario const& which, settings const& how) {
    std::printf("\n== %s\n", which.title);
    std::fflush(stdout);
    ::pid_t const child = ::fork();
    if (child == 0) {
        ::alarm(static_cast<unsigned>(std::chrono::duration_cast<std::chrono::seconds>(2 * how.length).count()) + 900);
        bool good = false;
        try {
            good = which.run(how);
        } catch (std::exception const& error) {
            soak::verdict(false, error.what());
        }
        std::fflush(stdout);
        std::_Exit(good ? 0 : 1);
    }
    int status = -1;
    if (child < 0 || ::waitpid(child, &status, 0) != child)
        return soak::verdict(false, "a process for the scenario");
    if (WIFSIGNALED(status))
        return soak::verdict(false, std::string("ended by signal ").append(std::to_string(WTERMSIG(status))));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

int main(int argc, char** argv) {
    settings how{.seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count())};
    double minutes = 10;
    std::string_view only;
    for (int i = 1; i < argc; ++i) {
        std::string_view const option(argv[i]);
        char const* const value = i + 1 < argc ? argv[i + 1] : nullptr;
        if (option == "--short") {
            how.is_short = true;
            minutes = 5.0 / 60;
            continue;
        }
        if (value == nullptr) {
            std::fputs(usage, stderr);
            return 2;
        }
        ++i;
        char* end = argv[i] + std::string_view(value).size();
        if (option == "--minutes")
            minutes = std::strtod(value, &end);
        else if (option == "--seed")
            how.seed = std::strtoull(value, &end, 10);
        else if (option == "--only")
            only = value;
        else if (option == "--leak")
            how.leak = value;
        else
            end = argv[i];
        bool const is_leak =
            how.leak.empty() || how.leak == "descriptor" || how.leak == "thread" || how.leak == "memory";
        if (*end != '\0' || end == value || !(minutes > 0) || !is_leak) {
            std::fputs(usage, stderr);
            return 2;
        }
    }
    std::printf("seed %llu\n", static_cast<unsigned long long>(how.seed));
    std::string failed;
    int ran = 0;
    for (auto const& each : scenarios) {
        if (!only.empty() && only != each.name)
            continue;
        ++ran;
        settings mine = how;
        int const percent = !only.empty() ? 100 : each.percent;
        mine.length = std::chrono::milliseconds(static_cast<long long>(minutes * 600 * percent));
        if (!run(each, mine))
            failed.append(" ").append(each.name);
    }
    if (ran == 0) {
        std::fputs(usage, stderr);
        return 2;
    }
    std::printf("\nsoak: %d scenarios, %s%s\n", ran, failed.empty() ? "all good" : "FAILED:", failed.c_str());
    return failed.empty() ? 0 : 1;
}
