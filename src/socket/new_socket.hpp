// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <system_error>
#include <utility>

#include "conditions/raise.hpp"
#include "io/socket_core.hpp"
#include "platform/platform.hpp"
#include "socket/socket_access.hpp"

namespace usocket::detail {

/// A native handle that is closed unless somebody takes it.
class unique_handle {
public:
    unique_handle() noexcept = default;
    explicit unique_handle(platform::handle handle) noexcept : handle_(handle) {}
    unique_handle(unique_handle&& other) noexcept : handle_(other.take()) {}
    unique_handle& operator=(unique_handle&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~unique_handle() {
        if (handle_ != platform::invalid_handle)
            platform::close_handle(handle_);
    }
    [[nodiscard]] platform::handle get() const noexcept { return handle_; }
    [[nodiscard]] platform::handle take() noexcept { return std::exchange(handle_, platform::invalid_handle); }
    [[nodiscard]] explicit operator bool() const noexcept { return handle_ != platform::invalid_handle; }

private:
    platform::handle handle_ = platform::invalid_handle;
};

/// The file that binding to a local path has made: it goes again unless the socket comes to be.
class bound_path {
public:
    bound_path() noexcept = default;
    bound_path(bound_path const&) = delete;
    bound_path& operator=(bound_path const&) = delete;
    ~bound_path() {
        if (bound_ != nullptr)
            platform::remove_local_path(bound_->path());
    }
    /// `local`, which must outlive this, was bound to.
    void is_made(endpoint const& local) noexcept {
        if (local.type() == endpoint::kind::local_path)
            bound_ = &local;
    }
    void keep() noexcept { bound_ = nullptr; }

private:
    endpoint const* bound_ = nullptr;
};

/// Opens a socket for `remote`'s or `local`'s family. Returns the system's code.
[[nodiscard]] int open_for(endpoint const& where, platform::socket_type type, bool non_blocking, unique_handle& out);

/// Whether the system has no sockets of the family, so that another may stand in.
[[nodiscard]] bool is_family_missing(std::error_code const& code) noexcept;

[[nodiscard]] platform::family family_of(endpoint const& where) noexcept;

/// The state of a socket around a handle that it takes over. Null, and the handle stays, when memory is out.
[[nodiscard]] std::unique_ptr<socket_core> make_core(unique_handle& handle, socket_kind kind,
                                                     platform::family family) noexcept;

/// Lets the caller set options on a socket that is not bound yet.
template <class Socket>
[[nodiscard]] std::error_code configure(socket_configurator const& configurator, unique_handle& handle,
                                        socket_kind kind, platform::family family) {
    if (!configurator)
        return {};
    auto core = make_core(handle, kind, family);
    if (!core)
        return make_code(errc::out_of_memory);
    auto socket = socket_access::make<Socket>(std::move(core));
    configurator(socket);
    socket_core* const configured = socket_access::core(socket);
    if (configured == nullptr) // moved away
        return make_code(errc::invalid_socket);
    bool const keeps_all = !configured->read_timeout().is_set() && !configured->write_timeout().is_set();
    handle = unique_handle(configured->release());
    if (!keeps_all)
        return make_code(errc::invalid_argument);
    return handle ? std::error_code() : make_code(errc::invalid_socket);
}

} // namespace usocket::detail
