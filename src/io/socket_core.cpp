// SPDX-License-Identifier: MIT
#include "io/socket_core.hpp"

#include "conditions/raise.hpp"

namespace usocket::detail {

socket_core::~socket_core() {
    leave_wait_list(); // before the stream goes, which the list may be asking for its buffered input
    delete stream_.exchange(nullptr,
                            std::memory_order_acq_rel); // tries to send what is left, so before the handle goes
    static_cast<void>(close());
    auto const last_share = interrupt_point::reference::adopt(point());
    if (last_share)
        last_share->detach_socket();
}

attached_stream& socket_core::attach(std::unique_ptr<attached_stream> fresh) noexcept {
    attached_stream* present = nullptr;
    if (stream_.compare_exchange_strong(present, fresh.get(), std::memory_order_acq_rel))
        present = fresh.release();
    set(mark::stream);
    return *present;
}

void socket_core::set_remote(endpoint other_end) noexcept {
    remote_ = std::move(other_end);
    remote_address_ = remote_.address();
    remote_port_ = remote_.port();
}

platform::handle socket_core::handle() const noexcept { return is_open() ? handle_ : platform::invalid_handle; }

void socket_core::leave_wait_list() noexcept {
    if (auto* const list = membership.load(std::memory_order_acquire))
        list->leave(*this);
}

std::error_code socket_core::close() noexcept {
    // Counts as a call itself, so that the handle stays good while the others are woken.
    if (!enter())
        return {};
    std::uint32_t const before = gate_.fetch_or(closed_bit, std::memory_order_acq_rel);
    if ((before & closed_bit) != 0) { // another thread closes it now
        leave();
        return {};
    }
    leave_wait_list(); // once marked closed, so that no list takes it in afterwards
    if (before != 1)
        wake_calls_in_flight();
    if (gate_.fetch_sub(1, std::memory_order_acq_rel) == (closed_bit | 1U))
        return give_back();
    return {};
}

void socket_core::wake_calls_in_flight() noexcept {
    // Wakes a blocked receive, accept, send or poll on every kind of socket, and leaves the handle's number taken until
    // the last call is out. "Not connected" is the expected answer of a datagram socket, which wakes all the same.
    platform::shutdown(handle_, platform::direction::both);
}

interrupt_point* socket_core::make_point() noexcept {
    if (auto* const present = point())
        return present;
    auto fresh = interrupt_point::make(handle_, moved_, bare_scope_);
    if (!fresh)
        return nullptr;
    interrupt_point* present = nullptr;
    if (point_.compare_exchange_strong(present, fresh.get(), std::memory_order_acq_rel))
        present = fresh.release();
    set(mark::watched);
    return present;
}

void socket_core::leave_point() noexcept {
    if (auto* const here = point())
        here->detach();
}

std::error_code socket_core::give_back() noexcept {
    leave_point(); // no interruption may meet the handle's next owner
    if (remove_path_on_close && local.type() == endpoint::kind::local_path)
        platform::remove_local_path(local.path());
    int const error = platform::close_handle(handle_);
    return platform::is_interrupted(error) ? std::error_code() : system_code(error); // it is gone all the same
}

platform::handle socket_core::release() noexcept {
    std::uint32_t idle = 0;
    if (!gate_.compare_exchange_strong(idle, closed_bit, std::memory_order_acq_rel))
        return platform::invalid_handle;
    leave_wait_list();
    leave_point();
    return handle_;
}

void socket_core::note_error(int error) noexcept {
    if (kind != socket_kind::stream || !platform::is_connection_lost(error))
        return;
    int none = 0;
    lost_.compare_exchange_strong(none, error, std::memory_order_relaxed);
}

int socket_core::find_loss() noexcept {
    if ((gate_.load(std::memory_order_acquire) & ~closed_bit) == 0)
        return lost();
    use const in_use(*this);
    if (!in_use)
        return lost();
    // Where both directions are over, no call on this socket blocks, so that all will soon have said what they know.
    constexpr int most_looks = 50;
    constexpr std::chrono::milliseconds rest{1};
    for (int looks = 0; lost() == 0 && looks < most_looks; ++looks) {
        platform::poll_entry entry{.socket = handle_};
        std::size_t ready = 0;
        bool const is_over = platform::poll({&entry, 1}, std::chrono::nanoseconds::zero(), ready) == 0 && entry.failed;
        if (!is_over || (gate_.load(std::memory_order_acquire) & ~closed_bit) == 1)
            break;
        if (looks != 0)
            static_cast<void>(platform::poll({}, rest, ready));
    }
    return lost();
}

void socket_core::set(std::atomic<std::int64_t>& slot, time_limit timeout) noexcept {
    slot.store(timeout.is_set() ? timeout.length().count() : -1, std::memory_order_relaxed);
    if (timeout.is_set())
        set(mark::timeouts);
}

} // namespace usocket::detail
