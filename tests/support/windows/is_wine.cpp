// SPDX-License-Identifier: MIT
#include "support/system_traits.hpp"

// In a file of its own, for it defines macros by the names of what tests have: near, far.
#include <windows.h>

namespace usocket::test {

bool is_wine() noexcept { return ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr; }

} // namespace usocket::test
