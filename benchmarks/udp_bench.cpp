// SPDX-License-Identifier: MIT
//
// Datagrams over the loopback interface: usocket's ways to move them against bare programs that make the same system
// calls, and against other libraries. One thread sends as many as the receiver's buffer holds, and receives them: none
// is lost, and the thread is never idle. All in one run, in short rounds that take turns.
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contest/command_line.hpp"
#include "contest/report.hpp"
#include "contest/turns.hpp"
#include "udp/contender.hpp"

namespace {

using namespace udp_bench;

constexpr char usage[] = R"(usage: udp_bench [--csv FILE] [--smoke]
  --csv FILE   write the figures there, too
  --smoke      no figures worth having: shows that everything runs
)";

struct scenario {
    std::array<contest::figure_names, 2> told;
    std::size_t growth;
    std::vector<entry> contenders; ///< The first is what the others are compared with.
};

std::vector<scenario> scenarios() {
    return {
        {{{{"equal", "Equal sizes to one destination: sent and received", "per second"},
           {"equal_cpu", "The same, processor time for sending and receiving one", "ns"}}},
         0,
         {bare_offload(), usocket_batch(), usocket_split(), bare_many(), usocket_many(), bare_single(),
          usocket_single(), asio_single(), libuv_single()}},
        {{{{"any", "Sizes of which each is larger than the one before: sent and received", "per second"},
           {"any_cpu", "The same, processor time for sending and receiving one", "ns"}}},
         1,
         {bare_many(), usocket_batch(), usocket_many()}},
        {{{{"single", "A call for each: sent and received", "per second"},
           {"single_cpu", "The same, processor time for sending and receiving one", "ns"}}},
         0,
         {bare_single(), usocket_single(), asio_single(), libuv_single()}},
    };
}

double processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// As many as the buffer holds, in which a datagram counts for more than its octets.
burst burst_of(std::size_t size, std::size_t growth) {
    std::size_t const cost = 2 * size + 1024;
    return {std::clamp<std::size_t>(2 * receive_buffer / cost, 1, 64), size, growth};
}

class lane {
public:
    lane(entry const& who, burst const& what) : name_(who.name), all_(what), program_(who.make(what)) {}

    [[nodiscard]] std::string_view name() const noexcept { return name_; }

    [[nodiscard]] contest::figures run(contest::nanoseconds budget) {
        move_once(); // other contenders have run since the last round
        std::size_t moved = 0;
        double const before = processor_time();
        auto const start = contest::wall_clock::now();
        contest::nanoseconds taken{};
        do {
            move_once();
            moved += all_.count();
            taken = contest::wall_clock::now() - start;
        } while (taken < budget);
        auto const count = static_cast<double>(moved);
        return {count / taken.count() * 1e9, (processor_time() - before) / count};
    }

private:
    void move_once() {
        program_->send(all_);
        program_->receive(all_);
    }

    std::string_view name_;
    datagrams all_;
    std::unique_ptr<contender> program_;
};

void run(scenario const& what, std::size_t size, contest::turns const& turns, contest::report& results) {
    std::vector<std::unique_ptr<lane>> lanes;
    for (entry const& one : what.contenders) {
        if (one.make != nullptr)
            lanes.push_back(std::make_unique<lane>(one, burst_of(size, what.growth)));
        else
            results.leave_out(one.name, size, std::string(one.missing));
    }
    contest::take_turns<lane>(
        turns, lanes, [&](lane& one) { return one.run(turns.round); },
        [&](auto names, auto found) { results.add_round(what.told, size, names, found); });
}

} // namespace

int main(int argc, char** argv) {
    contest::command_line line(argc, argv, "udp_bench", usage);
    contest::turns turns{.round = std::chrono::milliseconds(10),
                         .fewest_rounds = 21,
                         .most_rounds = 101,
                         .enough = std::chrono::seconds(7)};
    std::optional<std::string> csv;
    while (auto const option = line.next()) {
        if (option == "--smoke")
            turns = {.round = std::chrono::milliseconds(1), .fewest_rounds = 2, .most_rounds = 2};
        else if (option == "--csv")
            csv = line.value_of(*option);
        else
            line.refuse_option(*option);
    }
    peer::run_on_processor(0);

    contest::report results("octets", "octets,figure");
    for (scenario const& what : scenarios()) {
        for (std::size_t const size : {64U, 512U, 1200U, 8000U}) {
            std::printf("%s, %zu octets\n", std::string(what.told[0].name).c_str(), size);
            std::fflush(stdout);
            run(what, size, turns, results);
        }
    }
    results.print();
    if (csv && !results.write_csv(*csv)) {
        std::perror(csv->c_str());
        return 1;
    }
}
