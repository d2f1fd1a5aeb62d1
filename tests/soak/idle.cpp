// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>
#include <sstream>
#include <vector>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "load.hpp"
#include "resources.hpp"
#include "scenario.hpp"
#include "support/descriptor_limit.hpp"

namespace soak {
namespace {

constexpr std::size_t wanted = 10'000;
constexpr std::size_t spare_descriptors = 100;
constexpr std::size_t select_takes = 900; ///< Descriptors below 1024.
constexpr std::size_t talkers = 10;

u::connect_options bounded() {
    return {.connect_timeout = patience, .read_timeout = patience, .write_timeout = patience};
}

void ask(u::stream_usocket& client, std::string const& text) {
    u::socket_send(client, text);
    std::string got(text.size(), '\0');
    u::read_exactly(client.stream(), got);
    check(got == text, "what was sent, back");
}

/// The clients of one backend; orders come, and results go, as lines.
void be_clients(u::stream_usocket& parent, std::uint16_t port, std::size_t count, std::size_t rounds) {
    std::vector<u::stream_usocket> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(u::socket_connect({u::ip_address::loopback_v4(), port}, bounded()));
    std::string line;
    u::read_line(parent.stream(), line); // all were accepted
    latencies took;
    auto const end = std::chrono::steady_clock::now() + 15s; // poll and select ask for all of them each time
    for (std::size_t round = 0; round < rounds && std::chrono::steady_clock::now() < end; ++round)
        for (std::size_t i = 0; i < talkers; ++i) {
            auto const begin = std::chrono::steady_clock::now();
            ask(all[i * (count / talkers)], std::string("round ").append(std::to_string(round)));
            took.add(std::chrono::steady_clock::now() - begin);
        }
    // Each of them is still there.
    std::string got(1, '\0');
    for (std::size_t i = 0; i < count; i += 100) {
        std::size_t const last = std::min(i + 100, count);
        for (std::size_t j = i; j < last; ++j)
            u::socket_send(all[j], "x");
        for (std::size_t j = i; j < last; ++j)
            check(u::socket_receive(all[j], got).size == 1, "an idle connection is served when it speaks");
    }
    parent.stream() << "good " << took.quantile(0.5) << ' ' << took.quantile(0.99) << ' ' << took.quantile(1) << '\n'
                    << std::flush;
    u::read_line(parent.stream(), line);
    for (auto& one : all) { // no port is to stay occupied
        u::set_socket_option(one, u::option::linger, 0s);
        u::socket_close(one);
    }
}

[[noreturn]] void client_process(u::stream_usocket& parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int status = 0;
    std::string line;
    while (status == 0 && u::read_line(parent.stream(), line)) {
        std::istringstream words(line);
        std::uint16_t port = 0;
        std::size_t count = 0;
        std::size_t rounds = 0;
        words >> port >> count >> rounds;
        try {
            be_clients(parent, port, count, rounds);
        } catch (std::exception const& error) {
            parent.stream() << error.what() << '\n' << std::flush;
            status = 1;
        }
    }
    std::_Exit(status);
}

/// Serves the clients on one wait list until they have said how it went.
bool serve_on(u::backend which, char const* name, u::stream_usocket& child, std::size_t count, std::size_t rounds) {
    resources const before = measure_at_rest();
    std::string answer;
    resources held;
    bool given_back = true;
    {
        auto listener = u::socket_listen(u::ip_address::loopback_v4(), u::auto_port, {.backlog = 4096});
        std::vector<u::stream_usocket> all;
        all.reserve(count);
        u::wait_list list({.backend = which});
        u::add_waiter(list, listener);
        u::add_waiter(list, child);
        child.stream() << u::get_local_port(listener) << ' ' << count << ' ' << rounds << '\n' << std::flush;
        std::array<char, 256> buffer{};
        while (answer.empty()) {
            auto const found = u::wait_for_input(list, {.timeout = patience, .ready_only = true});
            check(!found.sockets.empty(), "something happens in time");
            for (u::usocket* const one : found.sockets) {
                if (one == &listener) {
                    all.push_back(u::socket_accept(listener));
                    u::add_waiter(list, all.back());
                    if (all.size() == count) {
                        held = measure_at_rest();
                        child.stream() << "all\n" << std::flush;
                    }
                } else if (one == &child) {
                    u::read_line(child.stream(), answer);
                } else {
                    auto& client = static_cast<u::stream_usocket&>(*one);
                    auto const got = u::socket_receive(client, buffer);
                    check(got.size != 0, "no client has gone");
                    u::socket_send(client, got.buffer);
                }
            }
        }
        u::remove_all_waiters(list);
        child.stream() << "end\n" << std::flush;
    }
    given_back = measure_at_rest().descriptors == before.descriptors;
    std::printf("%-9s %6zu held, %zu talked: each holds %zu octets in use, %zu KiB resident for all; "
                "answers (median, 99 %%, most, in ms): %s\n",
                name, count, talkers, (held.heap - before.heap) / count, (held.resident - before.resident) >> 10,
                answer.c_str());
    return verdict(answer.starts_with("good") && given_back, "held, served and given back");
}

} // namespace

bool idle_connections(settings const& how) {
    std::size_t const allowed = usocket::test::allow_descriptors(wanted + spare_descriptors);
    std::size_t const count = how.is_short ? 1000 : std::min(wanted, allowed - spare_descriptors);
    std::size_t const rounds = how.is_short ? 20 : 100;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    std::printf("%zu connections; RLIMIT_NOFILE is %llu, so the clients are a process of their own\n", count,
                static_cast<unsigned long long>(limit.rlim_cur));
    auto [orders, others] = u::make_socket_pair();
    std::fflush(stdout);
    ::pid_t const child = ::fork();
    check(child >= 0, "fork");
    if (child == 0) {
        u::socket_close(orders);
        client_process(others);
    }
    u::socket_close(others);
    struct named {
        u::backend which;
        char const* name;
    };
    bool good = true;
    for (auto const& [which, name] : {named{u::backend::select, "select"}, named{u::backend::poll, "poll"},
                                      named{u::backend::epoll, "epoll"}, named{u::backend::io_uring, "io_uring"}}) {
        if (!u::supports(which)) {
            std::printf("%-9s NOT TESTED: the system has no such thing\n", name);
            continue;
        }
        std::size_t const here = which == u::backend::select ? std::min(count, select_takes) : count;
        good = serve_on(which, name, orders, here, rounds) && good;
    }
    u::socket_close(orders);
    int status = -1;
    ::waitpid(child, &status, 0);
    return verdict(status == 0, "the clients end well") && good;
}

} // namespace soak
