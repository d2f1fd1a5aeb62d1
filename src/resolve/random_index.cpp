// SPDX-License-Identifier: MIT
#include "resolve/random_index.hpp"

#include <chrono>
#include <exception>
#include <random>

namespace usocket::detail {

// Each number comes from the system itself: an engine of ours would repeat itself in the processes of a server that
// forks, and all of them would choose the same host. After a lookup the cost does not show.
std::size_t random_index(std::size_t count) {
    std::uniform_int_distribution<std::size_t> below(0, count - 1);
    try {
        std::random_device device;
        return below(device);
    } catch (std::exception const&) { // the system has none to give: any choice serves better than failing
        std::minstd_rand engine(
            static_cast<std::minstd_rand::result_type>(std::chrono::steady_clock::now().time_since_epoch().count()));
        return below(engine);
    }
}

} // namespace usocket::detail
