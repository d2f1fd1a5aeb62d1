// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The text that an HTTP file server reads and writes.

/// "a%20b" -> "a b". Unset where a percent sign is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// "a b" -> "a%20b": all but letters, digits, "-._~" and the slash.
[[nodiscard]] std::string percent_encode(std::string_view path);

/// "<b>" -> "&lt;b&gt;", and quotes and ampersands as well.
[[nodiscard]] std::string escape_html(std::string_view text);

/// ".html" -> "text/html; charset=utf-8". What is not known is octets, which browsers save rather than show.
[[nodiscard]] std::string_view content_type(std::string_view extension);
