// SPDX-License-Identifier: MIT
#include <array>
#include <cerrno>
#include <cstring>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "platform/socket_options.hpp"

namespace usocket::platform {
namespace {

constexpr std::size_t capacity = 16; // of both names, with their NUL
static_assert(capacity == IFNAMSIZ);

struct text_option {
    int level = -1;
    int name = -1;
};

text_option find(option_id id) noexcept {
    switch (id) {
    case option_id::bind_to_device:
        return {SOL_SOCKET, SO_BINDTODEVICE};
    case option_id::tcp_congestion_control:
        return {IPPROTO_TCP, TCP_CONGESTION};
    default:
        return {};
    }
}

} // namespace

int get_text_option(handle socket, option_id id, std::string& value) {
    auto const option = find(id);
    if (option.level < 0)
        return ENOPROTOOPT;
    std::array<char, capacity + 1> text{};
    socklen_t size = capacity;
    if (::getsockopt(socket, option.level, option.name, text.data(), &size) < 0)
        return errno;
    text[size < capacity ? size : capacity] = '\0';
    value = text.data();
    return 0;
}

int set_text_option(handle socket, option_id id, std::string_view value) noexcept {
    auto const option = find(id);
    if (option.level < 0)
        return ENOPROTOOPT;
    if (value.size() >= capacity || value.find('\0') != value.npos)
        return EINVAL;
    std::array<char, capacity> text{};
    std::memcpy(text.data(), value.data(), value.size());
    if (::setsockopt(socket, option.level, option.name, text.data(), static_cast<socklen_t>(value.size())) == 0)
        return 0;
    return id == option_id::tcp_congestion_control && errno == ENOENT ? ENOPROTOOPT : errno;
}

} // namespace usocket::platform
