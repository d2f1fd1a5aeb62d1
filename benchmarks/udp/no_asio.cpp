// SPDX-License-Identifier: MIT
#include "udp/contender.hpp"

namespace udp_bench {

entry asio_single() { return {.name = "Asio send_to", .missing = "built without Asio (Debian: libasio-dev)"}; }

} // namespace udp_bench
