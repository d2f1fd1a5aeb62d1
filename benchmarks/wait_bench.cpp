// SPDX-License-Identifier: MIT
//
// Waiting on many sockets: wait lists with each backend against bare programs on the same system calls and against
// other libraries, all in one run, in short rounds that take turns.
//
// A wait counts from its call until the octet that made a member ready has been read. Writing that octet is not timed.
// Where the thread that waits has written it, what the system does at the end of that thread's own system calls is not
// timed either: with io_uring, that is the work of telling. The scenarios with a second processor show it.
//
// A read of TCP may have to send an acknowledgement, which takes longer than all the rest of it, and not every read
// does. Figures that hold reads can therefore be compared within a column, but not from one column to the next; the
// waits alone tell most about the waits.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include <sched.h>
#include <sys/resource.h>

#include "peer.hpp"
#include "wait/lane.hpp"
#include "wait/report.hpp"

namespace {

using namespace wait_bench;

constexpr char usage[] = R"(usage: wait_bench [--csv FILE] [--smoke] [--sockets N,...] [--contenders NAME,...]
  --csv FILE         write the figures there, too
  --smoke            no figures worth having: shows that everything runs
  --sockets N,...    how many to wait on (default: 10,100,1000,10000)
  --contenders ...   only these and bare epoll, such as "usocket epoll,libuv uv_poll_t"
)";

struct plan {
    std::vector<std::size_t> sockets{};
    std::vector<std::string_view> only{};
    std::optional<std::string> csv{};
    nanoseconds round = std::chrono::milliseconds(4);
    std::size_t fewest_rounds = 11;
    std::size_t most_rounds = 101;
    std::chrono::seconds enough{4}; ///< For a scenario, after its fewest rounds.
};

[[noreturn]] void refuse(std::string_view what) {
    std::fprintf(stderr, "wait_bench: %.*s\n%s", static_cast<int>(what.size()), what.data(), usage);
    std::exit(2);
}

std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> parts;
    for (;;) {
        std::size_t const comma = list.find(',');
        parts.push_back(list.substr(0, comma));
        if (comma == std::string_view::npos)
            return parts;
        list.remove_prefix(comma + 1);
    }
}

plan parse(std::span<char* const> arguments) {
    plan result;
    bool smoke = false;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string_view const option = arguments[i];
        if (option == "--smoke") {
            smoke = true;
            result.round = std::chrono::microseconds(100);
            result.fewest_rounds = result.most_rounds = 2;
            continue;
        }
        if (i + 1 == arguments.size())
            refuse("what is '" + std::string(option) + "'?");
        std::string_view const value = arguments[++i];
        if (option == "--csv") {
            result.csv = value;
        } else if (option == "--contenders") {
            result.only = split(value);
        } else if (option == "--sockets") {
            for (std::string_view const text : split(value)) {
                std::size_t number = 0;
                auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                if (error != std::errc() || end != text.data() + text.size() || number == 0)
                    refuse("'" + std::string(text) + "' is no number of sockets");
                result.sockets.push_back(number);
            }
        } else {
            refuse("what is '" + std::string(option) + "'?");
        }
    }
    if (result.sockets.empty())
        result.sockets = smoke ? std::vector<std::size_t>{10, 1000} : std::vector<std::size_t>{10, 100, 1000, 10'000};
    return result;
}

std::vector<entry> choose(std::vector<std::string_view> const& only) {
    auto all = all_contenders();
    for (std::string_view const name : only) {
        if (std::ranges::find(all, name, &entry::name) == all.end())
            refuse("there is no contender '" + std::string(name) + "'");
    }
    if (!only.empty()) {
        std::erase_if(all, [&, first = all.front().name](entry const& one) {
            return one.name != first && std::ranges::find(only, one.name) == only.end();
        });
    }
    return all;
}

void run_scenario(plan const& plan, scenario which, std::size_t sockets, std::span<std::unique_ptr<lane> const> lanes,
                  report& results) {
    std::vector<std::string_view> names;
    for (auto const& one : lanes)
        names.push_back(one->name());
    std::vector<figures> found(lanes.size());
    auto const start = wall_clock::now();
    for (std::size_t round = 0; round < plan.most_rounds; ++round) {
        if (round >= plan.fewest_rounds && wall_clock::now() - start > plan.enough)
            break;
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            std::size_t const turn = (i + round) % lanes.size();
            found[turn] = lanes[turn]->run(which, plan.round);
        }
        results.add_round(which, sockets, names, found);
    }
}

void run(plan const& plan, std::vector<entry> const& contenders, std::size_t sockets, bool two_processors,
         report& results) {
    std::vector<std::unique_ptr<lane>> lanes;
    for (entry const& one : contenders) {
        auto made = std::make_unique<lane>(one, sockets);
        if (made->why_not().empty())
            lanes.push_back(std::move(made));
        else
            results.leave_out(one.name, sockets, made->why_not());
        if (lanes.empty())
            return; // nothing to compare with
    }
    for (scenario const which : scenarios) {
        if (two_processors || which == scenario::one || which == scenario::all)
            run_scenario(plan, which, sockets, lanes, results);
    }
}

} // namespace

int main(int argc, char** argv) {
    plan const plan = parse({argv, static_cast<std::size_t>(argc)});
    auto const contenders = choose(plan.only);
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
    cpu_set_t processors;
    CPU_ZERO(&processors);
    ::sched_getaffinity(0, sizeof processors, &processors);
    bool const two_processors = CPU_COUNT(&processors) > 1;
    peer::run_on_processor(0);

    report results;
    for (std::size_t const sockets : plan.sockets) {
        std::printf("%zu sockets\n", sockets);
        std::fflush(stdout);
        run(plan, contenders, sockets, two_processors, results);
    }
    results.print();
    if (!two_processors)
        std::printf("\nOnly one processor may be used: nothing is told of waits that another one ends.\n");
    if (plan.csv && !results.write_csv(*plan.csv)) {
        std::perror(plan.csv->c_str());
        return 1;
    }
}
