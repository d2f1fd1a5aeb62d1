// SPDX-License-Identifier: MIT
#include "server/server.hpp"

namespace server_bench {

entry poco_server() { return {"POCO TCPServer", transport::tcp, nullptr, "POCO was not there when this was built"}; }

} // namespace server_bench
