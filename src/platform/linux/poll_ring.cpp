// SPDX-License-Identifier: MIT
#include "platform/poll_ring.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include <liburing.h>
#include <poll.h>

#include "platform/posix/poll_descriptors.hpp"
#include "platform/posix/timespec.hpp"

namespace usocket::platform {
namespace {

/// Polls are handed over this many at a time.
constexpr unsigned submissions = 128;

/// Sleeping in a ring counts as waiting for a disk: an idle program looks busy to whoever watches the system, and to
/// the kernel. From 6.15 on it can be told otherwise; older headers lack these.
constexpr unsigned sleep_is_told_apart = 1U << 17U; // IORING_FEAT_NO_IOWAIT
constexpr unsigned sleep_is_idle = 1U << 7U;        // IORING_ENTER_NO_IOWAIT

/// Of requests whose outcome is of no interest.
constexpr std::uint64_t no_cookie = 0;

unsigned to_events(bool read, bool write) noexcept {
    return (read ? static_cast<unsigned>(POLLIN) : 0U) | (write ? static_cast<unsigned>(POLLOUT) : 0U);
}

int open_ring(io_uring& ring, unsigned entries, unsigned events) noexcept {
    io_uring_params params{};
    params.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
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
    storage() noexcept = default;
    storage(storage const&) = delete;
    storage& operator=(storage const&) = delete;
    ~storage() {
        if (is_open)
            ::io_uring_queue_exit(&ring);
    }

    io_uring ring{};
    bool is_open = false;
};

poll_ring::poll_ring() noexcept = default;
poll_ring::~poll_ring() = default;

bool poll_ring::available() noexcept {
    io_uring ring{};
    int const error = open_ring(ring, 1, 2);
    if (error == 0)
        ::io_uring_queue_exit(&ring);
    // Else it is refused, or lacks something else at the moment.
    return error != ENOSYS && error != EPERM && error != EACCES && error != EINVAL;
}

int poll_ring::open(std::uint32_t events) noexcept {
    std::unique_ptr<storage> fresh(new (std::nothrow) storage);
    if (!fresh)
        return ENOMEM;
    if (int const error = open_ring(fresh->ring, submissions, std::max(events, submissions)); error != 0)
        return error;
    fresh->is_open = true;
    storage_ = std::move(fresh);
    return 0;
}

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

int poll_ring::wait(std::optional<std::chrono::nanoseconds> timeout, handle alarm, bool& alarmed) noexcept {
    io_uring& ring = storage_->ring;
    alarmed = false;
    if (alarm != invalid_handle || (ring.features & sleep_is_told_apart) == 0) {
        pollfd entries[] = {{ring.ring_fd, POLLIN, 0}, {alarm, POLLIN, 0}};
        std::uint32_t ready = 0;
        int const error = poll_descriptors(entries, 2, timeout, ready);
        alarmed = entries[1].revents != 0;
        return error;
    }
    timespec const limit = to_timespec(timeout.value_or(std::chrono::nanoseconds::zero()));
    __kernel_timespec const length{limit.tv_sec, limit.tv_nsec};
    io_uring_getevents_arg bounds{};
    if (timeout)
        bounds.ts = reinterpret_cast<std::uintptr_t>(&length);
    int const result = ::io_uring_enter2(static_cast<unsigned>(ring.ring_fd), 0, 1,
                                         IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG | sleep_is_idle,
                                         reinterpret_cast<sigset_t*>(&bounds), sizeof bounds);
    return result < 0 && result != -ETIME ? -result : 0;
}

bool poll_ring::next(event& out) noexcept {
    // Most often there is none, which takes no call to find out.
    if (::io_uring_cq_ready(&storage_->ring) == 0 && !::io_uring_cq_has_overflow(&storage_->ring))
        return false;
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
