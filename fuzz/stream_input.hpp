// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "input.hpp"

/// What a stream may carry, and how much of it at a time.
namespace fuzz {

/// Numbers, words and lines, and any octets between them.
[[nodiscard]] inline std::string text_of(input& in, std::size_t parts) {
    std::string text;
    for (; parts != 0 && text.size() < 200'000; --parts) {
        auto const octet = in.octet();
        switch (octet % 6) {
        case 0:
            text += '\n';
            break;
        case 1:
            text.append(in.number(2), 'w').append(" ");
            break;
        case 2:
            text.append(std::to_string(static_cast<std::int32_t>(in.number(4)))).append(" ");
            break;
        default:
            text += in.text(octet / 6U);
        }
    }
    return text;
}

/// Mostly small, seldom large enough for the buffers' special cases.
[[nodiscard]] inline std::size_t size_of(input& in) {
    auto const octet = in.octet();
    return octet < 192 ? octet : octet < 240 ? in.number(2) % 9000 : in.number(3) % 150'000;
}

} // namespace fuzz
