// SPDX-License-Identifier: MIT
#include "platform/socket_options.hpp"

#include <algorithm>
#include <climits>
#include <iterator>
#include <utility>

#include "platform/windows/control_data.hpp"

namespace usocket::platform {
namespace {

// In newer headers.
constexpr int keepalive_idle = 3;
constexpr int keepalive_count = 16;
constexpr int keepalive_interval = 17;
constexpr int fast_open = 15;
constexpr int path_mtu = 73; // of both levels, IP_MTU and IPV6_MTU

struct system_option {
    option_id id{};
    int level = 0;
    int name = 0;
    int v6_level = -1; ///< Where IPv6 has a level and a name of its own.
    int v6_name = -1;

    [[nodiscard]] bool has_v6() const noexcept { return v6_level >= 0; }
};

constexpr system_option socket_level(option_id id, int name) { return {.id = id, .level = SOL_SOCKET, .name = name}; }

constexpr system_option tcp(option_id id, int name) { return {.id = id, .level = IPPROTO_TCP, .name = name}; }

constexpr system_option ip(option_id id, int name, int v6_name) {
    return {.id = id, .level = IPPROTO_IP, .name = name, .v6_level = IPPROTO_IPV6, .v6_name = v6_name};
}

constexpr system_option table[] = {
    socket_level(option_id::receive_buffer_size, SO_RCVBUF),
    socket_level(option_id::send_buffer_size, SO_SNDBUF),
    socket_level(option_id::broadcast, SO_BROADCAST),
    socket_level(option_id::tcp_keepalive, SO_KEEPALIVE),
    tcp(option_id::tcp_nodelay, TCP_NODELAY),
    tcp(option_id::tcp_keepalive_idle, keepalive_idle),
    tcp(option_id::tcp_keepalive_interval, keepalive_interval),
    tcp(option_id::tcp_keepalive_count, keepalive_count),
    tcp(option_id::tcp_fast_open, fast_open),
    ip(option_id::hop_limit, IP_TTL, IPV6_UNICAST_HOPS),
    ip(option_id::path_mtu, path_mtu, path_mtu),
    ip(option_id::dont_fragment, IP_DONTFRAGMENT, IPV6_DONTFRAG),
    ip(option_id::packet_info, IP_PKTINFO, IPV6_PKTINFO),
    ip(option_id::receive_traffic_class, receive_traffic_class, receive_traffic_class),
    ip(option_id::receive_hop_limit, hop_limit_note, hop_limit_note),
    ip(option_id::multicast_hop_limit, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS),
    ip(option_id::multicast_loop, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP),
    {.id = option_id::ipv6_only, .level = IPPROTO_IPV6, .name = IPV6_V6ONLY},
};

system_option const* find_system_option(option_id id) noexcept {
    auto const* const found =
        std::find_if(std::begin(table), std::end(table), [&](system_option const& option) { return option.id == id; });
    return found == std::end(table) ? nullptr : found;
}

/// The outcome of setting the IPv4 half of an option on a v6 socket: a system without that half is no failure.
int forgive_missing_v4(int error) noexcept { return is_no_such_option(error) || error == WSAEINVAL ? 0 : error; }

int get_linger(handle socket, std::int64_t& value) noexcept {
    ::linger current{};
    int size = sizeof current;
    if (int const error =
            outcome(::getsockopt(socket, SOL_SOCKET, SO_LINGER, reinterpret_cast<char*>(&current), &size)))
        return error;
    value = current.l_onoff != 0 ? current.l_linger : -1;
    return 0;
}

int set_linger(handle socket, std::int64_t value) noexcept {
    if (!std::in_range<u_short>(std::max<std::int64_t>(value, 0)))
        return WSAEINVAL;
    ::linger wanted{};
    wanted.l_onoff = value >= 0 ? 1 : 0;
    wanted.l_linger = value >= 0 ? static_cast<u_short>(value) : u_short{0};
    return outcome(::setsockopt(socket, SOL_SOCKET, SO_LINGER, reinterpret_cast<char const*>(&wanted), sizeof wanted));
}

/// Numbers of interfaces are told from IPv4 addresses by their first octet, zero, in the order of the network.
int get_multicast_interface(handle socket, family which, std::int64_t& value) noexcept {
    bool const v6 = which == family::v6;
    int number = 0;
    if (int const error =
            get_int(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MULTICAST_IF : IP_MULTICAST_IF, number))
        return error;
    value = v6 ? number : std::int64_t{::ntohl(static_cast<u_long>(number))};
    return 0;
}

int set_multicast_interface(handle socket, family which, std::int64_t value) noexcept {
    if (value < 0 || value > 0x00ff'ffff)
        return WSAEINVAL;
    int const v4 = set_int(socket, IPPROTO_IP, IP_MULTICAST_IF, static_cast<int>(::htonl(static_cast<u_long>(value))));
    if (which != family::v6)
        return v4;
    return set_int(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(value));
}

/// Which option lets an address be used again at once; see set_reuse_address().
int get_reuse_address(handle socket, std::int64_t& value) noexcept {
    int type = 0;
    int number = 0;
    if (int const error = get_int(socket, SOL_SOCKET, SO_TYPE, type))
        return error;
    int const error = get_int(socket, SOL_SOCKET, type == SOCK_DGRAM ? SO_REUSEADDR : SO_EXCLUSIVEADDRUSE, number);
    value = number != 0 ? 1 : 0;
    return error;
}

} // namespace

int get_option(handle socket, family which, option_id id, std::int64_t& value) noexcept {
    switch (id) {
    case option_id::linger:
        return get_linger(socket, value);
    case option_id::multicast_interface:
        return get_multicast_interface(socket, which, value);
    case option_id::reuse_address:
        return get_reuse_address(socket, value);
    default:
        break;
    }
    auto const* const option = find_system_option(id);
    if (option == nullptr)
        return WSAENOPROTOOPT;
    bool const v6 = which == family::v6 && option->has_v6();
    int number = 0;
    int const error =
        get_int(socket, v6 ? option->v6_level : option->level, v6 ? option->v6_name : option->name, number);
    if (error == 0)
        value = number;
    return error;
}

int set_option(handle socket, family which, option_id id, std::int64_t value) noexcept {
    switch (id) {
    case option_id::linger:
        return set_linger(socket, value);
    case option_id::multicast_interface:
        return set_multicast_interface(socket, which, value);
    case option_id::reuse_address:
        return set_reuse_address(socket, value != 0);
    default:
        break;
    }
    auto const* const option = find_system_option(id);
    if (option == nullptr)
        return WSAENOPROTOOPT;
    if (!std::in_range<int>(value))
        return WSAEINVAL;
    auto const number = static_cast<int>(value);
    if (which != family::v6 || !option->has_v6())
        return set_int(socket, option->level, option->name, number);
    if (int const error = set_int(socket, option->v6_level, option->v6_name, number))
        return error;
    return forgive_missing_v4(set_int(socket, option->level, option->name, number));
}

bool option_exists(option_id id) noexcept {
    switch (id) {
    case option_id::linger:
    case option_id::multicast_interface:
    case option_id::reuse_address:
    case option_id::join_multicast_group:
    case option_id::leave_multicast_group:
        return true;
    default:
        return find_system_option(id) != nullptr;
    }
}

// There is none of these here.
int get_text_option(handle, option_id, std::string&) { return WSAENOPROTOOPT; }
int set_text_option(handle, option_id, std::string_view) noexcept { return WSAENOPROTOOPT; }
int get_tcp_info(handle, tcp_info&) noexcept { return WSAENOPROTOOPT; }

int get_raw_option(handle socket, int level, int name, std::span<std::byte> value, std::size_t& size) noexcept {
    int length = std::in_range<int>(value.size()) ? static_cast<int>(value.size()) : INT_MAX;
    if (int const error = outcome(::getsockopt(socket, level, name, reinterpret_cast<char*>(value.data()), &length)))
        return error;
    size = static_cast<std::size_t>(length);
    return 0;
}

int set_raw_option(handle socket, int level, int name, std::span<std::byte const> value) noexcept {
    if (!std::in_range<int>(value.size()))
        return WSAEINVAL;
    return outcome(
        ::setsockopt(socket, level, name, reinterpret_cast<char const*>(value.data()), static_cast<int>(value.size())));
}

} // namespace usocket::platform
