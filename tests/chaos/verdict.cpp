// SPDX-License-Identifier: MIT
#include "chaos/verdict.hpp"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <unistd.h>

namespace chaos {
namespace {

figures* told = nullptr;
std::mutex guard;
std::string phase;

/// When the machine woke the sleeper, and how much too late.
struct beat {
    steady::time_point when;
    std::chrono::nanoseconds late;
};
std::mutex beats_guard;
std::deque<beat> late_beats;
steady::time_point next_beat = steady::time_point::max();

std::string milliseconds(std::chrono::nanoseconds length) {
    return std::to_string(std::chrono::duration<double, std::milli>(length).count()) + " ms";
}

} // namespace

void report_to(figures& where) noexcept { told = &where; }

void fail(std::string_view what) noexcept {
    std::unique_lock const lock(guard); // for good: the first one tells
    std::snprintf(told->story.data(), told->story.size(), "%s%s%.*s", phase.c_str(), phase.empty() ? "" : ": ",
                  static_cast<int>(what.size()), what.data());
    told->is_told = true;
    ::_exit(1);
}

void require(bool holds, std::string_view what) noexcept {
    ++told->checks;
    if (!holds)
        fail(what);
}

void doing(std::string_view what) {
    std::lock_guard const lock(guard);
    phase = what;
}

pulse::pulse()
    : thread_([](std::stop_token const& stop) {
          while (!stop.stop_requested()) {
              constexpr std::chrono::milliseconds rest{2};
              constexpr std::chrono::milliseconds worth_telling{1};
              auto const due = steady::now() + rest;
              {
                  std::lock_guard const lock(beats_guard);
                  next_beat = due;
              }
              std::this_thread::sleep_until(due);
              auto const now = steady::now();
              if (now - due > worth_telling) {
                  std::lock_guard const lock(beats_guard);
                  late_beats.push_back({now, now - due});
              }
          }
      }) {}

std::chrono::nanoseconds pulse::worst_since(steady::time_point when) {
    std::lock_guard const lock(beats_guard);
    std::chrono::nanoseconds worst = std::max(std::chrono::nanoseconds(0), steady::now() - next_beat);
    for (beat const& each : late_beats) {
        if (each.when >= when)
            worst = std::max(worst, each.late);
    }
    return worst;
}

std::chrono::nanoseconds waited_for_a_processor() {
    std::chrono::nanoseconds sum{0};
    std::error_code ec;
    for (std::filesystem::directory_iterator entry("/proc/self/task", ec), end; !ec && entry != end;
         entry.increment(ec)) {
        std::int64_t ran = 0;
        std::int64_t waited = 0;
        if (std::ifstream(entry->path() / "schedstat") >> ran >> waited)
            sum += std::chrono::nanoseconds(waited);
    }
    return sum;
}

void stopwatch::ended_within(std::chrono::nanoseconds limit, std::string_view what) const {
    auto const took = elapsed();
    auto const waited = std::max(std::chrono::nanoseconds(0), waited_for_a_processor() - waited_);
    auto const late = pulse::worst_since(start_) + waited;
    if (took > limit + tolerance + late)
        fail(std::string(what)
                 .append(" took ")
                 .append(milliseconds(took))
                 .append(", with a limit of ")
                 .append(milliseconds(limit))
                 .append(" on a machine that was ")
                 .append(milliseconds(late))
                 .append(" late itself"));
    ++told->checks;
}

void stopwatch::timed_out_after(std::chrono::nanoseconds limit, std::string_view what) const {
    if (elapsed() < limit)
        fail(std::string(what)
                 .append(" timed out early, after ")
                 .append(milliseconds(elapsed()))
                 .append(" of ")
                 .append(milliseconds(limit)));
    ended_within(limit, what);
}

} // namespace chaos
