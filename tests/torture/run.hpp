// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "torture/injector.hpp"
#include "torture/scenario.hpp"

namespace torture {

/// One scenario with faults; no fault for the clean run.
struct plan {
    scenario const* what = nullptr;
    std::vector<target> targets{};
    bool by_code = false; ///< Its operations take the form with a std::error_code.
};

/// What identifies a plan: "scenario[/code]:call#number:fault[:onwards][+call#number:fault...]".
[[nodiscard]] std::string token_of(plan const& which);
/// The plan of a token; without a scenario if there is none such.
[[nodiscard]] plan plan_of(std::string_view token);

[[nodiscard]] std::vector<scenario> const& all_scenarios();

/// What became of a run.
struct result {
    bool passed = false;
    std::string story{};              ///< Why it did not pass; for a replay, what it came to otherwise.
    std::vector<call_record> calls{}; ///< The calls that were made, of the clean run.
    std::size_t injected = 0;
    bool uses_codes = false; ///< An operation was given a std::error_code.
};

/// Runs happen in processes of their own, each with ten seconds to live.
class running {
public:
    running();
    running(running const&) = delete;
    running& operator=(running const&) = delete;
    ~running();

    void start(plan which);
    [[nodiscard]] pid_t process() const noexcept { return process_; }
    [[nodiscard]] plan const& current() const noexcept { return plan_; }
    /// Once the process has ended so.
    [[nodiscard]] result end(int status, bool with_calls);

    /// For violation().
    static void complain(void* run, std::string_view what) noexcept;

private:
    struct shared;
    [[noreturn]] void be_the_process() noexcept;

    shared* shared_ = nullptr;
    int errors_ = -1;
    pid_t process_ = 0;
    plan plan_{};
};

} // namespace torture
