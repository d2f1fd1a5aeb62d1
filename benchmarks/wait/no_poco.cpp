// SPDX-License-Identifier: MIT
#include "wait/contender.hpp"

namespace wait_bench {

entry poco() { return {"POCO PollSet", nullptr, "POCO was not there when this was built"}; }

} // namespace wait_bench
