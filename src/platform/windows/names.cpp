// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>

#include "platform/windows/sockaddr.hpp"
#include "platform/windows/utf8.hpp"

/// Names are UTF-8 here, UTF-16 to the system.
namespace usocket::platform {
namespace {

struct free_addresses {
    void operator()(ADDRINFOW* list) const noexcept { ::FreeAddrInfoW(list); }
};
using address_list = std::unique_ptr<ADDRINFOW, free_addresses>;

// As on other systems: texts without a letter are no names of services.
bool has_letter(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool has_nul(std::string_view text) noexcept { return text.find('\0') != text.npos; }

resolver_status look_up(wchar_t const* name, wchar_t const* service, int system_family, int system_type,
                        address_list& out) noexcept {
    ADDRINFOW hints{};
    hints.ai_family = system_family;
    hints.ai_socktype = system_type;
    ADDRINFOW* list = nullptr;
    if (int const error = ::GetAddrInfoW(name, service, &hints, &list); error != 0)
        return {error, 0};
    out.reset(list);
    return {};
}

endpoint endpoint_of(ADDRINFOW const& entry) {
    socket_address address;
    auto const size = std::min<std::size_t>(entry.ai_addrlen, sizeof address.storage);
    std::memcpy(&address.storage, entry.ai_addr, size);
    address.length = static_cast<int>(size);
    return decode(address);
}

} // namespace

resolver_status resolve_name(std::string const& name, std::optional<family> only, std::vector<ip_address>& out) {
    out.clear();
    if (int const error = start_winsock())
        return {WSANO_RECOVERY, error};
    if (name.empty() || has_nul(name)) // the empty name is this machine's to the system
        return {WSAHOST_NOT_FOUND, 0};
    if (only == family::local)
        return {WSAEAFNOSUPPORT, 0};
    address_list list;
    // One type of socket, so that each address comes once.
    if (auto const status =
            look_up(to_wide(name).c_str(), nullptr, only ? to_system(*only) : AF_UNSPEC, SOCK_STREAM, list);
        status.error != 0)
        return status;
    for (ADDRINFOW const* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
        auto const where = endpoint_of(*entry);
        if (where.is_ip() && std::find(out.begin(), out.end(), where.address()) == out.end())
            out.push_back(where.address());
    }
    return {out.empty() ? WSAHOST_NOT_FOUND : 0, 0};
}

resolver_status resolve_address(ip_address const& address, std::string& out) {
    if (int const error = start_winsock())
        return {WSANO_RECOVERY, error};
    socket_address system_address;
    if (encode(endpoint(address, 0), system_address) != 0)
        return {WSAEAFNOSUPPORT, 0};
    std::array<wchar_t, NI_MAXHOST> name{};
    int const error = ::GetNameInfoW(system_address.get(), system_address.length, name.data(),
                                     static_cast<DWORD>(name.size()), nullptr, 0, NI_NAMEREQD);
    if (error != 0)
        return {error, 0};
    out = to_utf8(name.data());
    return {};
}

resolver_status resolve_service(std::string const& service, socket_type type, std::uint16_t& port) {
    if (int const error = start_winsock())
        return {WSANO_RECOVERY, error};
    if (has_nul(service) || !has_letter(service))
        return {WSATYPE_NOT_FOUND, 0};
    address_list list;
    if (auto const status = look_up(nullptr, to_wide(service).c_str(), AF_INET, to_system(type), list);
        status.error != 0)
        return status;
    port = endpoint_of(*list).port();
    return {};
}

resolver_status name_service(std::uint16_t port, socket_type type, std::string& out) {
    if (int const error = start_winsock())
        return {WSANO_RECOVERY, error};
    socket_address address;
    if (encode(endpoint(ip_address::loopback_v4(), port), address) != 0)
        return {WSAEAFNOSUPPORT, 0};
    std::array<wchar_t, NI_MAXSERV> name{};
    int const error = ::GetNameInfoW(address.get(), address.length, nullptr, 0, name.data(),
                                     static_cast<DWORD>(name.size()), type == socket_type::datagram ? NI_DGRAM : 0);
    if (error != 0)
        return {error, 0};
    std::string text = to_utf8(name.data());
    if (!has_letter(text))
        return {WSATYPE_NOT_FOUND, 0}; // the number itself: the port has no name
    out = std::move(text);
    return {};
}

int host_name(std::string& out) {
    std::array<wchar_t, 512> name{};
    auto size = static_cast<DWORD>(name.size());
    if (::GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.data(), &size) == 0)
        return static_cast<int>(::GetLastError());
    out = to_utf8(std::wstring_view(name.data(), size));
    return 0;
}

} // namespace usocket::platform
