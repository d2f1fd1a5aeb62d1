// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/platform.hpp"
#include "platform/posix/sockaddr.hpp"

namespace usocket::platform {
namespace {

struct free_addresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using address_list = std::unique_ptr<addrinfo, free_addresses>;

// RFC 6335: a service name has a letter. Texts without one are refused, because the system's resolver takes "65536",
// " 80" and "" as ports.
bool has_letter(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool has_nul(std::string_view text) noexcept { return text.find('\0') != text.npos; }

resolver_status status_of(int error) noexcept { return {error, error == EAI_SYSTEM ? errno : 0}; }

resolver_status look_up(char const* name, char const* service, int system_family, int system_type,
                        address_list& out) noexcept {
    // Without AI_ADDRCONFIG, which hides addresses from a machine that has no more than its loopback interface.
    addrinfo hints{};
    hints.ai_family = system_family;
    hints.ai_socktype = system_type;
    addrinfo* list = nullptr;
    int const error = ::getaddrinfo(name, service, &hints, &list);
    if (error != 0)
        return status_of(error);
    out.reset(list);
    return {};
}

endpoint endpoint_of(addrinfo const& entry) {
    socket_address address;
    address.length = std::min(entry.ai_addrlen, static_cast<socklen_t>(sizeof address.storage));
    std::memcpy(&address.storage, entry.ai_addr, address.length);
    return decode(address);
}

} // namespace

resolver_status resolve_name(std::string const& name, std::optional<family> only, std::vector<ip_address>& out) {
    out.clear();
    if (has_nul(name))
        return {EAI_NONAME, 0};
    if (only == family::local)
        return {EAI_FAMILY, 0};
    address_list list;
    // One type of socket, so that each address comes once.
    if (auto const status = look_up(name.c_str(), nullptr, only ? to_system(*only) : AF_UNSPEC, SOCK_STREAM, list);
        status.error != 0)
        return status;
    for (addrinfo const* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
        auto const where = endpoint_of(*entry);
        if (where.is_ip() && std::find(out.begin(), out.end(), where.address()) == out.end())
            out.push_back(where.address());
    }
    return {out.empty() ? EAI_NONAME : 0, 0};
}

resolver_status resolve_address(ip_address const& address, std::string& out) {
    socket_address system_address;
    if (encode(endpoint(address, 0), system_address) != 0)
        return {EAI_FAMILY, 0};
    std::array<char, NI_MAXHOST> name{};
    int const error = ::getnameinfo(system_address.get(), system_address.length, name.data(),
                                    static_cast<socklen_t>(name.size()), nullptr, 0, NI_NAMEREQD);
    if (error != 0)
        return status_of(error);
    out = name.data();
    return {};
}

resolver_status resolve_service(std::string const& service, socket_type type, std::uint16_t& port) {
    if (has_nul(service) || !has_letter(service))
        return {EAI_SERVICE, 0};
    address_list list;
    if (auto const status = look_up(nullptr, service.c_str(), AF_INET, to_system(type), list); status.error != 0)
        return status;
    if (!list) // a resolver's module may find nothing and call it success
        return {EAI_SERVICE, 0};
    port = endpoint_of(*list).port();
    return {};
}

resolver_status name_service(std::uint16_t port, socket_type type, std::string& out) {
    socket_address address;
    if (encode(endpoint(ip_address::any_v4(), port), address) != 0)
        return {EAI_FAMILY, 0};
    std::array<char, NI_MAXSERV> name{};
    int const error = ::getnameinfo(address.get(), address.length, nullptr, 0, name.data(),
                                    static_cast<socklen_t>(name.size()), type == socket_type::datagram ? NI_DGRAM : 0);
    if (error != 0)
        return status_of(error);
    if (!has_letter(name.data()))
        return {EAI_SERVICE, 0}; // the number itself: the port has no name
    out = name.data();
    return {};
}

int host_name(std::string& out) {
    std::array<char, 1024> name{};
    if (::gethostname(name.data(), name.size() - 1) < 0)
        return errno;
    out = name.data();
    return 0;
}

} // namespace usocket::platform
