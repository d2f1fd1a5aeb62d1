// SPDX-License-Identifier: MIT
#include "torture/injector.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

namespace torture {
namespace {

struct count {
    std::string_view call; // the wrapped functions' own literals
    int calls = 0;
};

struct state {
    std::mutex mutex{};
    std::array<count, 64> counts{};
    std::span<target const> targets{};
    std::array<int, 4> times{}; // that each target has happened
    std::span<call_record> log{};
    tally total{};
};

constinit state current;
constinit std::atomic<bool> armed{false};
constinit thread_local int exempt = 0;

int next_number(std::string_view call) noexcept {
    auto* const found = std::ranges::find_if(
        current.counts, [&](count const& entry) { return entry.call.empty() || entry.call == call; });
    found->call = call;
    return ++found->calls;
}

/// Datagrams, say, have no short counts.
bool may_have(subject of, effect what) noexcept {
    return of == subject::stream || (what != effect::one_octet && what != effect::all_but_one);
}

bool hits(target const& aim, std::string_view call, subject of, int number, int times) noexcept {
    if (call != aim.call || !may_have(of, aim.what.effect))
        return false;
    return aim.onwards ? number >= aim.number && times < repetitions_of(call, aim.what) : number == aim.number;
}

} // namespace

void arm(std::span<target const> targets, std::span<call_record> log) {
    std::lock_guard const lock(current.mutex);
    current.counts = {};
    current.targets = targets.first(std::min(targets.size(), current.times.size()));
    current.times = {};
    current.log = log;
    current.total = {};
    armed = true;
}

tally disarm() {
    std::lock_guard const lock(current.mutex);
    armed = false;
    return current.total;
}

fault const* on_call(std::string_view call, subject of) noexcept {
    if (!armed.load(std::memory_order_relaxed) || exempt != 0)
        return nullptr;
    std::lock_guard const lock(current.mutex);
    int const number = next_number(call);
    if (current.total.calls < current.log.size()) {
        call_record& record = current.log[current.total.calls];
        record = {};
        call.copy(record.name, sizeof record.name - 1);
        record.number = number;
        record.of = of;
    }
    ++current.total.calls;
    for (std::size_t i = 0; i < current.targets.size(); ++i) {
        if (hits(current.targets[i], call, of, number, current.times[i])) {
            ++current.times[i];
            ++current.total.injected;
            return &current.targets[i].what;
        }
    }
    return nullptr;
}

unharmed::unharmed() noexcept { ++exempt; }
unharmed::~unharmed() { --exempt; }

} // namespace torture
