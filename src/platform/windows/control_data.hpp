// SPDX-License-Identifier: MIT
#pragma once

#include "platform/windows/winsock.hpp"

/// Options and notes of datagrams that only newer headers name; each number is that of both levels, IPv4's and IPv6's.
namespace usocket::platform {

inline constexpr int hop_limit_note = 21;        // IP_HOPLIMIT, IPV6_HOPLIMIT: the option as well
inline constexpr int traffic_class_note = 39;    // IPV6_TCLASS
inline constexpr int receive_traffic_class = 40; // IP_RECVTOS, IPV6_RECVTCLASS

} // namespace usocket::platform
