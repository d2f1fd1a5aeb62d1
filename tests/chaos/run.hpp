// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <sys/types.h>

#include "chaos/scenario.hpp"

namespace chaos {

/// One scenario with one seed over one family.
struct plan {
    scenario what;
    family of = family::v4;
    std::uint64_t seed = 1;
};

/// A run in a process of its own, with which its networks go, whatever becomes of it.
class running {
public:
    explicit running(plan of);
    ~running();
    running(running const&) = delete;
    running& operator=(running const&) = delete;

    [[nodiscard]] pid_t process() const noexcept { return process_; }
    [[nodiscard]] plan const& of() const noexcept { return of_; }
    [[nodiscard]] figures const& counts() const noexcept { return *counts_; }
    [[nodiscard]] std::chrono::milliseconds duration() const;
    /// What was wrong; empty where nothing was.
    [[nodiscard]] std::string story(int status) const;

private:
    plan of_;
    figures* counts_;
    pid_t process_;
    steady::time_point start_ = steady::now();
};

} // namespace chaos
