// SPDX-License-Identifier: MIT
#include "wait/writer.hpp"

#include <sys/resource.h>

#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

class plain_writer final : public writer {
public:
    ~plain_writer() override {
        for (int const descriptor : ends_)
            ::close(descriptor);
    }

    void add(int descriptor) override { ends_.push_back(descriptor); }
    void write(std::size_t member) override {
        if (::send(ends_[member], "x", 1, MSG_NOSIGNAL) != 1)
            peer::give_up("send");
    }
    void write_all() override {
        for (std::size_t member = 0; member < ends_.size(); ++member)
            write(member);
    }

private:
    std::vector<int> ends_;
};

} // namespace

std::unique_ptr<writer> make_writer(std::size_t members) {
    if (auto ring = make_ring_writer(members))
        return ring;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (2 * members + 64 > limit.rlim_cur)
        throw left_out{"both ends of so many connections take more descriptors than a process may have (" +
                       std::to_string(limit.rlim_cur) + "), and no io_uring can hold one end"};
    return std::make_unique<plain_writer>();
}

} // namespace wait_bench
