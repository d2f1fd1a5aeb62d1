// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <system_error>
#include <type_traits>

namespace [[gnu::visibility("default")]] usocket {

/// What went wrong, the same on every system: one value for each condition class.
///
/// Compare any code that this library reports with it: `ec == errc::connection_refused`. Codes also compare equal to
/// the `std::errc` value of the same meaning. The codes themselves stay the system's own, so that nothing is lost.
/// A code is equal to each value whose class would catch it: a passed deadline is `deadline_timeout` and `timeout`.
enum class errc {
    // Sockets: each has a class of its name with `_error` appended.
    address_in_use = 1,
    address_not_available,
    already_shutdown,
    bad_file_descriptor,
    connection_aborted,
    connection_refused,
    connection_reset,
    deadline_timeout, ///< A deadline or the limit of a cancel_scope passed.
    host_down,
    host_unreachable,
    interrupted, ///< A cancel_scope was cancelled (class `interrupted_condition`).
    invalid_argument,
    invalid_socket, ///< A closed or moved-from socket, or a handle that is no socket of the kind asked for.
    invalid_socket_stream,
    network_down,
    network_reset,
    network_unreachable,
    no_buffers, ///< The system is out of buffers, descriptors or ports.
    operation_not_permitted,
    operation_not_supported,
    out_of_memory,
    protocol_not_supported,
    shutdown,
    socket_type_not_supported,
    timeout, ///< The timeout of one operation passed, or the system gave up on the peer.
    unknown,

    // Names: each has a class of its name with `_error` appended.
    ns_host_not_found,
    ns_no_recovery,
    ns_try_again,
    ns_unknown,

    // The platform: classes `unsupported` and `unimplemented`.
    unsupported,
    unimplemented,

    // Streams: why reading stopped.
    end_of_stream, ///< The peer ended its side cleanly (class `end_of_stream_error`).
    line_too_long, ///< A line was longer than the limit (class `line_too_long_error`).
};

/// The category of `errc` values; its codes are those that have no code of the system's own.
[[nodiscard]] std::error_category const& usocket_category() noexcept;

/// The category of what the system's resolver reports (EAI codes).
[[nodiscard]] std::error_category const& resolver_category() noexcept;

/// What makes `code == errc::timeout` work.
[[nodiscard]] std::error_condition make_error_condition(errc value) noexcept;

/// Which condition `code` is, `errc::unknown` for one that has no class of its own. `code` must not be success.
[[nodiscard]] errc classify(std::error_code const& code) noexcept;

/// What the value means, in lower case, without a full stop: "connection refused".
[[nodiscard]] std::string_view describe(errc value) noexcept;
/// What `classify(code)` means; "success" for no error. `code.message()` has the system's own words.
[[nodiscard]] inline std::string_view describe(std::error_code const& code) noexcept {
    return code ? describe(classify(code)) : "success";
}

} // namespace usocket

template <>
struct std::is_error_condition_enum<usocket::errc> : std::true_type {};
