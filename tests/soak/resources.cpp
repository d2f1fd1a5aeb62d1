// SPDX-License-Identifier: MIT
#include "resources.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include <malloc.h>

#include "support/process_state.hpp"

namespace soak {
namespace {

std::size_t resident_octets() {
    std::ifstream rollup("/proc/self/smaps_rollup");
    for (std::string word; rollup >> word;) {
        if (word == "Rss:") {
            std::size_t kibibytes = 0;
            rollup >> kibibytes;
            return kibibytes << 10;
        }
    }
    return 0;
}

/// What the samples have grown by from the first to the last, by the median of the slopes between any two of them: one
/// sample that is off does not matter.
double growth(std::vector<double> const& samples) {
    std::vector<double> slopes;
    for (std::size_t i = 0; i < samples.size(); ++i)
        for (std::size_t j = i + 1; j < samples.size(); ++j)
            slopes.push_back((samples[j] - samples[i]) / static_cast<double>(j - i));
    if (slopes.empty())
        return 0;
    auto const middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
    std::nth_element(slopes.begin(), middle, slopes.end());
    return *middle * static_cast<double>(samples.size() - 1);
}

void print(char const* when, resources const& one) {
    std::printf("%-12s %12zu %12zu %16zu %16zu\n", when, one.descriptors, one.threads, one.heap >> 10,
                one.resident >> 10);
}

} // namespace

resources measure() {
    auto const used = ::mallinfo2();
    return {
        .descriptors = usocket::test::open_descriptors(),
        .threads = usocket::test::running_threads(),
        .heap = used.uordblks + used.hblkhd,
        .resident = resident_octets(),
    };
}

resources measure_at_rest() {
    ::malloc_trim(0);
    return measure();
}

bool history::judge(bounds const& allowed) const {
    std::size_t const first = samples_.size() / 4;
    if (samples_.size() - first < 2)
        return verdict(false, "there are samples enough to judge");
    resources const& begin = samples_[first];
    resources const& end = samples_.back();
    std::printf("%-12s %12s %12s %16s %16s\n", "at rest", "descriptors", "threads", "in use (KiB)", "resident (KiB)");
    print("begin", samples_.front());
    print("steady", begin);
    print("end", end);
    std::vector<double> heap;
    std::vector<double> resident;
    for (std::size_t i = first; i < samples_.size(); ++i) {
        heap.push_back(static_cast<double>(samples_[i].heap));
        resident.push_back(static_cast<double>(samples_[i].resident));
    }
    double const heap_growth = growth(heap);
    double const resident_growth = growth(resident);
    std::printf("growth by the slope of %zu samples: %+.1f KiB in use, %+.1f KiB resident\n", heap.size(),
                heap_growth / 1024, resident_growth / 1024);
    bool good = verdict(end.descriptors <= begin.descriptors + allowed.descriptors, "descriptors are flat");
    good = verdict(end.threads <= begin.threads + allowed.threads, "threads are flat") && good;
    good = verdict(heap_growth <= static_cast<double>(allowed.heap), "memory in use is flat") && good;
    return verdict(resident_growth <= static_cast<double>(allowed.resident), "resident memory is flat") && good;
}

bool verdict(bool holds, std::string_view what) {
    std::printf("%s: %.*s\n", holds ? "good" : "FAILED", static_cast<int>(what.size()), what.data());
    std::fflush(stdout);
    return holds;
}

} // namespace soak
