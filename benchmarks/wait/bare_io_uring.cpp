// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cstring>

#include <liburing.h>
#include <poll.h>

#include "wait/contender.hpp"
#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

/// A multishot poll for each member. Completions are taken from shared memory; the system is called only when there
/// are none. Makes no promise of level-triggered readiness: who does not read everything hears of it no more.
class bare_io_uring_program final : public timed_contender<bare_io_uring_program> {
public:
    ~bare_io_uring_program() override {
        if (open_)
            ::io_uring_queue_exit(&ring_);
    }

    [[nodiscard]] std::uint16_t listen(std::size_t members) override {
        io_uring_params params{};
        params.flags = IORING_SETUP_CQSIZE | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
        params.cq_entries = static_cast<unsigned>(std::bit_ceil(std::max<std::size_t>(2 * members, 4096)));
        if (int const error = ::io_uring_queue_init_params(256, &ring_, &params); error < 0)
            throw left_out{std::string("the system refuses io_uring: ") + std::strerror(-error)};
        open_ = true;
        members_.reserve(members);
        return listener_.open();
    }
    void accept() override {
        members_.push_back(listener_.accept());
        arm(members_.size() - 1);
    }

    void take_with(std::size_t count, auto& watch) {
        for (std::size_t taken = 0; taken < count;) {
            io_uring_cqe* first = nullptr;
            watch.start();
            int const error = ::io_uring_wait_cqe(&ring_, &first);
            watch.stop();
            if (error != 0)
                peer::give_up("io_uring_wait_cqe");
            unsigned head = 0;
            unsigned seen = 0;
            io_uring_cqe* completion = nullptr;
            io_uring_for_each_cqe(&ring_, head, completion) {
                ++seen;
                taken += read(completion->user_data);
                if ((completion->flags & IORING_CQE_F_MORE) == 0)
                    arm(completion->user_data);
            }
            ::io_uring_cq_advance(&ring_, seen);
        }
    }

private:
    void arm(std::size_t member) {
        io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
        ::io_uring_prep_poll_multishot(entry, members_[member], POLLIN);
        ::io_uring_sqe_set_data64(entry, member);
        if (::io_uring_submit(&ring_) != 1)
            peer::give_up("io_uring_submit");
    }
    /// A completion may tell of input that is read already.
    std::size_t read(std::size_t member) {
        char buffer[buffer_size];
        ssize_t const size = ::recv(members_[member], buffer, sizeof buffer, MSG_DONTWAIT);
        if (size != 1 && (size >= 0 || errno != EAGAIN))
            peer::give_up("recv");
        return size == 1 ? 1 : 0;
    }

    bare_listener listener_;
    io_uring ring_{};
    bool open_ = false;
    std::vector<int> members_;
};

} // namespace

entry bare_io_uring() {
    return {"bare io_uring", []() -> std::unique_ptr<contender> { return std::make_unique<bare_io_uring_program>(); }};
}

} // namespace wait_bench
