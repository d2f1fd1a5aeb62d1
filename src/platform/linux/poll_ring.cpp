// SPDX-License-Identifier: MIT
#include "platform/poll_ring.hpp"

#include <cerrno>
#include <new>

#include <liburing.h>
#include <poll.h>

namespace usocket::platform {
namespace {

/// Polls are handed over this many at a time.
constexpr unsigned submissions = 128;
/// Room for events in the shared queue: 64 KiB. What is beyond it the kernel keeps aside, at some cost.
constexpr unsigned completions = 4096;

/// Of requests whose outcome is of no interest.
constexpr std::uint64_t no_cookie = 0;

unsigned to_events(bool read, bool write) noexcept {
    return (read ? static_cast<unsigned>(POLLIN) : 0U) | (write ? static_cast<unsigned>(POLLOUT) : 0U);
}

int open_ring(io_uring& ring, unsigned entries, unsigned events) noexcept {
    io_uring_params params{};
    params.flags = IORING_SETUP_CQSIZE;
    params.cq_entries = events;
    int const error = -::io_uring_queue_init_params(entries, &ring, &params);
    if (error != 0)
        return error;
    // Of the kernel that brought it on (5.17) all that is needed here is there, multishot polls included.
    if ((params.features & IORING_FEAT_CQE_SKIP) != 0)
        return 0;
    ::io_uring_queue_exit(&ring);
    return ENOSYS;
}

} // namespace

struct poll_ring::storage {
    io_uring ring{};
};

poll_ring::poll_ring() noexcept = default;

poll_ring::~poll_ring() {
    if (storage_)
        ::io_uring_queue_exit(&storage_->ring);
}

bool poll_ring::available() noexcept {
    io_uring ring{};
    int const error = open_ring(ring, 1, 2);
    if (error == 0)
        ::io_uring_queue_exit(&ring);
    // Else it is refused, or lacks something else at the moment.
    return error != ENOSYS && error != EPERM && error != EACCES && error != EINVAL;
}

int poll_ring::open() noexcept {
    std::unique_ptr<storage> fresh(new (std::nothrow) storage);
    if (!fresh)
        return ENOMEM;
    if (int const error = open_ring(fresh->ring, submissions, completions); error != 0)
        return error;
    storage_ = std::move(fresh);
    return 0;
}

handle poll_ring::watched() const noexcept { return storage_->ring.ring_fd; }

int poll_ring::arm(handle socket, bool read, bool write, std::uint64_t cookie) noexcept {
    io_uring_sqe* entry = ::io_uring_get_sqe(&storage_->ring);
    if (entry == nullptr) {
        if (int const error = submit(); error != 0)
            return error;
        entry = ::io_uring_get_sqe(&storage_->ring);
        if (entry == nullptr)
            return EAGAIN;
    }
    ::io_uring_prep_poll_multishot(entry, socket, to_events(read, write));
    ::io_uring_sqe_set_data64(entry, cookie);
    return 0;
}

int poll_ring::submit() noexcept {
    while (::io_uring_sq_ready(&storage_->ring) != 0) {
        int const result = ::io_uring_submit(&storage_->ring);
        if (result < 0 && result != -EINTR)
            return -result;
    }
    return 0;
}

void poll_ring::disarm(std::uint64_t cookie) noexcept {
    io_uring_sqe* entry = ::io_uring_get_sqe(&storage_->ring);
    if (entry == nullptr && submit() == 0)
        entry = ::io_uring_get_sqe(&storage_->ring);
    if (entry == nullptr)
        return; // the kernel has no room for now; the poll's events are without a taker
    ::io_uring_prep_poll_remove(entry, cookie);
    ::io_uring_sqe_set_data64(entry, no_cookie);
    ::io_uring_sqe_set_flags(entry, IOSQE_CQE_SKIP_SUCCESS);
}

bool poll_ring::has_events() const noexcept {
    return ::io_uring_cq_ready(&storage_->ring) != 0 || ::io_uring_cq_has_overflow(&storage_->ring);
}

bool poll_ring::next(event& out) noexcept {
    io_uring_cqe* entry = nullptr;
    while (::io_uring_peek_batch_cqe(&storage_->ring, &entry, 1) == 1) {
        std::uint64_t const cookie = ::io_uring_cqe_get_data64(entry);
        unsigned const flags = entry->flags;
        ::io_uring_cqe_seen(&storage_->ring, entry);
        if (cookie == no_cookie)
            continue;
        out.cookie = cookie;
        out.armed = (flags & IORING_CQE_F_MORE) != 0;
        return true;
    }
    return false;
}

} // namespace usocket::platform
