// SPDX-License-Identifier: MIT
#include "server/contender.hpp"

namespace server_bench {

entry poco_server() { return {"POCO TCPServer", nullptr, "POCO was not there when this was built"}; }

} // namespace server_bench
