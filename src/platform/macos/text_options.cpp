// SPDX-License-Identifier: MIT
#include <array>
#include <cerrno>

#include <net/if.h>
#include <netinet/in.h>

#include "platform/posix/option_table.hpp"
#include "platform/posix/sockaddr.hpp"

/// macOS binds a socket to an interface by its number, in the level of the socket's family.
namespace usocket::platform {
namespace {

int is_v6(handle socket, bool& out) noexcept {
    socket_address address;
    if (::getsockname(socket, address.fill(), &address.length) < 0)
        return errno;
    out = address.storage.ss_family == AF_INET6;
    return 0;
}

} // namespace

int get_text_option(handle socket, option_id id, std::string& value) {
    if (id != option_id::bind_to_device)
        return ENOPROTOOPT;
    bool v6 = false;
    int number = 0;
    if (int const error = is_v6(socket, v6))
        return error;
    if (int const error = get_int(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_BOUND_IF : IP_BOUND_IF, number))
        return error;
    std::array<char, IF_NAMESIZE> name{};
    if (number != 0 && ::if_indextoname(static_cast<unsigned>(number), name.data()) == nullptr)
        return errno;
    value = name.data();
    return 0;
}

int set_text_option(handle socket, option_id id, std::string_view value) noexcept {
    if (id != option_id::bind_to_device)
        return ENOPROTOOPT;
    std::array<char, IF_NAMESIZE> name{};
    if (value.size() >= name.size() || value.find('\0') != value.npos)
        return EINVAL;
    value.copy(name.data(), value.size());
    unsigned const number = value.empty() ? 0 : ::if_nametoindex(name.data());
    if (number == 0 && !value.empty())
        return ENODEV;
    bool v6 = false;
    if (int const error = is_v6(socket, v6))
        return error;
    return set_int(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_BOUND_IF : IP_BOUND_IF, static_cast<int>(number));
}

} // namespace usocket::platform
