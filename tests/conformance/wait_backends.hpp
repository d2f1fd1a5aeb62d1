// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/wait.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace usocket::test {

/// The backends that this build and system have.
inline std::vector<backend> supported_backends() {
    std::vector<backend> all{backend::select, backend::poll,    backend::epoll,
                             backend::kqueue, backend::wsapoll, backend::io_uring};
    std::erase_if(all, [](backend which) { return !supports(which); });
    return all;
}

inline std::string backend_name(testing::TestParamInfo<backend> const& info) {
    switch (info.param) {
    case backend::native:
        return "native";
    case backend::select:
        return "select";
    case backend::poll:
        return "poll";
    case backend::epoll:
        return "epoll";
    case backend::kqueue:
        return "kqueue";
    case backend::wsapoll:
        return "wsapoll";
    case backend::io_uring:
        return "io_uring";
    }
    return "unknown";
}

/// A list of the backend under test, and waits that cannot hang a test.
class wait_test : public testing::TestWithParam<backend> {
protected:
    using sockets = std::vector<usocket*>;

    [[nodiscard]] static wait_list make_list(std::vector<usocket*> members = {}) {
        return make_wait_list(members, {.backend = GetParam()});
    }

    /// Who is ready now, sorted.
    [[nodiscard]] static sockets ready_now(wait_list& list) { return ready_within(list, std::chrono::seconds(0)); }

    /// Who is ready, waiting for the first if need be; empty when none is for long.
    [[nodiscard]] static sockets ready(wait_list& list) { return ready_within(list, std::chrono::seconds(20)); }

    [[nodiscard]] static sockets ready_within(wait_list& list, time_limit timeout) {
        auto const result = wait_for_input(list, {.timeout = timeout, .ready_only = true});
        sockets found(result.sockets.begin(), result.sockets.end());
        std::sort(found.begin(), found.end());
        return found;
    }

    /// So many sockets, or as many as the backend surely takes where it takes only low handles.
    [[nodiscard]] static std::size_t many(std::size_t wanted) {
        return GetParam() == backend::select ? std::min<std::size_t>(wanted, 800) : wanted;
    }

    [[nodiscard]] static sockets sorted(sockets list) {
        std::sort(list.begin(), list.end());
        return list;
    }
};

} // namespace usocket::test
