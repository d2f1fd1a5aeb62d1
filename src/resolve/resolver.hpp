// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/port.hpp>
#include <usocket/time_limit.hpp>

#include "limits/limit.hpp"
#include "platform/platform.hpp"

/// Resolving as the layers above use it: outcomes are codes, and nothing is raised but std::bad_alloc.
namespace usocket::detail {

/// The limit of one operation, made only where something bounds it: otherwise no clock is read.
class limit_if_any {
public:
    explicit limit_if_any(time_limit timeout, std::optional<time_point> deadline = {}) noexcept {
        if (!limit::none(timeout) || deadline)
            limit_.emplace(timeout, deadline);
    }
    /// Null without a limit in force.
    [[nodiscard]] limit const* get() const noexcept { return limit_ ? &*limit_ : nullptr; }
    [[nodiscard]] std::optional<std::chrono::nanoseconds> elapsed() const noexcept {
        return limit_ ? limit_->elapsed() : std::nullopt;
    }

private:
    std::optional<limit> limit_{};
};

/// The addresses of a host in the system's order, not empty without an error. `detail` says what the code cannot: why
/// a host was refused without asking for it.
struct resolution {
    std::error_code error{};
    std::vector<ip_address> addresses{};
    std::string_view detail{};
};

/// Addresses are answered at once, whatever the limits. The wildcard is the unspecified address: "::" for the v6 one
/// and where only IPv6 is wanted. An IPv4 address or wildcard is not found where only IPv6 is wanted. `v6_only` unset
/// means ipv6_only(). A null `in_force` means that nothing bounds the lookup, which then runs on this thread.
[[nodiscard]] resolution resolve_host(host const& name, std::optional<bool> v6_only, limit const* in_force);

/// The same for one who has made the limit anyway. Without a deadline or a cancel scope it bounds nothing.
[[nodiscard]] inline resolution resolve_host(host const& name, std::optional<bool> v6_only, limit const& in_force) {
    return resolve_host(name, v6_only, in_force.bounds() ? &in_force : nullptr);
}

/// The number of a port; an unknown service is errc::invalid_argument.
struct port_resolution {
    std::error_code error{};
    std::uint16_t number = 0;
    std::string_view detail{};
};
[[nodiscard]] port_resolution resolve_port(port const& service, platform::socket_type type, limit const* in_force);

/// A name that was asked for; a port or an address without one is errc::ns_host_not_found.
struct name_resolution {
    std::error_code error{};
    std::string name{};
};
[[nodiscard]] name_resolution name_of_address(ip_address const& address, limit const* in_force);
[[nodiscard]] name_resolution name_of_port(std::uint16_t number, platform::socket_type type, limit const* in_force);

/// Raises the condition of a lookup's code. `host_or_ip` is the host, address or service as the caller named it.
[[noreturn]] void raise_lookup_failure(std::string_view operation, std::string_view host_or_ip, std::error_code error,
                                       std::string_view detail, std::optional<std::chrono::nanoseconds> elapsed);

} // namespace usocket::detail
