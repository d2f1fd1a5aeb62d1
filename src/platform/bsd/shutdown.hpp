// SPDX-License-Identifier: MIT
#pragma once

#include "platform/platform.hpp"

/// macOS shuts down what is connected, and nothing else: whoever is blocked in an accept stays there; of the BSDs no
/// manual promises more. So listeners that were shut down are noted here, by their numbers, and accept() looks.
namespace usocket::platform {

[[nodiscard]] bool is_shut_down(handle listener) noexcept;
/// The number is a new socket's.
void forget_shut_down(handle) noexcept;

} // namespace usocket::platform
