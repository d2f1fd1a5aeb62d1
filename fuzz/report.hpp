// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// How a fuzz target says that the library did what it must not do.
namespace fuzz {

/// Text as it can be written into a string literal.
[[nodiscard]] inline std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        auto const octet = static_cast<unsigned char>(c);
        if (octet >= ' ' && octet < 0x7f && c != '"' && c != '\\') {
            out += c;
            continue;
        }
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\%03o", octet);
        out += escape;
    }
    return out += '"';
}

[[noreturn]] inline void fail(std::string_view what, std::string_view about = {}) {
    std::string const line = std::string("FOUND: ").append(what).append(about.empty() ? "" : ": ").append(about);
    std::fprintf(stderr, "%s\n", line.c_str());
    std::abort();
}

inline void require(bool holds, char const* what) {
    if (!holds) [[unlikely]]
        fail(what);
}

/// `about` is called only for a report.
template <class About>
void require(bool holds, char const* what, About about) {
    if (!holds) [[unlikely]]
        fail(what, about());
}

} // namespace fuzz
