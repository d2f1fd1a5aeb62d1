// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>

/// What the systems call the option that chooses how TCP avoids congestion; OpenBSD has none.
namespace usocket::platform {

#if defined TCP_CONGESTION
constexpr int congestion_control_option = TCP_CONGESTION;
#elif defined TCP_CONGCTL
constexpr int congestion_control_option = TCP_CONGCTL;
#else
constexpr int congestion_control_option = -1;
#endif

constexpr bool has_congestion_control = congestion_control_option >= 0;

} // namespace usocket::platform
