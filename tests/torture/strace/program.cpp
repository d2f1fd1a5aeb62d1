// SPDX-License-Identifier: MIT
//
// One scenario in this process, between two marks, for test.py to run under strace, which makes system calls fail.
//
//   usocket_torture_strace --scenarios     their names, one a line
//   usocket_torture_strace --faults        SYSTEM_CALL FAULT HOW REPETITIONS, one a line; HOW is strace's
//   usocket_torture_strace TOKEN           runs it, and says what must not have come of it
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <mutex>
#include <string>
#include <thread>

#include <unistd.h>

#include "torture/judge.hpp"
#include "torture/strace/unseen.hpp"

namespace torture {
namespace {

constexpr unsigned seconds_to_live = 20;

std::mutex mutex;
std::string violations; // NOLINT

/// System calls, by the names that the faults know them by.
struct {
    std::string_view system_call;
    std::string_view call;
} constexpr calls[] = {
    {"accept4", "accept4"},
    {"bind", "bind"},
    {"chmod", "chmod"},
    {"clone3", "thread"},
    {"close", "close"},
    {"connect", "connect"},
    {"epoll_create1", "epoll_create1"},
    {"epoll_ctl", "epoll_ctl"},
    {"epoll_pwait", "epoll_wait"},
    {"epoll_pwait2", "epoll_pwait2"},
    {"epoll_wait", "epoll_wait"},
    {"eventfd2", "eventfd"},
    {"fchmodat", "chmod"},
    {"getsockname", "getsockname"},
    {"getsockopt", "getsockopt"},
    {"io_uring_enter", "io_uring_submit"},
    {"io_uring_setup", "io_uring_queue_init_params"},
    {"ioctl", "ioctl"},
    {"listen", "listen"},
    {"lstat", "lstat"},
    {"newfstatat", "lstat"},
    {"poll", "poll"},
    {"ppoll", "ppoll"},
    {"pselect6", "pselect"},
    {"recvfrom", "recvfrom"},
    {"recvmmsg", "recvmmsg"},
    {"recvmsg", "recvmsg"},
    {"sendmmsg", "sendmmsg"},
    {"sendmsg", "sendmsg"},
    {"sendto", "sendto"},
    {"setsockopt", "setsockopt"},
    {"socket", "socket"},
    {"socketpair", "socketpair"},
    {"uname", "gethostname"},
    {"unlink", "unlink"},
    {"unlinkat", "unlink"},
};

/// How strace makes it; empty where it cannot: it has calls fail that are not made, or return a number. Closing may be
/// left undone; a shutdown would not wake those who wait. Of a wait it cannot tell whether there is something to find.
std::string how(std::string_view call, fault const& what) {
    if (what.effect == effect::error || (what.effect == effect::error_afterwards && call == "close"))
        return std::string("error=") + ::strerrorname_np(what.code);
    if (what.effect == effect::no_thread)
        return "error=EAGAIN";
    return what.effect == effect::nothing && call.starts_with("recv") ? "retval=0" : "";
}

void print_faults() {
    for (auto const& [system_call, call] : calls) {
        // What a datagram or a stream alone has, may be either here.
        for (fault const& what : faults_of(call, subject::datagram)) {
            if (auto const text = how(call, what); !text.empty()) {
                int const repetitions = repetitions_of(call, what);
                std::printf("%s %s %s %d\n", system_call.data(), name_of(what).c_str(), text.c_str(),
                            repetitions == std::numeric_limits<int>::max() ? 0 : repetitions);
            }
        }
    }
}

/// The token's plan: its one fault is strace's, whose call has another name.
plan parse(std::string token) {
    for (auto const& [system_call, call] : calls) {
        auto const place = token.find(std::string(":").append(system_call).append("#"));
        if (place != std::string::npos)
            return plan_of(token.replace(place + 1, system_call.size(), call));
    }
    return plan_of(token);
}

/// For strace: a write to no descriptor.
void mark(std::string_view text) {
    if (::write(-1, text.data(), text.size()) >= 0)
        std::abort();
}

template <class Condition>
bool becomes(Condition condition) {
    for (int i = 0; i < 200; ++i) {
        if (condition())
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

struct descriptors {
    std::size_t all = 0;
    std::size_t wakers = 0; ///< Counters that wake threads.
};

descriptors open_descriptors() {
    descriptors found;
    std::error_code ec;
    for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fd", ec)) {
        ++found.all;
        if (std::filesystem::read_symlink(entry, ec).string().find("[eventfd]") != std::string::npos)
            ++found.wakers;
    }
    return found;
}

/// As before, but for what wakes this thread, which is kept until it ends.
bool are_as(descriptors const& before) {
    auto const now = unseen([] { return open_descriptors(); });
    return now.all - now.wakers == before.all - before.wakers && now.wakers <= before.wakers + 1;
}

/// The system's resolver makes calls of its own, and has its own words for what comes of them.
bool asks_the_resolver(scenario const& which) {
    return which.name.starts_with("names") || which.name == "connect_by_name" || which.name == "options_of_datagrams";
}

int run(plan which) {
    bool const is_of_close =
        std::ranges::any_of(which.targets, [](target const& aim) { return aim.call == std::string_view("close"); });
    if (asks_the_resolver(*which.what)) {
        for (target& aim : which.targets)
            aim.what.expectation = expectation::anything;
    }
    if (which.what->name.starts_with("server")) { // each of its threads counts anew
        for (target& aim : which.targets)
            aim.onwards = true;
    }
    report_by_code(which.by_code);
    auto const before = unseen([] { return open_descriptors(); });
    mark("begin");
    outcome const seen = outcome_of(*which.what);
    mark("end");
    judge(which, seen);
    if (!is_of_close && !becomes([=] { return are_as(before); })) // what strace keeps from being closed stays open
        violation("descriptors are not as before");
    std::lock_guard const lock(mutex);
    std::printf("%s%s\n", violations.c_str(), seen.text.c_str());
    return violations.empty() ? 0 : 1;
}

} // namespace

void violation(std::string_view what) noexcept {
    std::lock_guard const lock(mutex);
    violations.append(what).append("; ");
}

} // namespace torture

int main(int count, char** arguments) {
    using namespace torture;
    std::string_view const what = count == 2 ? arguments[1] : "";
    if (what == "--scenarios") {
        for (scenario const& each : all_scenarios())
            std::printf("%s\n", each.name.data());
        return 0;
    }
    if (what == "--faults") {
        print_faults();
        return 0;
    }
    auto const which = parse(std::string(what));
    if (which.what == nullptr) {
        std::fprintf(stderr, "usage: usocket_torture_strace --scenarios | --faults | TOKEN\n");
        return 2;
    }
    ::alarm(seconds_to_live);
    return run(which);
}
