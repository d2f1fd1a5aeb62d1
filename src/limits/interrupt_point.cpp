// SPDX-License-Identifier: MIT
#include "limits/interrupt_point.hpp"

#include <new>

#include "platform/socket_options.hpp"

namespace usocket::detail {

interrupt_point::reference interrupt_point::make(platform::handle handle) noexcept {
    return reference::adopt(new (std::nothrow) interrupt_point(handle));
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

} // namespace usocket::detail
