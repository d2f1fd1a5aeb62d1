// SPDX-License-Identifier: MIT
#include <array>
#include <cerrno>

#include <sys/socket.h>

#include "platform/bsd/congestion_control.hpp"
#include "platform/socket_options.hpp"

namespace usocket::platform {
namespace {

using name_room = std::array<char, 64>; // more than either system's names have

} // namespace

int get_text_option(handle socket, option_id id, std::string& value) {
    if (id != option_id::tcp_congestion_control || !has_congestion_control)
        return ENOPROTOOPT;
    name_room name{};
    auto size = static_cast<socklen_t>(name.size() - 1);
    if (::getsockopt(socket, IPPROTO_TCP, congestion_control_option, name.data(), &size) < 0)
        return errno;
    value = name.data();
    return 0;
}

int set_text_option(handle socket, option_id id, std::string_view value) noexcept {
    if (id != option_id::tcp_congestion_control || !has_congestion_control)
        return ENOPROTOOPT;
    name_room name{};
    if (value.size() >= name.size() || value.find('\0') != value.npos)
        return EINVAL;
    value.copy(name.data(), value.size());
    auto const size = static_cast<socklen_t>(value.size() + 1);
    if (::setsockopt(socket, IPPROTO_TCP, congestion_control_option, name.data(), size) == 0)
        return 0;
    return errno == ENOENT || errno == ESRCH ? ENOPROTOOPT : errno;
}

} // namespace usocket::platform
