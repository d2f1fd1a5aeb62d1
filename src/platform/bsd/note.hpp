// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>

#include <sys/socket.h>

#include "platform/datagram.hpp"

/// One note of a received message.
namespace usocket::platform {

template <class Info>
[[nodiscard]] Info info_in(cmsghdr const* note) noexcept {
    Info info{}; // the macro of some systems takes what can be written
    std::memcpy(&info, CMSG_DATA(const_cast<cmsghdr*>(note)), sizeof info);
    return info;
}

[[nodiscard]] inline std::uint8_t octet_in(cmsghdr const* note) noexcept {
    return note->cmsg_len >= CMSG_LEN(sizeof(int)) ? static_cast<std::uint8_t>(info_in<int>(note))
                                                   : info_in<std::uint8_t>(note);
}

/// The notes of IPv4, which differ by system: each has a file that defines it.
void read_v4_note(cmsghdr const* note, datagram_notes& notes) noexcept;

} // namespace usocket::platform
