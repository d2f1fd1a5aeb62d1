// SPDX-License-Identifier: MIT
#include <usocket/host.hpp>

#include <ostream>

namespace usocket {

host::host(std::string_view text) {
    if (auto const address = ip_address::parse(text)) {
        kind_ = kind::address;
        address_ = *address;
    } else {
        kind_ = kind::name;
        name_ = text;
    }
}

host::host(char const* text) : host(text == nullptr ? std::string_view() : std::string_view(text)) {
    if (text == nullptr)
        kind_ = kind::invalid;
}

std::string host::to_string() const {
    switch (kind_) {
    case kind::name:
        return name_;
    case kind::invalid:
        return "(invalid)";
    case kind::wildcard:
    case kind::address:
        break;
    }
    return address_.to_string();
}

std::ostream& operator<<(std::ostream& stream, host const& value) { return stream << value.to_string(); }

} // namespace usocket
