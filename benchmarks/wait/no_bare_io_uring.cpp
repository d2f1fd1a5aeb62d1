// SPDX-License-Identifier: MIT
#include "wait/contender.hpp"

namespace wait_bench {

entry bare_io_uring() { return {"bare io_uring", nullptr, "liburing was not there when this was built"}; }

} // namespace wait_bench
