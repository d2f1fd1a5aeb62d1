// SPDX-License-Identifier: MIT
#include "races/ledger.hpp"
#include "torture/ledger.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>

#include "races/round.hpp"
#include "torture/verdict.hpp"

namespace races::ledger {
namespace {

struct entry {
    std::atomic<std::uint32_t> generation{0}; ///< Odd while the library has it open.
    std::atomic<int> calls{0};                ///< On it, now,
    std::atomic<char const*> last{nullptr};   ///< of which this began last.
};

std::array<entry, 4096> entries; // NOLINT
std::atomic<int> open_now{0};
std::atomic<std::uint64_t> round_seed{1};
std::atomic<std::uint64_t> thread_number{0};
thread_local int tolerant = 0;

entry& at(int descriptor) noexcept {
    if (descriptor < 0 || static_cast<std::size_t>(descriptor) >= entries.size())
        std::abort(); // a leak, or a library that calls with what is no descriptor
    return entries[static_cast<std::size_t>(descriptor)];
}

bool is_poll(std::string_view call) noexcept { return call == "poll" || call == "ppoll" || call == "pselect"; }

void complain(int descriptor, char const* call, char const* what) {
    int const kept = errno;
    torture::violation(std::string(call) + " on descriptor " + std::to_string(descriptor) + what);
    errno = kept;
}

/// Between taking a descriptor and using it, and between using it and letting go.
void linger() noexcept {
    thread_local std::uint64_t seen = 0;
    thread_local chance random(0);
    std::uint64_t const seed = round_seed.load(std::memory_order_relaxed);
    if (seen != seed) {
        seen = seed;
        random = chance(seed + thread_number.fetch_add(1, std::memory_order_relaxed));
    }
    int const kept = errno;
    pause(random);
    errno = kept;
}

void opened(int descriptor, char const* call) {
    entry& here = at(descriptor);
    if (here.generation.fetch_add(1, std::memory_order_relaxed) % 2 != 0)
        complain(descriptor, call, ", which was closed by others than the library");
    open_now.fetch_add(1, std::memory_order_relaxed);
}

} // namespace

void begin(std::uint64_t seed) noexcept {
    thread_number.store(0, std::memory_order_relaxed);
    round_seed.store(seed, std::memory_order_relaxed);
}

closing_during_polls::closing_during_polls() noexcept { ++tolerant; }
closing_during_polls::~closing_during_polls() { --tolerant; }

void print_calls(std::FILE* out) noexcept {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        int const calls = entries[i].calls.load(std::memory_order_relaxed);
        if (calls > 0)
            std::fprintf(out, "    descriptor %zu: %d calls, the last to begin was %s\n", i, calls,
                         entries[i].last.load(std::memory_order_relaxed));
    }
}

} // namespace races::ledger

/// What the wrapped calls tell.
namespace torture::ledger {

using namespace races::ledger;

int opened(int descriptor, std::string_view call) {
    if (descriptor < 0)
        return descriptor;
    std::string const name(call);
    if ((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0)
        complain(descriptor, name.c_str(), ", which child processes would inherit");
    races::ledger::opened(descriptor, name.c_str());
    return descriptor;
}

void opened_as_it_is(int descriptor) { races::ledger::opened(descriptor, "opening"); }

use::use(int on_descriptor, char const* by_call) noexcept : descriptor(on_descriptor), call(by_call) {
    auto& here = at(descriptor);
    if (tolerant == 0 || !is_poll(call)) {
        generation = here.generation.load(std::memory_order_relaxed);
        if (generation % 2 == 0)
            complain(descriptor, call, ", which the library does not have open");
    }
    here.last.store(call, std::memory_order_relaxed);
    here.calls.fetch_add(1, std::memory_order_relaxed);
    linger();
}

use::~use() {
    linger();
    auto& here = at(descriptor);
    here.calls.fetch_sub(1, std::memory_order_relaxed);
    // Even: closed before already, or a poll that may have what is closed.
    if (generation % 2 != 0 && here.generation.load(std::memory_order_relaxed) != generation)
        complain(descriptor, call, ", which was closed meanwhile");
}

bool closed(int descriptor, std::string_view call) {
    std::string const name(call);
    auto& here = at(descriptor);
    auto generation = here.generation.load(std::memory_order_relaxed);
    linger();
    if (generation % 2 == 0 ||
        !here.generation.compare_exchange_strong(generation, generation + 1, std::memory_order_relaxed)) {
        complain(descriptor, name.c_str(), ", which the library does not have open");
        return false;
    }
    open_now.fetch_sub(1, std::memory_order_relaxed);
    return true;
}

std::size_t open_count() { return static_cast<std::size_t>(open_now.load(std::memory_order_relaxed)); }

} // namespace torture::ledger
