// SPDX-License-Identifier: MIT
#include "socket/new_socket.hpp"

#include <new>

namespace usocket::detail {

platform::family family_of(endpoint const& where) noexcept {
    if (where.is_local())
        return platform::family::local;
    return where.address().is_v4() ? platform::family::v4 : platform::family::v6;
}

bool is_family_missing(std::error_code const& code) noexcept {
    return code == std::errc::address_family_not_supported || code == std::errc::address_not_available;
}

int open_for(endpoint const& where, platform::socket_type type, bool non_blocking, unique_handle& out) {
    platform::handle handle = platform::invalid_handle;
    int const error = platform::open_socket(family_of(where), type, non_blocking, handle);
    if (error == 0)
        out = unique_handle(handle);
    return error;
}

std::unique_ptr<socket_core> make_core(unique_handle& handle, socket_kind kind, platform::family family) noexcept {
    std::unique_ptr<socket_core> core(new (std::nothrow) socket_core(handle.get(), kind, family));
    if (core)
        static_cast<void>(handle.take());
    return core;
}

} // namespace usocket::detail
