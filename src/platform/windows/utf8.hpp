// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace usocket::platform {

/// Text as the system's calls take it; what is no UTF-8 becomes U+FFFD. May raise std::bad_alloc.
[[nodiscard]] std::wstring to_wide(std::string_view text);
[[nodiscard]] std::string to_utf8(std::wstring_view text);

} // namespace usocket::platform
