// SPDX-License-Identifier: MIT
#include "wait/contender.hpp"

namespace wait_bench {

entry asio_sockets() { return {"Asio async_wait", nullptr, "Asio was not there when this was built"}; }

} // namespace wait_bench
