// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <ranges>

#include "torture/run.hpp"

namespace torture {
namespace {

constexpr std::string_view by_code_suffix = "/code";

/// Cuts `text` at the first `separator`, and gives what is before it.
std::string_view cut(std::string_view& text, char separator) {
    auto const end = std::min(text.find(separator), text.size());
    auto const head = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return head;
}

bool parse_target(std::string_view text, target& out) {
    auto const call = cut(text, '#');
    auto const number = cut(text, ':');
    auto const name = cut(text, ':');
    call.copy(out.call, sizeof out.call - 1);
    std::from_chars(number.data(), number.data() + number.size(), out.number);
    out.onwards = text == "onwards";
    for (auto const of : {subject::stream, subject::datagram, subject::other}) {
        for (fault const& each : faults_of(call, of)) {
            if (name_of(each) == name) {
                out.what = each;
                return out.number > 0;
            }
        }
    }
    return false;
}

} // namespace

std::string token_of(plan const& which) {
    std::string text(which.what->name);
    if (which.by_code)
        text += by_code_suffix;
    char separator = ':';
    for (target const& aim : which.targets) {
        text += separator;
        text += std::string(aim.call) + '#' + std::to_string(aim.number) + ':' + name_of(aim.what);
        if (aim.onwards)
            text += ":onwards";
        separator = '+';
    }
    return text;
}

plan plan_of(std::string_view token) {
    auto name = cut(token, ':');
    bool const by_code = name.ends_with(by_code_suffix);
    if (by_code)
        name.remove_suffix(by_code_suffix.size());
    auto const found = std::ranges::find(all_scenarios(), name, &scenario::name);
    if (found == all_scenarios().end())
        return {};
    plan made{.what = &*found, .targets = {}, .by_code = by_code};
    while (!token.empty()) {
        target aim;
        if (!parse_target(cut(token, '+'), aim))
            return {};
        made.targets.push_back(aim);
    }
    return made;
}

std::vector<scenario> const& all_scenarios() {
    static std::vector<scenario> const all = [] {
        std::vector<scenario> made;
        for (auto const& part : {connection_scenarios(), stream_scenarios(), datagram_scenarios(), option_scenarios(),
                                 wait_scenarios(), limit_scenarios(), server_scenarios()})
            made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return all;
}

} // namespace torture
