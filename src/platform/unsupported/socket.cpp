// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"
#include "platform/unsupported/not_here.hpp"

namespace usocket::platform {

int open_socket(family, socket_type, bool, handle& out) noexcept {
    out = invalid_handle;
    return not_here;
}

int open_socket_pair(socket_type, handle (&out)[2]) noexcept {
    out[0] = out[1] = invalid_handle;
    return not_here;
}

int close_handle(handle) noexcept { return not_here; }
int set_non_blocking(handle, bool) noexcept { return not_here; }
int bind(handle, endpoint const&) noexcept { return not_here; }
int listen(handle, int) noexcept { return not_here; }
int connect(handle, endpoint const&) noexcept { return not_here; }
int disconnect(handle) noexcept { return not_here; }

int accept(handle, handle& out, endpoint&) noexcept {
    out = invalid_handle;
    return not_here;
}

int shutdown(handle, direction) noexcept { return not_here; }
int local_endpoint(handle, endpoint&) { return not_here; }
int remote_endpoint(handle, endpoint&) { return not_here; }
int take_error(handle) noexcept { return not_here; }
int describe_socket(handle, socket_description&) noexcept { return not_here; }
int set_reuse_address(handle, bool) noexcept { return not_here; }
int set_reuse_port(handle, bool) noexcept { return not_here; }
int set_v6_only(handle, bool) noexcept { return not_here; }
int set_nodelay(handle, bool) noexcept { return not_here; }
int remove_local_path(std::string const&) noexcept { return not_here; }
int set_local_path_mode(std::string const&, unsigned) noexcept { return not_here; }

} // namespace usocket::platform
