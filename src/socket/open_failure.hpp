// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <usocket/conditions.hpp>
#include <usocket/restart.hpp>

#include "conditions/raise.hpp"

namespace usocket::detail {

/// Why a socket could not be connected or bound; becomes a condition only where one is wanted.
struct open_failure {
    std::error_code code{};
    endpoint local{};
    endpoint remote{};
    std::string host_or_ip{};
    std::string_view detail{};
    std::vector<connect_attempt> attempts{};
    std::optional<std::chrono::nanoseconds> elapsed{};

    [[noreturn]] void raise(std::string_view operation) const {
        raise_condition({.code = code,
                         .operation = operation,
                         .local = local,
                         .remote = remote,
                         .host_or_ip = host_or_ip,
                         .detail = detail,
                         .elapsed = elapsed,
                         .attempts = attempts});
    }
};

/// What the caller's failure handler decides about a failure.
[[nodiscard]] inline restart ask(failure_handler const& handler, std::string_view operation,
                                 open_failure const& failure) {
    if (!handler)
        return {};
    try {
        failure.raise(operation);
    } catch (condition const& raised) {
        return handler(raised);
    }
}

/// Opens a socket at a host and port, again and again as the failure handler says. `open(host, port, failure)` returns
/// a socket, closed on failure.
template <class Open>
auto open_with_restarts(host first_host, port first_port, failure_handler const& handler, std::string_view operation,
                        open_failure& failure, Open&& open) -> decltype(open(first_host, first_port, failure)) {
    for (;;) {
        failure = {};
        auto socket = open(first_host, first_port, failure);
        if (!failure.code)
            return socket;
        restart const decision = ask(handler, operation, failure);
        if (!decision.again())
            return socket;
        if (decision.other_host())
            first_host = *decision.other_host();
        if (decision.other_port())
            first_port = *decision.other_port();
    }
}

/// The throwing end of an operation: `open(failure)` returns the socket, or its failure is raised.
template <class Open>
auto open_or_raise(std::string_view operation, Open&& open) {
    open_failure failure;
    auto socket = open(failure);
    if (failure.code)
        failure.raise(operation);
    return socket;
}

/// The reporting end of an operation: `open(failure)` returns the socket, or a closed one with the code in `ec`.
template <class Open>
auto open_or_report(std::error_code& ec, Open&& open) {
    return report_to(ec, [&] {
        open_failure failure;
        auto socket = open(failure);
        ec = failure.code;
        return socket;
    });
}

} // namespace usocket::detail
