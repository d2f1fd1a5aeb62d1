// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/platform.hpp"

namespace usocket::detail {

/// Starts a detached thread that runs `body(argument)`. Raises std::system_error where the system has none left.
void start_detached_thread(void (*body)(void*) noexcept, void* argument);

/// The calls that looking up names makes; tests replace them by slow, hung and failing ones.
struct resolver_calls {
    platform::resolver_status (*resolve_name)(std::string const& name, std::optional<platform::family> only,
                                              std::vector<ip_address>& out) = platform::resolve_name;
    platform::resolver_status (*resolve_address)(ip_address const&, std::string& out) = platform::resolve_address;
    platform::resolver_status (*resolve_service)(std::string const& service, platform::socket_type,
                                                 std::uint16_t& port) = platform::resolve_service;
    platform::resolver_status (*name_service)(std::uint16_t port, platform::socket_type,
                                              std::string& out) = platform::name_service;
    void (*start_thread)(void (*body)(void*) noexcept, void* argument) = start_detached_thread;
};

/// The calls in use.
[[nodiscard]] resolver_calls const& calls_of_resolver() noexcept;

/// Null means the system's own. The table must outlive each lookup that uses it, abandoned ones included.
void set_resolver_for_testing(resolver_calls const* calls) noexcept;

} // namespace usocket::detail
