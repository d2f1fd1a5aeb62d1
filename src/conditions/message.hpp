// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <usocket/conditions.hpp>

namespace usocket::detail {

/// The sentence of a condition, on one line:
/// `operation[ to|from|on peer]: cause[: detail][ (attempts)][, N octets transferred][ after 2.5 s]`.
[[nodiscard]] std::string compose_message(condition_info const& info);

} // namespace usocket::detail
