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

#include "contest/command_line.hpp"
#include "contest/report.hpp"
#include "contest/turns.hpp"
#include "peer.hpp"
#include "wait/lane.hpp"

namespace {

using namespace wait_bench;

constexpr char usage[] = R"(usage: wait_bench [--csv FILE] [--smoke] [--sockets N,...] [--contenders NAME,...]
  --csv FILE         write the figures there, too
  --smoke            no figures worth having: shows that everything runs
  --sockets N,...    how many to wait on (default: 10,100,1000,10000)
  --contenders ...   only these and bare epoll, such as "usocket epoll,libuv uv_poll_t"
)";

struct plan {
    contest::turns turns{.round = std::chrono::milliseconds(4),
                         .fewest_rounds = 11,
                         .most_rounds = 101,
                         .enough = std::chrono::seconds(4)}; ///< For a scenario.
    std::vector<std::size_t> sockets{};
    std::vector<std::string_view> only{};
    std::optional<std::string> csv{};
};

plan parse(contest::command_line line) {
    plan result;
    bool smoke = false;
    while (auto const option = line.next()) {
        if (option == "--smoke") {
            smoke = true;
            result.turns = {.round = std::chrono::microseconds(100), .fewest_rounds = 2, .most_rounds = 2};
        } else if (option == "--csv") {
            result.csv = line.value_of(*option);
        } else if (option == "--contenders") {
            result.only = contest::split(line.value_of(*option));
        } else if (option == "--sockets") {
            for (std::string_view const text : contest::split(line.value_of(*option))) {
                std::size_t number = 0;
                auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                if (error != std::errc() || end != text.data() + text.size() || number == 0)
                    line.refuse("'" + std::string(text) + "' is no number of sockets");
                result.sockets.push_back(number);
            }
        } else {
            line.refuse_option(*option);
        }
    }
    if (result.sockets.empty())
        result.sockets = smoke ? std::vector<std::size_t>{10, 1000} : std::vector<std::size_t>{10, 100, 1000, 10'000};
    return result;
}

std::vector<entry> choose(std::vector<std::string_view> const& only, contest::command_line const& line) {
    auto all = all_contenders();
    for (std::string_view const name : only) {
        if (std::ranges::find(all, name, &entry::name) == all.end())
            line.refuse("there is no contender '" + std::string(name) + "'");
    }
    if (!only.empty()) {
        std::erase_if(all, [&, first = all.front().name](entry const& one) {
            return one.name != first && std::ranges::find(only, one.name) == only.end();
        });
    }
    return all;
}

void run(plan const& plan, std::vector<entry> const& contenders, std::size_t sockets, bool two_processors,
         contest::report& results) {
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
        if (!two_processors && which != scenario::one && which != scenario::all)
            continue;
        contest::take_turns<lane>(
            plan.turns, lanes, [&](lane& one) { return one.run(which, plan.turns.round); },
            [&](auto names, auto found) { results.add_round(figures_of(which), sockets, names, found); });
    }
}

} // namespace

int main(int argc, char** argv) {
    contest::command_line const line(argc, argv, "wait_bench", usage);
    plan const plan = parse(line);
    auto const contenders = choose(plan.only, line);
    contest::take_all_descriptors();
    cpu_set_t processors;
    CPU_ZERO(&processors);
    ::sched_getaffinity(0, sizeof processors, &processors);
    bool const two_processors = CPU_COUNT(&processors) > 1;
    peer::run_on_processor(0);

    contest::report results("sockets", "sockets,ns");
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
