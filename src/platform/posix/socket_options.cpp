// SPDX-License-Identifier: MIT
#include "platform/socket_options.hpp"

#include <cerrno>
#include <limits>
#include <utility>

#include <sys/socket.h>

#include "platform/posix/option_table.hpp"

namespace usocket::platform {
namespace {

/// An unsigned option's int holds the bits of a std::uint32_t.
int to_int(std::int64_t value, bool is_unsigned, int& out) noexcept {
    if (is_unsigned ? !std::in_range<std::uint32_t>(value) : !std::in_range<int>(value))
        return EINVAL;
    out = static_cast<int>(value);
    return 0;
}

std::int64_t from_int(int value, bool is_unsigned) noexcept {
    return is_unsigned ? std::int64_t{static_cast<std::uint32_t>(value)} : value;
}

#ifdef SO_LINGER_SEC
constexpr int linger_option = SO_LINGER_SEC; // in seconds: there the other one counts in ticks of the clock
#else
constexpr int linger_option = SO_LINGER;
#endif

int get_linger(handle socket, std::int64_t& value) noexcept {
    ::linger current{};
    socklen_t size = sizeof current;
    if (::getsockopt(socket, SOL_SOCKET, linger_option, &current, &size) < 0)
        return errno;
    value = current.l_onoff != 0 ? current.l_linger : -1;
    return 0;
}

int set_linger(handle socket, std::int64_t value) noexcept {
    if (!std::in_range<int>(value))
        return EINVAL;
    ::linger wanted{};
    wanted.l_onoff = value >= 0 ? 1 : 0;
    wanted.l_linger = value >= 0 ? static_cast<int>(value) : 0;
    return ::setsockopt(socket, SOL_SOCKET, linger_option, &wanted, sizeof wanted) < 0 ? errno : 0;
}

} // namespace

int get_int(handle socket, int level, int name, int& value) noexcept {
    socklen_t size = sizeof value;
    return ::getsockopt(socket, level, name, &value, &size) < 0 ? errno : 0;
}

int set_int(handle socket, int level, int name, int value) noexcept {
    return ::setsockopt(socket, level, name, &value, sizeof value) < 0 ? errno : 0;
}

int forgive_missing_v4(int error) noexcept { return is_no_such_option(error) || error == EINVAL ? 0 : error; }

int get_option(handle socket, family which, option_id id, std::int64_t& value) noexcept {
    if (id == option_id::linger)
        return get_linger(socket, value);
    auto const* const option = find_system_option(id);
    if (option == nullptr)
        return get_special_option(socket, which, id, value);
    bool const v6 = which == family::v6 && option->has_v6();
    int number = 0;
    int const error =
        get_int(socket, v6 ? option->v6_level : option->level, v6 ? option->v6_name : option->name, number);
    if (error == 0)
        value = from_int(number, option->is_unsigned);
    return error;
}

int set_option(handle socket, family which, option_id id, std::int64_t value) noexcept {
    if (id == option_id::linger)
        return set_linger(socket, value);
    auto const* const option = find_system_option(id);
    if (option == nullptr)
        return set_special_option(socket, which, id, value);
    int number = 0;
    if (int const error = to_int(value, option->is_unsigned, number))
        return error;
    if (which != family::v6 || !option->has_v6())
        return set_int(socket, option->level, option->name, number);
    if (int const error = set_int(socket, option->v6_level, option->v6_name, number))
        return error;
    return forgive_missing_v4(set_int(socket, option->level, option->name, number));
}

bool option_exists(option_id id) noexcept {
    switch (id) {
    case option_id::linger:
    case option_id::join_multicast_group:
    case option_id::leave_multicast_group:
        return true;
    default:
        return find_system_option(id) != nullptr || has_special_option(id);
    }
}

int get_raw_option(handle socket, int level, int name, std::span<std::byte> value, std::size_t& size) noexcept {
    auto length = std::in_range<socklen_t>(value.size()) ? static_cast<socklen_t>(value.size())
                                                         : std::numeric_limits<socklen_t>::max();
    if (::getsockopt(socket, level, name, value.data(), &length) < 0)
        return errno;
    size = length;
    return 0;
}

int set_raw_option(handle socket, int level, int name, std::span<std::byte const> value) noexcept {
    if (!std::in_range<socklen_t>(value.size()))
        return EINVAL;
    return ::setsockopt(socket, level, name, value.data(), static_cast<socklen_t>(value.size())) < 0 ? errno : 0;
}

} // namespace usocket::platform
