// SPDX-License-Identifier: MIT
#include <poll.h>

#include "wait/contender.hpp"
#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

class bare_poll_program final : public timed_contender<bare_poll_program> {
public:
    [[nodiscard]] std::uint16_t listen(std::size_t members) override {
        members_.reserve(members);
        return listener_.open();
    }
    void accept() override { members_.push_back({.fd = listener_.accept(), .events = POLLIN, .revents = 0}); }

    void take_with(std::size_t count, auto& watch) {
        for (std::size_t taken = 0; taken < count;) {
            watch.start();
            int const ready = ::poll(members_.data(), members_.size(), -1);
            watch.stop();
            if (ready < 0)
                peer::give_up("poll");
            taken += static_cast<std::size_t>(ready);
            int left = ready;
            for (pollfd const* member = members_.data(); left != 0; ++member) {
                if (member->revents != 0) {
                    read_octet(member->fd);
                    --left;
                }
            }
        }
    }

private:
    bare_listener listener_;
    std::vector<pollfd> members_;
};

} // namespace

entry bare_poll() {
    return {"bare poll", []() -> std::unique_ptr<contender> { return std::make_unique<bare_poll_program>(); }};
}

} // namespace wait_bench
