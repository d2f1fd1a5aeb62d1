// SPDX-License-Identifier: MIT
//
// Datagrams over the loopback interface: usocket's ways to move them against bare programs that make the same system
// calls, and against other libraries. One thread sends as many as the receiver's buffer holds, and receives them: none
// is lost, the thread is never idle, and both sides have a time of their own. All in one run, in short rounds that take
// turns. A datagram that is lost or changed ends the program as a failure.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

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

using told_figures = std::array<contest::figure_names, 2>;

/// Contenders of a scenario, each compared with the first one. What has no name is not told.
struct comparison {
    std::vector<entry> members;
    told_figures whole; ///< How many per second, and the processor time for one.
    told_figures sides; ///< What sending one, and receiving one, takes.
};

struct scenario {
    std::string_view name;
    std::size_t growth;
    std::vector<entry> contenders; ///< All who take turns.
    std::vector<comparison> comparisons;
};

/// The processor is never idle: its time for one is told once, for all, and by the sides' times.
scenario equal_sizes() {
    constexpr std::string_view unit = "per second";
    std::vector<entry> const all{bare_single(),  bare_in_functions(), bare_many(),     bare_offload(), usocket_single(),
                                 usocket_many(), usocket_batch(),     usocket_split(), asio_single(),  libuv_single()};
    return {
        "equal",
        0,
        all,
        {{all,
          {{{"all", "Equal sizes to one destination, all against sendto and recvfrom: sent and received", unit},
            {"all_cpu", "The same, processor time for sending and receiving one", "ns"}}},
          {}},
         {{bare_offload(), usocket_batch(), usocket_split()},
          {{{"offload", "Of these, large pieces against bare UDP_SEGMENT and UDP_GRO (goal: 0.95)", unit}, {}}},
          {{{"offload_send", "The same, sending one", "ns"}, {"offload_receive", "The same, receiving one", "ns"}}}},
         {{bare_many(), usocket_many()},
          {{{"many", "Of these, many in a call against bare sendmmsg and recvmmsg (goal: 0.95)", unit}, {}}},
          {{{"many_send", "The same, sending one", "ns"}, {"many_receive", "The same, receiving one", "ns"}}}},
         {{bare_single(), bare_in_functions(), usocket_single(), asio_single(), libuv_single()},
          {{{"single", "Of these, a call for each against bare sendto and recvfrom (goal: 1)", unit}, {}}},
          {{{"single_send", "The same, sending one", "ns"}, {"single_receive", "The same, receiving one", "ns"}}}}}};
}

scenario any_sizes() {
    std::vector<entry> const all{bare_many(), usocket_batch(), usocket_many()};
    return {
        "any",
        1,
        all,
        {{all,
          {{{"any", "Each larger than the one before, against bare sendmmsg and recvmmsg (goal: 0.95)", "per second"},
            {}}},
          {{{"any_send", "The same, sending one", "ns"}, {"any_receive", "The same, receiving one", "ns"}}}}}};
}

double processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// As many as the buffer holds, in which a datagram counts for more than its octets.
burst burst_of(std::size_t size, std::size_t growth) {
    std::size_t const cost = 2 * size + 1024;
    return {std::clamp<std::size_t>(std::size_t{2} * receive_buffer / cost, 1, 64), size, growth};
}

using contest::nanoseconds;
using contest::wall_clock;

/// What it costs to look at the clock, which is done twice for each burst: not the contender's.
nanoseconds clock_cost() {
    constexpr int times = 10'000;
    auto const start = wall_clock::now();
    for (int i = 1; i < times; ++i)
        static_cast<void>(wall_clock::now());
    return nanoseconds(wall_clock::now() - start) / times;
}

/// Ends the program, as a failure, when a contender waits for what is lost.
class watch {
public:
    explicit watch(std::string_view contender) {
        watched = contender;
        std::signal(SIGALRM, [](int) {
            static_cast<void>(!::write(STDERR_FILENO, watched.data(), watched.size()));
            constexpr std::string_view what = ": waits for datagrams that are lost\n";
            static_cast<void>(!::write(STDERR_FILENO, what.data(), what.size()));
            ::_exit(1);
        });
        ::alarm(20);
    }
    watch(watch const&) = delete;
    watch& operator=(watch const&) = delete;
    ~watch() { ::alarm(0); }

private:
    static inline std::string_view watched;
};

