// SPDX-License-Identifier: MIT
#include "udp/contender.hpp"

namespace udp_bench {

entry libuv_single() { return {.name = "libuv uv_udp_t", .missing = "built without libuv (Debian: libuv1-dev)"}; }

} // namespace udp_bench
