// SPDX-License-Identifier: MIT
#include "http_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace {

using namespace std::string_view_literals;

constexpr std::array<std::pair<std::string_view, std::string_view>, 15> content_types{{
    {".css", "text/css; charset=utf-8"},
    {".csv", "text/csv; charset=utf-8"},
    {".gif", "image/gif"},
    {".htm", "text/html; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".jpeg", "image/jpeg"},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".md", "text/plain; charset=utf-8"},
    {".pdf", "application/pdf"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".xml", "application/xml"},
}};

bool is_plain(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9') ||
           "-._~/"sv.find(octet) != std::string_view::npos;
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        auto const digits = text.substr(i + 1, 2);
        unsigned char octet = 0;
        auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), octet, 16);
        if (digits.size() < 2 || error != std::errc() || end != digits.data() + 2)
            return std::nullopt;
        decoded += static_cast<char>(octet);
        i += 2;
    }
    return decoded;
}

std::string percent_encode(std::string_view path) {
    constexpr auto digits = "0123456789ABCDEF"sv;
    std::string encoded;
    for (char const octet : path) {
        if (is_plain(octet)) {
            encoded += octet;
            continue;
        }
        auto const value = static_cast<unsigned char>(octet);
        encoded += {'%', digits[value >> 4U], digits[value & 15U]};
    }
    return encoded;
}

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (char const octet : text) {
        switch (octet) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += octet;
        }
    }
    return escaped;
}

std::string_view content_type(std::string_view extension) {
    auto const* const found = std::find_if(content_types.begin(), content_types.end(),
                                           [&](auto const& each) { return each.first == extension; });
    return found == content_types.end() ? "application/octet-stream"sv : found->second;
}
