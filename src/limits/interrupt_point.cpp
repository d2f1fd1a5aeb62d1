// SPDX-License-Identifier: MIT
#include "limits/interrupt_point.hpp"

#include <new>

#include "platform/socket_options.hpp"

namespace usocket::detail {

interrupt_point::reference interrupt_point::make(platform::handle handle, traffic_counters const& counters,
                                                 bare_scope& bare) noexcept {
    return reference::adopt(new (std::nothrow) interrupt_point(handle, counters, bare));
}

void interrupt_point::interrupt() noexcept {
    std::lock_guard const lock(mutex_);
    if (handle_ != platform::invalid_handle)
        platform::shutdown(handle_, platform::direction::both);
}

std::uint64_t interrupt_point::progress() noexcept {
    tcp_info info;
    {
        std::lock_guard const lock(mutex_);
        if (handle_ == platform::invalid_handle || platform::get_tcp_info(handle_, info) != 0)
            info = {};
    }
    return received() + sent() + info.octets_acknowledged.value_or(0) + info.octets_received.value_or(0);
}

void interrupt_point::detach() noexcept {
    std::lock_guard const lock(mutex_);
    handle_ = platform::invalid_handle;
}

void interrupt_point::detach_socket() noexcept {
    std::lock_guard const lock(mutex_);
    traffic_counters::add(last_.received, counters_->received.load(std::memory_order_relaxed));
    traffic_counters::add(last_.sent, counters_->sent.load(std::memory_order_relaxed));
    counters_ = &last_;
    bare_ = nullptr;
}

void interrupt_point::begin_bare(cancel_scope const& scope) noexcept {
    std::lock_guard const lock(mutex_);
    cancel_scope const* none = nullptr;
    if (bare_ != nullptr)
        bare_->compare_exchange_strong(none, &scope, std::memory_order_relaxed);
}

void interrupt_point::end_bare(cancel_scope const* scope) noexcept {
    std::lock_guard const lock(mutex_);
    if (bare_ != nullptr)
        bare_->compare_exchange_strong(scope, nullptr, std::memory_order_relaxed);
}

std::uint64_t interrupt_point::received() noexcept {
    std::lock_guard const lock(mutex_);
    return counters_->received.load(std::memory_order_relaxed);
}

std::uint64_t interrupt_point::sent() noexcept {
    std::lock_guard const lock(mutex_);
    return counters_->sent.load(std::memory_order_relaxed);
}

} // namespace usocket::detail
