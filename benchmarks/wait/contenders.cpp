// SPDX-License-Identifier: MIT
#include "wait/contender.hpp"

namespace wait_bench {

std::vector<entry> all_contenders() {
    std::vector<entry> all{bare_epoll(), bare_epoll_with_objects(), bare_io_uring(), bare_poll(), bare_select()};
    for (entry const& list : usocket_lists())
        all.push_back(list);
    all.insert(all.end(), {libuv(), asio_sockets(), poco()});
    return all;
}

} // namespace wait_bench
