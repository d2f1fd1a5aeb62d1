// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace usocket::test {

/// Lets this process open `wanted` descriptors, or as many as it may have; how many that is.
inline std::size_t allow_descriptors(std::size_t wanted) {
    rlimit limit{};
    auto const most = static_cast<rlim_t>(wanted); // signed on some systems
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < most) {
        limit.rlim_cur = std::min(most, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
        ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    return static_cast<std::size_t>(std::min(limit.rlim_cur, most));
}

/// Takes all free descriptors below a number while it lives.
class descriptors_taken {
public:
    explicit descriptors_taken(int below) {
        for (;;) {
            int const next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
            if (next < 0)
                break;
            taken_.push_back(next);
            if (next >= below)
                break;
        }
    }
    descriptors_taken(descriptors_taken const&) = delete;
    descriptors_taken& operator=(descriptors_taken const&) = delete;
    ~descriptors_taken() {
        for (int const one : taken_)
            ::close(one);
    }

private:
    std::vector<int> taken_;
};

} // namespace usocket::test
