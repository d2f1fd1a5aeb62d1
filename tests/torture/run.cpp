// SPDX-License-Identifier: MIT
#include "torture/run.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/process_state.hpp"
#include "torture/judge.hpp"
#include "torture/ledger.hpp"
#include "torture/real.hpp"

extern "C" [[gnu::weak]] int __lsan_do_recoverable_leak_check();

namespace torture {

/// What a run's process tells.
struct running::shared {
    std::atomic<std::uint32_t> length{0};
    char violations[4000] = {};
    char outcome[1000] = {};
    bool has_ended = false;
    bool uses_codes = false;
    tally total{};
    std::array<call_record, 4096> log{};

    void complain(std::string_view what) noexcept {
        std::uint32_t const from = length.fetch_add(static_cast<std::uint32_t>(what.size()) + 2);
        if (from + what.size() + 2 >= sizeof violations)
            return;
        what.copy(violations + from, what.size());
        violations[from + what.size()] = ';';
        violations[from + what.size() + 1] = ' ';
    }
};

namespace {

constexpr unsigned seconds_to_live = 10;

/// What fails more often in a run's time is tried in a busy loop.
constexpr std::size_t most_faults = 3000;

/// Empty datagrams may come as fast as they like.
bool may_repeat(target const& aim) { return aim.what.effect == effect::nothing; }

std::atomic<void*> this_run{nullptr}; // the shared of this process

template <class Condition>
bool becomes(Condition condition) {
    for (int i = 0; i < 200; ++i) {
        if (condition())
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

} // namespace

running::running() {
    void* const memory = ::mmap(nullptr, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        std::abort();
    shared_ = static_cast<shared*>(memory);
    errors_ = ::memfd_create("errors", MFD_CLOEXEC);
}

running::~running() {
    ::munmap(shared_, sizeof(shared));
    __real_close(errors_);
}

void running::start(plan which) {
    plan_ = std::move(which);
    new (shared_) shared();
    static_cast<void>(::ftruncate(errors_, 0) == 0 && ::lseek(errors_, 0, SEEK_SET) == 0);
    process_ = ::fork();
    if (process_ == 0)
        be_the_process();
}

void running::be_the_process() noexcept {
    this_run = shared_;
    ::alarm(seconds_to_live); // which ends the process
    ::dup2(errors_, STDERR_FILENO);
    std::size_t const descriptors = usocket::test::open_descriptors();
    // On a thread that ends before the count: its descriptors end with it.
    std::thread([this] {
        outcome seen;
        report_by_code(plan_.by_code);
        arm(plan_.targets, shared_->log);
        seen = outcome_of(*plan_.what);
        shared_->total = disarm();
        shared_->uses_codes = reported_operations() != 0;
        judge(plan_, seen);
        seen.text.copy(shared_->outcome, sizeof shared_->outcome - 1);
    }).join();
    if (!becomes([] { return ledger::open_count() == 0; }))
        violation(std::to_string(ledger::open_count()) + " descriptors are left open");
    else if (!becomes([=] { return usocket::test::open_descriptors() <= descriptors; }))
        violation("more descriptors are open than before");
    if (__lsan_do_recoverable_leak_check != nullptr && __lsan_do_recoverable_leak_check() != 0)
        violation("memory is lost");
    shared_->has_ended = true;
    ::_exit(0);
}

result running::end(int status, bool with_calls) {
    result made;
    made.story.assign(shared_->violations, std::min<std::size_t>(shared_->length, sizeof shared_->violations));
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        made.story += "it hangs; ";
    else if (WIFSIGNALED(status))
        made.story += "it was killed by " + std::string(::strsignal(WTERMSIG(status))) + "; ";
    else if (WEXITSTATUS(status) != 0 || !shared_->has_ended)
        made.story += "it exited with " + std::to_string(WEXITSTATUS(status)) + "; ";
    std::string errors(20000, '\0');
    ssize_t const size = ::pread(errors_, errors.data(), errors.size(), 0);
    errors.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    if (errors.find("runtime error:") != std::string::npos)
        made.story += "undefined behaviour; ";
    if (shared_->total.injected > most_faults && std::ranges::none_of(plan_.targets, may_repeat))
        made.story += "it tries again without a pause; ";
    made.passed = made.story.empty();
    made.story += shared_->outcome;
    if (!made.passed && !errors.empty())
        made.story += "\n" + errors;
    made.injected = shared_->total.injected;
    made.uses_codes = shared_->uses_codes;
    if (with_calls)
        made.calls.assign(shared_->log.begin(), shared_->log.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                           shared_->total.calls, shared_->log.size())));
    return made;
}

void running::complain(void* run, std::string_view what) noexcept { static_cast<shared*>(run)->complain(what); }

void violation(std::string_view what) noexcept {
    // Called where the library is in the middle of something: no lock, no allocation.
    if (void* const run = this_run.load())
        running::complain(run, what);
}

} // namespace torture
