// SPDX-License-Identifier: MIT
#include "platform/posix/interface_address.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

#include <sys/socket.h>

#include <ifaddrs.h>
#include <net/if.h>

namespace usocket::platform {
namespace {

/// Calls `found(entry, address)` for each IPv4 address of this machine until it says true; EADDRNOTAVAIL if it never
/// does.
template <class Found>
int find_address(Found&& found) noexcept {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) < 0)
        return errno;
    std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> const owner(list, ::freeifaddrs);
    for (ifaddrs const* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET)
            continue;
        sockaddr_in address{};
        std::memcpy(&address, entry->ifa_addr, sizeof address);
        if (found(*entry, address.sin_addr))
            return 0;
    }
    return EADDRNOTAVAIL;
}

} // namespace

int first_address(std::uint32_t interface, in_addr& out) noexcept {
    char name[IF_NAMESIZE];
    if (::if_indextoname(interface, name) == nullptr)
        return errno;
    return find_address([&](ifaddrs const& entry, in_addr address) {
        out = address;
        return std::strcmp(entry.ifa_name, name) == 0;
    });
}

int interface_with(in_addr wanted, std::int64_t& value) noexcept {
    return find_address([&](ifaddrs const& entry, in_addr address) {
        value = ::if_nametoindex(entry.ifa_name);
        return address.s_addr == wanted.s_addr;
    });
}

} // namespace usocket::platform
