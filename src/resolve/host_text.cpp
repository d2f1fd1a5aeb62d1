// SPDX-License-Identifier: MIT
#include "resolve/host_text.hpp"

#include <algorithm>
#include <string>

#include "platform/platform.hpp"

namespace usocket::detail {

namespace {

constexpr std::size_t max_name_size = 253;
constexpr std::size_t max_label_size = 63;

bool is_decimal(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_blank_or_control(char c) noexcept { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }

/// Whether some resolver could take the last label of a name, and with it the whole, for a number.
bool is_numeric(std::string_view label) noexcept {
    if (label.starts_with("0x") || label.starts_with("0X"))
        return std::ranges::all_of(label.substr(2), [](char c) { return hex_digit(c) >= 0; });
    return std::ranges::all_of(label, is_decimal);
}

judged_text judge_scoped(std::string_view text) {
    auto const percent = text.find('%');
    auto const octets = parse_v6(text.substr(0, percent));
    if (!octets || percent == text.npos)
        return {{}, "it is no address in strict notation"};
    auto const scope = platform::interface_index(std::string(text.substr(percent + 1)));
    if (scope == 0)
        return {{}, "there is no such interface"};
    return {ip_address(*octets, scope), {}};
}

} // namespace

judged_text judge_host_text(std::string_view text) {
    if (text.empty())
        return {{}, "the name is empty"};
    if (std::ranges::any_of(text, is_blank_or_control))
        return {{}, "a name has no blank, NUL or other control character"};
    if (text.find_first_of(":%") != text.npos)
        return judge_scoped(text);

    if (text.ends_with('.')) // the root: the name is absolute
        text.remove_suffix(1);
    if (text.size() > max_name_size)
        return {{}, "a name has at most 253 characters"};
    for (auto rest = text;;) {
        auto const end = std::min(rest.find('.'), rest.size());
        auto const label = rest.substr(0, end);
        if (label.empty())
            return {{}, "a part of the name is empty"};
        if (label.size() > max_label_size)
            return {{}, "a part of a name has at most 63 characters"};
        if (end == rest.size())
            return is_numeric(label) ? judged_text{{}, "it is no address in strict notation"} : judged_text{};
        rest.remove_prefix(end + 1);
    }
}

} // namespace usocket::detail
