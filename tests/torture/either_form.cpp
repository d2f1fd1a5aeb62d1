// SPDX-License-Identifier: MIT
#include "torture/either_form.hpp"

#include <atomic>

namespace torture {
namespace {

constinit std::atomic<bool> by_code{false};
constinit std::atomic<std::size_t> reported{0};

} // namespace

bool reports_by_code() noexcept { return by_code; }
void report_by_code(bool whether) noexcept { by_code = whether; }
std::size_t reported_operations() noexcept { return reported; }
void count_reported_operation() noexcept { ++reported; }

} // namespace torture
