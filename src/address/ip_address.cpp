// SPDX-License-Identifier: MIT
#include <usocket/ip_address.hpp>

#include <ostream>

namespace usocket {

std::ostream& operator<<(std::ostream& stream, ip_address const& address) {
    ip_address::text_buffer buffer;
    return stream << address.to_chars(buffer);
}

} // namespace usocket
