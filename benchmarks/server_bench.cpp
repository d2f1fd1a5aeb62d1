// SPDX-License-Identifier: MIT
//
// Echo servers: usocket's against bare blocking calls and against POCO, each in a process of its own, with the same
// bare clients, in short rounds one after the other.
//
//     server_bench [--smoke] [--csv FILE]
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.hpp"
#include "server/clients.hpp"
#include "server/server.hpp"

namespace {

using namespace server_bench;
using namespace std::chrono_literals;

struct plan {
    std::chrono::nanoseconds round = 200ms;
    std::size_t rounds = 15;
    std::vector<std::size_t> connections{1, 50, 1000};
    char const* csv = nullptr;
};

plan parse(int argc, char** argv) {
    plan result;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--smoke") == 0) {
            result.round = 5ms;
            result.rounds = 2;
            result.connections = {1, 20};
        } else if (std::strcmp(argv[i], "--csv") == 0 && i + 1 < argc) {
            result.csv = argv[++i];
        } else {
            std::fprintf(stderr, "usage: server_bench [--smoke] [--csv FILE]\n");
            std::exit(2);
        }
    }
    return result;
}

int ready_pipe = -1;

void tell_port(std::uint16_t port) {
    if (::write(ready_pipe, &port, sizeof port) != sizeof port)
        peer::give_up("write");
}

/// A server in a child process.
class running_server {
public:
    explicit running_server(entry const& one) : name_(one.name) {
        int ends[2];
        if (::pipe(ends) != 0 || (process_ = ::fork()) < 0)
            peer::give_up("fork");
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::close(ends[0]);
            ready_pipe = ends[1];
            peer::run_on_processor(1);
            one.serve(tell_port);
            ::_exit(1);
        }
        ::close(ends[1]);
        if (::read(ends[0], &port_, sizeof port_) != sizeof port_)
            peer::give_up("the server has ended");
        ::close(ends[0]);
    }
    running_server(running_server const&) = delete;
    running_server& operator=(running_server const&) = delete;
    ~running_server() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string_view name() const { return name_; }

private:
    std::string_view name_;
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
};

using measure = std::function<double(std::chrono::nanoseconds)>;
using servers = std::vector<std::unique_ptr<running_server>>;

double median(std::vector<double> values) {
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// Rounds in turn, each server first once in a while; prints each one's median and that of its ratios to the first.
void compare(plan const& plan, std::string const& what, servers const& all, std::vector<measure> const& clients,
             std::FILE* csv) {
    std::vector<std::vector<double>> rates(all.size());
    std::vector<std::vector<double>> ratios(all.size());
    for (auto const& client : clients)
        static_cast<void>(client(plan.round)); // warm
    for (std::size_t round = 0; round < plan.rounds; ++round) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            std::size_t const turn = (i + round) % all.size();
            rates[turn].push_back(clients[turn](plan.round));
        }
        for (std::size_t i = 0; i < all.size(); ++i)
            ratios[i].push_back(rates[i].back() / rates[0].back());
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::string const name(all[i]->name());
        std::printf("%-34s %-18s %12.0f %8.3f\n", what.c_str(), name.c_str(), median(rates[i]), median(ratios[i]));
        if (csv != nullptr)
            std::fprintf(csv, "%s,%s,%.0f,%.4f\n", what.c_str(), name.c_str(), median(rates[i]), median(ratios[i]));
    }
    std::fflush(stdout);
}

servers start(transport over) {
    servers all;
    std::vector<entry> entries = bare_servers();
    for (entry const& one : usocket_servers())
        entries.push_back(one);
    entries.push_back(poco_server());
    for (entry const& one : entries) {
        if (one.over != over)
            continue;
        if (one.serve != nullptr)
            all.push_back(std::make_unique<running_server>(one));
        else
            std::printf("left out: %s, since %s\n", std::string(one.name).c_str(), std::string(one.missing).c_str());
    }
    return all;
}

void run_tcp(plan const& plan, std::FILE* csv) {
    servers const all = start(transport::tcp);
    for (std::size_t const count : plan.connections) {
        std::vector<std::unique_ptr<tcp_clients>> connected;
        std::vector<measure> clients;
        for (auto const& one : all) {
            auto& there = *connected.emplace_back(std::make_unique<tcp_clients>(one->port(), count));
            clients.emplace_back([&there](std::chrono::nanoseconds length) { return there.echoes(length); });
        }
        compare(plan, "echoes, " + std::to_string(count) + " connections", all, clients, csv);
    }
    std::vector<measure> clients;
    for (auto const& one : all)
        clients.emplace_back([port = one->port()](auto length) { return connections(port, length); });
    compare(plan, "connections with one echo", all, clients, csv);
}

void run_udp(plan const& plan, std::FILE* csv) {
    servers const all = start(transport::udp);
    for (std::size_t const in_flight : {1U, 16U}) {
        std::vector<measure> clients;
        for (auto const& one : all)
            clients.emplace_back(
                [port = one->port(), in_flight](auto length) { return datagrams(port, in_flight, length); });
        compare(plan, "UDP echoes, " + std::to_string(in_flight) + " under way", all, clients, csv);
    }
}

} // namespace

int main(int argc, char** argv) {
    plan const plan = parse(argc, argv);
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
    peer::run_on_processor(0); // the servers run on another
    std::FILE* const csv = plan.csv != nullptr ? std::fopen(plan.csv, "w") : nullptr;
    if (plan.csv != nullptr && csv == nullptr) {
        std::perror(plan.csv);
        return 1;
    }
    if (csv != nullptr)
        std::fprintf(csv, "scenario,server,rate,ratio\n");
    std::printf("%-34s %-18s %12s %8s\n", "", "server", "a second", "to bare");
    run_tcp(plan, csv);
    run_udp(plan, csv);
    if (csv != nullptr)
        std::fclose(csv);
}
