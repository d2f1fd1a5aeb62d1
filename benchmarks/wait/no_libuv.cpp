// SPDX-License-Identifier: MIT
#include "wait/contender.hpp"

namespace wait_bench {

entry libuv() { return {"libuv uv_poll_t", nullptr, "libuv was not there when this was built"}; }

} // namespace wait_bench
