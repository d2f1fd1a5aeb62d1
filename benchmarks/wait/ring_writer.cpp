// SPDX-License-Identifier: MIT
#include <algorithm>

#include <liburing.h>

#include "wait/sockets.hpp"
#include "wait/writer.hpp"

namespace wait_bench {
namespace {

constexpr unsigned ring_size = 128;

/// Keeps the ends as registered files, and closes their descriptors. A write is one system call, done when it returns.
class ring_writer final : public writer {
public:
    ~ring_writer() override {
        if (open_)
            ::io_uring_queue_exit(&ring_);
    }

    [[nodiscard]] bool open(std::size_t members) {
        open_ = ::io_uring_queue_init(ring_size, &ring_, 0) == 0;
        return open_ && ::io_uring_register_files_sparse(&ring_, static_cast<unsigned>(members)) == 0;
    }

    void add(int descriptor) override {
        if (::io_uring_register_files_update(&ring_, count_, &descriptor, 1) != 1)
            peer::give_up("io_uring_register_files_update");
        ++count_;
        ::close(descriptor);
    }
    void write(std::size_t member) override {
        prepare(static_cast<int>(member));
        submit(1);
    }
    void write_all() override {
        for (unsigned first = 0; first < count_; first += ring_size) {
            unsigned const count = std::min(ring_size, count_ - first);
            for (unsigned i = 0; i < count; ++i)
                prepare(static_cast<int>(first + i));
            submit(count);
        }
    }

private:
    void prepare(int member) {
        io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
        ::io_uring_prep_send(entry, member, "x", 1, MSG_NOSIGNAL);
        entry->flags |= IOSQE_FIXED_FILE;
    }
    void submit(unsigned count) {
        if (::io_uring_submit(&ring_) != static_cast<int>(count))
            peer::give_up("io_uring_submit");
        for (; count != 0; --count) {
            io_uring_cqe* completion = nullptr;
            if (::io_uring_peek_cqe(&ring_, &completion) != 0 || completion->res != 1)
                peer::give_up("write through io_uring");
            ::io_uring_cqe_seen(&ring_, completion);
        }
    }

    io_uring ring_{};
    bool open_ = false;
    unsigned count_ = 0;
};

} // namespace

std::unique_ptr<writer> make_ring_writer(std::size_t members) {
    auto made = std::make_unique<ring_writer>();
    return made->open(members) ? std::move(made) : nullptr;
}

} // namespace wait_bench
