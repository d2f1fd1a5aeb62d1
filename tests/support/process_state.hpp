// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <sys/resource.h>

/// What this process has and uses, as Linux tells it.
namespace usocket::test {

/// How many entries a folder has.
inline std::size_t entries_of(char const* folder) {
    std::size_t count = 0;
    std::error_code ec;
    for (std::filesystem::directory_iterator entry(folder, ec), end; !ec && entry != end; entry.increment(ec))
        ++count;
    return count;
}

/// Including the one that counting takes.
[[nodiscard]] inline std::size_t open_descriptors() { return entries_of("/proc/self/fd"); }
[[nodiscard]] inline std::size_t running_threads() { return entries_of("/proc/self/task"); }

[[nodiscard]] inline std::multiset<std::string> thread_names() {
    std::multiset<std::string> names;
    std::error_code ec;
    for (std::filesystem::directory_iterator entry("/proc/self/task", ec), end; !ec && entry != end;
         entry.increment(ec)) {
        std::string name;
        if (std::getline(std::ifstream(entry->path() / "comm"), name))
            names.insert(name);
    }
    return names;
}

/// The processor time that all threads have used.
[[nodiscard]] inline std::chrono::microseconds processor_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    auto const length = [](timeval const& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    return length(used.ru_utime) + length(used.ru_stime);
}

} // namespace usocket::test
