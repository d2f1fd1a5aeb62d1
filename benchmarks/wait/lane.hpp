// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "contest/child.hpp"
#include "wait/contender.hpp"
#include "wait/rounds.hpp"

namespace wait_bench {

/// A contender at work in a process of its own, which runs only while it is asked to: so each has all the descriptors
/// that a process may have, and finds the caches as cold as the others do. A process that dies or does not answer ends
/// the program.
class lane {
public:
    lane(entry const& who, std::size_t members);

    /// Why it cannot take part; empty if it does.
    [[nodiscard]] std::string const& why_not() const noexcept { return why_not_; }
    [[nodiscard]] std::string_view name() const noexcept { return name_; }

    [[nodiscard]] figures run(scenario, nanoseconds budget);

private:
    struct order;
    struct answer;

    static void serve(contest::channel orders, entry const& who, std::size_t members);
    void expect(answer&);
    [[noreturn]] void fail(std::string_view what);

    std::string_view name_;
    std::size_t members_;
    std::string why_not_;
    std::optional<contest::child> process_;
};

} // namespace wait_bench
