// SPDX-License-Identifier: MIT
#include "chaos/run.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/process_state.hpp"

namespace chaos {
namespace {

/// So long may a run take, on a slow machine, too: who takes longer hangs.
constexpr unsigned longest_run_in_seconds = 120;

link_options options_of(plan const& of) {
    chance random(of.seed);
    link_options chosen{.of = of.of, .large = random.happens(400), .seed = of.seed};
    switch (random.between(0, 2)) {
    case 0:
        chosen.mtu = 1500;
        break;
    case 1:
        chosen.mtu = 1280;
        break;
    default:
        chosen.mtu = of.of == family::v4 ? 576 : 1280;
        break;
    }
    return chosen;
}

/// Threads that have ended may be counted for a moment more.
void wait_for_threads(std::size_t before) {
    auto const until = steady::now() + 10s;
    while (usocket::test::running_threads() > before && steady::now() < until)
        std::this_thread::sleep_for(1ms);
    require(usocket::test::running_threads() == before, "threads are left over, or gone");
}

void run_here(plan const& of, figures& counts) {
    report_to(counts);
    pulse const beats;
    link wire(options_of(of), counts);
    std::size_t const descriptors = usocket::test::open_descriptors();
    std::size_t const threads = usocket::test::running_threads();
    wire.near().in([&] { of.what.run(wire, of.seed); });
    doing("after it");
    wait_for_threads(threads);
    require(usocket::test::open_descriptors() == descriptors, "descriptors are left over, or gone");
}

} // namespace

running::running(plan of) : of_(of) {
    void* const shared = ::mmap(nullptr, sizeof(figures), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        throw std::bad_alloc();
    counts_ = new (shared) figures;
    pid_t const parent = ::getpid();
    process_ = ::fork();
    if (process_ != 0)
        return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
        ::_exit(1);
    std::signal(SIGPIPE, SIG_DFL); // so that it would be seen
    ::alarm(longest_run_in_seconds);
    run_here(of_, *counts_);
    std::exit(0); // leaks are looked for
}

running::~running() { ::munmap(counts_, sizeof(figures)); }

std::chrono::milliseconds running::duration() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady::now() - start_);
}

std::string running::story(int status) const {
    if (counts_->is_told)
        return counts_->story.data();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        return "it did not end in " + std::to_string(longest_run_in_seconds) + " s";
    if (WIFSIGNALED(status))
        return "it was ended by signal " + std::to_string(WTERMSIG(status));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return "it exited with " + std::to_string(WEXITSTATUS(status)) + "; what it wrote tells why";
    return {};
}

} // namespace chaos
