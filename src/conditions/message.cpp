// SPDX-License-Identifier: MIT
#include "conditions/message.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <ratio>
#include <utility>
#include <vector>

namespace usocket::detail {

namespace {

/// What the code means, with the system's own words where they say more: a class often stands for several codes.
std::string cause_of(std::error_code const& code) {
    auto const value = classify(code);
    std::string text(describe(value));
    if (code.category() == usocket_category())
        return text;
    if (value == errc::unknown || value == errc::ns_unknown)
        return text + ": " + code.message() + " (" + code.category().name() + ':' + std::to_string(code.value()) + ')';

    auto const usual = usocket_category().default_error_condition(static_cast<int>(value));
    if (usual.category() == std::generic_category() && code.default_error_condition() != usual)
        text += ": " + code.message();
    return text;
}

// ---- where
// -----------------------------------------------------------------------------------------------------------

struct wording {
    std::string_view word;
    std::string_view preposition;
};

/// A word in the name of an operation, and how that operation stands to its peer. "on" is said of our own side.
constexpr wording wordings[] = {
    {"connect", " to "}, {"send", " to "},   {"write", " to "},  {"flush", " to "}, {"receive", " from "},
    {"read", " from "},  {"listen", " on "}, {"accept", " on "}, {"bind", " on "},  {"option", " on "},
};

std::string_view preposition_of(std::string_view operation) {
    while (!operation.empty()) {
        auto const end = std::min(operation.find('_'), operation.size());
        auto const row = std::ranges::find(wordings, operation.substr(0, end), &wording::word);
        if (row != std::end(wordings))
            return row->preposition;
        operation.remove_prefix(std::min(end + 1, operation.size()));
    }
    return {};
}

/// The host as the caller named it, with the port of `where`; else `where` itself.
std::string place_of(std::string_view host, endpoint const& where) {
    if (where.type() == endpoint::kind::local_unnamed)
        return "an unnamed local socket";
    if (host.empty() || where.is_local())
        return where.to_string();
    if (!where.is_ip())
        return std::string(host);
    auto const port = ':' + std::to_string(where.port());
    if (host.find(':') != host.npos)
        return '[' + std::string(host) + ']' + port;
    return std::string(host) + port;
}

void append_where(std::string& text, condition_info const& info) {
    auto preposition = preposition_of(info.operation);
    auto const ours = preposition == " on " || info.remote.type() == endpoint::kind::none;
    auto const known = ours && info.local.type() != endpoint::kind::none;
    auto const place = place_of(info.host_or_ip, known ? info.local : info.remote);
    if (place.empty())
        return;
    if (info.host_or_ip.empty() && known)
        preposition = " on ";
    else if (preposition.empty())
        preposition = info.host_or_ip.empty() ? " with " : " "; // "get_host_by_name example.test"
    if (!text.empty())
        text += preposition;
    text += place;
}

// ---- how it went
// -----------------------------------------------------------------------------------------------------

/// Names have a few addresses; a long list comes from many restarts, and attempts() has all of it.
constexpr std::size_t max_attempts_shown = 8;

/// " (127.0.0.1, ::1)", each with its reason unless that is `cause` for all. Nothing for the one address that was asked
/// for and so is named already.
void append_attempts(std::string& text, condition_info const& info, std::string const& cause) {
    auto const attempts = info.attempts;
    if (attempts.empty())
        return;
    auto const same_port = std::ranges::all_of(attempts, [&](connect_attempt const& attempt) {
        return attempt.remote.is_ip() && attempt.remote.port() == attempts.front().remote.port();
    });
    std::vector<std::string> reasons;
    for (auto const& attempt : attempts)
        reasons.push_back(cause_of(attempt.reason));
    auto const same_reason = std::ranges::all_of(reasons, [&](std::string const& reason) { return reason == cause; });

    auto const name_of = [&](endpoint const& remote) {
        return same_port ? remote.address().to_string() : remote.to_string();
    };
    if (attempts.size() == 1 && same_reason) {
        auto const name = name_of(attempts.front().remote);
        if (name == info.host_or_ip || (info.host_or_ip.empty() && attempts.front().remote == info.remote))
            return;
    }
    auto const shown = std::min(attempts.size(), max_attempts_shown);
    for (std::size_t i = 0; i != shown; ++i) {
        text += i == 0 ? " (" : ", ";
        text += name_of(attempts[i].remote);
        if (!same_reason)
            text += ": " + reasons[i];
    }
    if (shown != attempts.size())
        text += " and " + std::to_string(attempts.size() - shown) + " more";
    text += ')';
}

/// "250 us", "250 ms", "2.5 s".
std::string duration_text(std::chrono::nanoseconds length) {
    using namespace std::chrono;
    length = std::clamp(length, nanoseconds::zero(), nanoseconds::max() - 1s); // rounding up must not overflow
    if (length < 1ms)
        return std::to_string(duration_cast<microseconds>(length).count()) + " us";
    if (auto const rounded = round<milliseconds>(length); rounded < 1s)
        return std::to_string(rounded.count()) + " ms";
    auto const tenths = round<duration<std::int64_t, std::deci>>(length).count();
    auto text = std::to_string(tenths / 10);
    if (tenths % 10 != 0)
        text += '.' + std::to_string(tenths % 10);
    return text + " s";
}

/// Control characters as \xNN: a message stays one line, whatever was passed as a host or a path.
std::string printable(std::string text) {
    auto const is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::none_of(text, is_control))
        return text;
    constexpr char digits[] = "0123456789abcdef";
    std::string result;
    for (char const c : text) {
        if (is_control(c))
            result += {'\\', 'x', digits[c >> 4], digits[c & 15]};
        else
            result += c;
    }
    return result;
}

} // namespace

std::string compose_message(condition_info const& info) {
    std::string text(info.operation);
    append_where(text, info);
    if (!text.empty())
        text += ": ";

    auto const cause = cause_of(info.code);
    text += cause;
    if (!info.feature.empty())
        (text += ": ") += info.feature;
    if (!info.minimum.empty())
        ((text += " (needs ") += info.minimum) += ')';
    if (!info.detail.empty())
        (text += ": ") += info.detail;
    append_attempts(text, info, cause);

    if (info.bytes_transferred != 0) {
        text += ", " + std::to_string(info.bytes_transferred);
        text += info.bytes_transferred == 1 ? " octet transferred" : " octets transferred";
    }
    auto const value = classify(info.code);
    if (info.elapsed && (value == errc::timeout || value == errc::deadline_timeout || value == errc::interrupted))
        text += " after " + duration_text(*info.elapsed);
    return printable(std::move(text));
}

} // namespace usocket::detail
