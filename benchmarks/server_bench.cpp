// SPDX-License-Identifier: MIT
//
// Servers that send back what they get: usocket's against bare programs that make the same system calls on the same
// threads, and against POCO's. All in one run, in short rounds that take turns. Servers run in processes of their own,
// the clients in this one, on another processor; they are the same for all. Where a process's memory lies is luck,
// which a thousand connections notice: all start anew several times, another one first each time.
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contest/command_line.hpp"
#include "contest/report.hpp"
#include "contest/turns.hpp"
#include "peer.hpp"
#include "server/contender.hpp"
#include "server/lane.hpp"
#include "server/load.hpp"

namespace {

using namespace server_bench;

constexpr char usage[] = R"(usage: server_bench [--csv FILE] [--smoke] [--scenarios NAME,...]
  --csv FILE             write the figures there, too
  --smoke                no figures worth having: shows that everything runs
  --scenarios NAME,...   only these of: messages, connections, datagrams
)";

struct scenario {
    std::array<contest::figure_names, 2> told;
    std::vector<entry> (*servers)();
    lane::make_load clients;
    std::vector<std::size_t> sizes;
};

std::vector<scenario> scenarios() {
    return {
        {{{{"messages", "TCP, connections that stay: messages sent and returned", "per second"},
           {"messages_cpu", "The same, the server's processor time for one", "ns"}}},
         stream_servers,
         message_load,
         {1, 50, 1000}},
        {{{{"connections", "TCP, a connection for each message: connections", "per second"},
           {"connections_cpu", "The same, the server's processor time for one", "ns"}}},
         pooled_servers,
         connection_load,
         {1, 16}},
        {{{{"datagrams", "UDP: datagrams sent and returned", "per second"},
           {"datagrams_cpu", "The same, the server's processor time for one", "ns"}}},
         datagram_servers,
         datagram_load,
         {1, 16}},
    };
}

void choose(std::vector<scenario>& all, std::vector<std::string_view> const& only, contest::command_line const& line) {
    auto const name_of = [](scenario const& one) { return one.told[0].name; };
    for (std::string_view const name : only) {
        if (std::ranges::find(all, name, name_of) == all.end())
            line.refuse("there is no scenario '" + std::string(name) + "'");
    }
    std::erase_if(all, [&](scenario const& one) { return std::ranges::find(only, name_of(one)) == only.end(); });
}

void run_once(scenario const& what, std::size_t size, std::size_t first, contest::turns const& turns,
              contest::report& results) {
    std::vector<entry> servers = what.servers();
    for (entry const& one : servers) {
        if (one.start == nullptr)
            results.leave_out(one.name, size, std::string(one.missing));
    }
    std::erase_if(servers, [](entry const& one) { return one.start == nullptr; });
    std::vector<std::unique_ptr<lane>> lanes(servers.size());
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        std::size_t const next = (first + i) % lanes.size();
        lanes[next] = std::make_unique<lane>(servers[next], what.clients, size);
    }
    contest::take_turns<lane>(
        turns, lanes, [&](lane& one) { return one.run(turns.round); },
        [&](auto names, auto found) { results.add_round(what.told, size, names, found); });
}

} // namespace

int main(int argc, char** argv) {
    contest::command_line line(argc, argv, "server_bench", usage);
    std::size_t starts = 24;
    contest::turns turns{.round = std::chrono::milliseconds(40),
                         .fewest_rounds = 2,
                         .most_rounds = 4,
                         .enough = std::chrono::seconds(1)};
    std::optional<std::string> csv;
    auto chosen = scenarios();
    while (auto const option = line.next()) {
        if (option == "--smoke")
            starts = 1, turns = {.round = std::chrono::milliseconds(2), .fewest_rounds = 2, .most_rounds = 2};
        else if (option == "--csv")
            csv = line.value_of(*option);
        else if (option == "--scenarios")
            choose(chosen, contest::split(line.value_of(*option)), line);
        else
            line.refuse_option(*option);
    }
    std::size_t const descriptors = contest::take_all_descriptors();
    peer::run_on_processor(0);

    contest::report results("at a time", "at_a_time,figure");
    for (scenario const& what : chosen) {
        for (std::size_t const size : what.sizes) {
            std::printf("%s, %zu at a time\n", std::string(what.told[0].name).c_str(), size);
            std::fflush(stdout);
            if (what.servers().size() * (size + 16) > descriptors) {
                results.leave_out("all", size, "they take more descriptors than a process may have");
                continue;
            }
            for (std::size_t i = 0; i < starts; ++i)
                run_once(what, size, i, turns, results);
        }
    }
    results.print();
    if (csv && !results.write_csv(*csv)) {
        std::perror(csv->c_str());
        return 1;
    }
}
