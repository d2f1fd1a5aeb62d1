// SPDX-License-Identifier: MIT
#include "limits/interrupt_point.hpp"

#include <new>

namespace usocket::detail {

interrupt_point::reference interrupt_point::make(platform::handle handle) noexcept {
    return reference::adopt(new (std::nothrow) interrupt_point(handle));
}

void interrupt_point::interrupt() noexcept {
    std::lock_guard const lock(mutex_);
    if (handle_ != platform::invalid_handle)
        platform::shutdown(handle_, platform::direction::both);
}

void interrupt_point::detach() noexcept {
    std::lock_guard const lock(mutex_);
    handle_ = platform::invalid_handle;
}

} // namespace usocket::detail
