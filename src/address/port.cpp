// SPDX-License-Identifier: MIT
#include <usocket/port.hpp>

namespace usocket {

void port::assign(std::string_view text) {
    bool const digits_only = text.find_first_not_of("0123456789") == std::string_view::npos;
    if (text.empty() || !digits_only) {
        service_ = text;
        valid_ = !text.empty();
        return;
    }
    unsigned value = 0;
    for (char const digit : text) {
        value = value * 10 + static_cast<unsigned>(digit - '0');
        if (value > UINT16_MAX) {
            valid_ = false;
            return;
        }
    }
    number_ = static_cast<std::uint16_t>(value);
}

} // namespace usocket