class lane {
public:
    lane(entry const& who, burst const& what) : name_(who.name), all_(name_, what), program_(who.make(what)) {}

    [[nodiscard]] std::string_view name() const noexcept { return name_; }

    /// Of sending and receiving together: how many per second, and the processor time for one.
    [[nodiscard]] contest::figures run(nanoseconds budget, nanoseconds look) {
        watch const lost(name_);
        program_->send(all_); // other contenders have run since the last round
        program_->receive(all_);
        nanoseconds sending{};
        nanoseconds receiving{};
        std::size_t bursts = 0;
        double const before = processor_time();
        auto begin = wall_clock::now();
        while (sending + receiving < budget) {
            program_->send(all_);
            auto const sent = wall_clock::now();
            program_->receive(all_);
            auto const received = wall_clock::now();
            sending += sent - begin - look;
            receiving += received - sent - look;
            begin = received;
            ++bursts;
        }
        double const processor = processor_time() - before - 2 * look.count() * static_cast<double>(bursts);
        auto const count = static_cast<double>(bursts * all_.count());
        sides_ = {sending.count() / count, receiving.count() / count};
        return {count / (sending + receiving).count() * 1e9, processor / count};
    }
    /// Of the last round: what sending one, and receiving one, has taken.
    [[nodiscard]] contest::figures sides() const noexcept { return sides_; }

private:
    std::string_view name_;
    datagrams all_;
    std::unique_ptr<contender> program_;
    contest::figures sides_{};
};

using lanes = std::vector<std::unique_ptr<lane>>;

/// Of a round of all.
void add_round(comparison const& compared, std::size_t size, lanes const& all,
               std::vector<contest::figures> const& found, contest::report& results) {
    std::vector<std::string_view> names;
    std::vector<contest::figures> whole;
    std::vector<contest::figures> sides;
    auto const add = [](std::vector<contest::figures>& out, contest::figures figures, told_figures const& told) {
        for (std::size_t i = 0; i < told.size(); ++i) {
            if (told[i].name.empty())
                figures[i] = contest::untold;
        }
        out.push_back(figures);
    };
    for (entry const& member : compared.members) {
        for (std::size_t i = 0; i < all.size(); ++i) { // which does not have who was left out
            if (all[i]->name() != member.name)
                continue;
            names.push_back(member.name);
            add(whole, found[i], compared.whole);
            add(sides, all[i]->sides(), compared.sides);
        }
    }
    results.add_round(compared.whole, size, names, whole);
    results.add_round(compared.sides, size, names, sides);
}

void run(scenario const& what, std::size_t size, contest::turns const& turns, contest::report& results) {
    lanes all;
    for (entry const& one : what.contenders) {
        if (one.make != nullptr)
            all.push_back(std::make_unique<lane>(one, burst_of(size, what.growth)));
        else
            results.leave_out(one.name, size, std::string(one.missing));
    }
    nanoseconds const look = clock_cost();
    contest::take_turns<lane>(
        turns, all, [&](lane& one) { return one.run(turns.round, look); },
        [&](auto const&, auto const& found) {
            for (comparison const& compared : what.comparisons)
                add_round(compared, size, all, found, results);
        });
}

} // namespace

int main(int argc, char** argv) {
    contest::command_line line(argc, argv, "udp_bench", usage);
    contest::turns turns{.round = std::chrono::milliseconds(10),
                         .fewest_rounds = 21,
                         .most_rounds = 121,
                         .enough = std::chrono::seconds(14)};
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
    for (scenario const& what : {equal_sizes(), any_sizes()}) {
        for (std::size_t const size : {64U, 512U, 1200U, 8000U}) {
            std::printf("%s, %zu octets\n", std::string(what.name).c_str(), size);
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
