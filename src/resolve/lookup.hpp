// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <usocket/ip_address.hpp>

#include "limits/limit.hpp"
#include "platform/platform.hpp"

namespace usocket::detail {

/// One thing to ask the system's resolver. Equal questions that are under way at the same time share one call.
struct question {
    enum class subject : std::uint8_t { addresses_of_name, name_of_address, port_of_service, service_of_port };

    subject asked_for{};
    std::string text{};                       ///< The name or service.
    ip_address address{};                     ///< name_of_address.
    std::uint16_t port = 0;                   ///< service_of_port.
    std::optional<platform::family> family{}; ///< addresses_of_name: this one only.
    platform::socket_type type{};             ///< The services of streams or of datagrams.

    [[nodiscard]] friend bool operator==(question const&, question const&) = default;
};

/// What became of it; the rest counts only without an error.
struct answer {
    std::error_code error{};
    std::vector<ip_address> addresses{};
    std::string text{};
    std::uint16_t port = 0;
};

/// Asks on this thread, however long it takes. May raise std::bad_alloc.
[[nodiscard]] answer ask_system(question const& asked);

/// Asks on this thread where `in_force` is null, else on a worker, within the limit. May raise std::bad_alloc.
[[nodiscard]] answer look_up(question asked, limit const* in_force);

} // namespace usocket::detail
