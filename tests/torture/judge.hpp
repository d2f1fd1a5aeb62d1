// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>

#include "torture/run.hpp"

namespace torture {

/// How a scenario ended.
struct outcome {
    enum class kind { success, condition, no_memory, unexpected_input, mismatch, other };
    kind what = kind::success;
    std::string text{};
    std::error_code code{};
    std::vector<std::error_code> reasons{}; ///< Of a connect, each address's.
    std::string operation{};
    bool is_code_alone = false; ///< By the form that raises nothing.
};

[[nodiscard]] outcome outcome_of(scenario const& which);

/// Reports what must not have come of these faults.
void judge(plan const& which, outcome const& seen);

} // namespace torture
