// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>

namespace contest {

class command_line {
public:
    command_line(int count, char** words, char const* program, char const* usage)
        : rest_(words + 1, static_cast<std::size_t>(count - 1)), program_(program), usage_(usage) {}

    [[noreturn]] void refuse(std::string const& what) const {
        std::fprintf(stderr, "%s: %s\n%s", program_, what.c_str(), usage_);
        std::exit(2);
    }
    /// The next word, unset at the end.
    [[nodiscard]] std::optional<std::string_view> next() {
        if (rest_.empty())
            return std::nullopt;
        std::string_view const word = rest_.front();
        rest_ = rest_.subspan(1);
        return word;
    }
    /// The word after an option.
    [[nodiscard]] std::string_view value_of(std::string_view option) {
        auto const value = next();
        if (!value)
            refuse_option(option);
        return *value;
    }
    [[noreturn]] void refuse_option(std::string_view option) const { refuse("what is '" + std::string(option) + "'?"); }

private:
    std::span<char* const> rest_;
    char const* program_;
    char const* usage_;
};

inline std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> parts;
    for (;;) {
        std::size_t const comma = list.find(',');
        parts.push_back(list.substr(0, comma));
        if (comma == std::string_view::npos)
            return parts;
        list.remove_prefix(comma + 1);
    }
}

/// As many descriptors as this process may have; returns how many.
inline std::size_t take_all_descriptors() {
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
    return descriptors.rlim_cur;
}

} // namespace contest
