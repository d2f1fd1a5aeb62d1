// SPDX-License-Identifier: MIT
#include <algorithm>

#include <sys/select.h>

#include "wait/contender.hpp"
#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

class bare_select_program final : public timed_contender<bare_select_program> {
public:
    [[nodiscard]] std::uint16_t listen(std::size_t members) override {
        if (members >= FD_SETSIZE)
            throw left_out{"select takes only descriptors below " + std::to_string(FD_SETSIZE)};
        members_.reserve(members);
        return listener_.open();
    }
    void accept() override {
        int const descriptor = listener_.accept();
        if (descriptor >= FD_SETSIZE)
            throw left_out{"select takes only descriptors below " + std::to_string(FD_SETSIZE)};
        members_.push_back(descriptor);
        FD_SET(descriptor, &all_);
        highest_ = std::max(highest_, descriptor);
    }

    void take_with(std::size_t count, auto& watch) {
        for (std::size_t taken = 0; taken < count;) {
            watch.start();
            fd_set found = all_;
            int const ready = ::select(highest_ + 1, &found, nullptr, nullptr, nullptr);
            watch.stop();
            if (ready < 0)
                peer::give_up("select");
            taken += static_cast<std::size_t>(ready);
            int left = ready;
            for (int const* member = members_.data(); left != 0; ++member) {
                if (FD_ISSET(*member, &found)) {
                    read_octet(*member);
                    --left;
                }
            }
        }
    }

private:
    bare_listener listener_;
    std::vector<int> members_;
    fd_set all_{};
    int highest_ = -1;
};

} // namespace

entry bare_select() {
    return {"bare select", []() -> std::unique_ptr<contender> { return std::make_unique<bare_select_program>(); }};
}

} // namespace wait_bench
