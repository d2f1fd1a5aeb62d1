// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <usocket/endpoint.hpp>
#include <usocket/error.hpp>
#include <usocket/native_handle.hpp>

/// The conditions that usocket raises: one exception class for each condition of the original, in its hierarchy.
///
/// Every one is a `std::system_error`; `catch` the class you can handle and let the rest pass. `what()` names the
/// operation, the peer and the cause: "socket_connect to localhost:8001: connection refused (127.0.0.1, ::1)".
/// Conditions are cheap to copy, and copying never throws.
namespace [[gnu::visibility("default")]] usocket {

/// One address that a connect tried, and why it failed.
struct connect_attempt {
    endpoint remote;
    std::error_code reason;
};

/// What a condition tells. Fill in what is known and leave the rest.
struct condition_info {
    std::error_code code{};
    std::string_view operation{};  ///< The public function, such as "socket_connect".
    endpoint local{};              ///< Our side, where known.
    endpoint remote{};             ///< The peer, where known.
    std::string_view host_or_ip{}; ///< The host as the caller named it.
    std::string_view detail{};     ///< What the code alone cannot say.
    std::string_view feature{};    ///< insufficient_implementation: what is missing.
    std::string_view minimum{};    ///< unsupported: what would be needed.
    std::size_t bytes_transferred = 0;
    std::optional<std::chrono::nanoseconds> elapsed{};
    native_handle_type handle = invalid_native_handle;
    std::span<connect_attempt const> attempts{};
};

namespace detail {

/// A shared, immutable copy of a condition_info with its message.
class condition_record {
public:
    explicit condition_record(condition_info const& info);
    condition_record(condition_record const& other) noexcept;
    condition_record& operator=(condition_record const& other) noexcept;
    ~condition_record();

    [[nodiscard]] condition_info const& info() const noexcept;
    [[nodiscard]] char const* message() const noexcept;

private:
    struct shared;
    shared* shared_;
};

} // namespace detail

/// The root of all conditions; what each carries. Unknown parts are empty, zero or unset.
class condition : public std::system_error {
public:
    explicit condition(condition_info const& info) : std::system_error(info.code), record_(info) {}

    /// The whole story in a sentence.
    [[nodiscard]] char const* what() const noexcept override { return record_.message(); }

    /// Which condition it is, for a switch.
    [[nodiscard]] errc kind() const noexcept { return classify(code()); }

    /// The public function that failed, such as "socket_connect".
    [[nodiscard]] std::string_view operation() const noexcept { return record_.info().operation; }
    [[nodiscard]] endpoint const& local() const noexcept { return record_.info().local; }
    [[nodiscard]] endpoint const& remote() const noexcept { return record_.info().remote; }

    /// Octets that were transferred before the failure; they are not lost.
    [[nodiscard]] std::size_t bytes_transferred() const noexcept { return record_.info().bytes_transferred; }

    /// How long the operation ran. Unset where no limit was in force: such a call reads no clock.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> elapsed() const noexcept { return record_.info().elapsed; }

    /// Everything at once.
    [[nodiscard]] condition_info const& info() const noexcept { return record_.info(); }

private:
    detail::condition_record record_;
};

/// Parent of all socket conditions (usocket: `socket-condition`).
class socket_condition : public condition {
public:
    using condition::condition;

    /// The socket that raised it, `invalid_native_handle` where there was none (yet, or any more). It may be closed by
    /// now and its number in use by another: good for logs, not for system calls.
    [[nodiscard]] native_handle_type native_handle() const noexcept { return info().handle; }
};

/// Parent of all socket errors (usocket: `socket-error`).
class socket_error : public socket_condition {
public:
    using socket_condition::socket_condition;

    /// The addresses that a connect tried, in order, each with its reason; empty for other operations.
    [[nodiscard]] std::span<connect_attempt const> attempts() const noexcept { return info().attempts; }
};

/// A blocking call was cancelled through its cancel_scope or a stop token (usocket: `interrupted-condition`).
class interrupted_condition : public socket_condition {
public:
    using socket_condition::socket_condition;
};

/// A condition with no more applicable class (usocket: `unknown-condition`).
class unknown_condition : public socket_condition {
public:
    using socket_condition::socket_condition;
    /// The system's own code.
    [[nodiscard]] int real_condition() const noexcept { return code().value(); }
};

/// An error with no more applicable class (usocket: `unknown-error`).
class unknown_error : public socket_error {
public:
    using socket_error::socket_error;
    /// The system's own code.
    [[nodiscard]] int real_error() const noexcept { return code().value(); }
    /// The system's own code (usocket: `errno` of `unknown-error`).
    [[nodiscard]] int error_number() const noexcept { return code().value(); }
};

/// usocket: `address-in-use-error`.
class address_in_use_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `address-not-available-error`. Also a local path that is not there.
class address_not_available_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `bad-file-descriptor-error`. A handle was closed behind the library's back.
class bad_file_descriptor_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `connection-aborted-error`. Also sending to a peer that is gone (EPIPE).
class connection_aborted_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `connection-refused-error`.
class connection_refused_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `connection-reset-error`. Latched: after a reset, reading never reports a clean end of stream.
class connection_reset_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `host-down-error`.
class host_down_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `host-unreachable-error`.
class host_unreachable_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `invalid-argument-error`.
class invalid_argument_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// A closed or moved-from socket, or a handle that is no socket of that kind (usocket: `invalid-socket-error`).
class invalid_socket_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// The stream of a closed socket (usocket: `invalid-socket-stream-error`).
class invalid_socket_stream_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `network-down-error`.
class network_down_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `network-reset-error`.
class network_reset_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `network-unreachable-error`.
class network_unreachable_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// The system is out of buffers, descriptors or ephemeral ports (usocket: `no-buffers-error`).
class no_buffers_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// EPERM and EACCES (usocket: `operation-not-permitted-error`).
class operation_not_permitted_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `operation-not-supported-error`.
class operation_not_supported_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `out-of-memory-error`.
class out_of_memory_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `protocol-not-supported-error`.
class protocol_not_supported_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// An operation on a direction that this side shut down (usocket: `shutdown-error`).
class shutdown_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// usocket: `already-shutdown-error`.
class already_shutdown_error : public shutdown_error {
public:
    using shutdown_error::shutdown_error;
};

/// usocket: `socket-type-not-supported-error`.
class socket_type_not_supported_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// The timeout of one operation passed, or the system gave up on the peer (usocket: `timeout-error`).
class timeout_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// A deadline or the limit of a cancel_scope passed (usocket: `deadline-timeout-error`).
class deadline_timeout_error : public timeout_error {
public:
    using timeout_error::timeout_error;
};

/// The peer ended the stream before all that was asked for had come. No counterpart in the original, whose streams
/// signal the language's own `end-of-file`.
class end_of_stream_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// A line was longer than the limit given to read_line(). No counterpart in the original, which has no limit.
class line_too_long_error : public socket_error {
public:
    using socket_error::socket_error;
};

/// Parent of all name-resolution conditions (usocket: `ns-condition`).
class ns_condition : public condition {
public:
    using condition::condition;
    // Copied, never moved: as a virtual base it would be moved from twice.
    ns_condition(ns_condition const&) noexcept = default;
    ns_condition& operator=(ns_condition const&) noexcept = default;
    ~ns_condition() override = default;

    /// The name or address that was looked up (usocket: `host-or-ip`).
    [[nodiscard]] std::string_view host_or_ip() const noexcept { return info().host_or_ip; }
};

/// Parent of all name-resolution errors (usocket: `ns-error`).
class ns_error : public virtual ns_condition {
public:
    explicit ns_error(condition_info const& info) : ns_condition(info) {}
};

/// The name does not exist, or has no address of the kind asked for (usocket: `ns-host-not-found-error`).
class ns_host_not_found_error : public ns_error {
public:
    explicit ns_host_not_found_error(condition_info const& info) : ns_condition(info), ns_error(info) {}
};

/// The name service failed for good (usocket: `ns-no-recovery-error`).
class ns_no_recovery_error : public ns_error {
public:
    explicit ns_no_recovery_error(condition_info const& info) : ns_condition(info), ns_error(info) {}
};

/// The older name of ns_try_again_error, which derives from it (usocket: `ns-try-again-condition`).
class ns_try_again_condition : public virtual ns_condition {
public:
    explicit ns_try_again_condition(condition_info const& info) : ns_condition(info) {}
};

/// The name service did not answer now; it may later (usocket: `ns-try-again-error`).
class ns_try_again_error : public ns_error, public ns_try_again_condition {
public:
    explicit ns_try_again_error(condition_info const& info)
        : ns_condition(info), ns_error(info), ns_try_again_condition(info) {}
};

/// A name-resolution condition with no more applicable class (usocket: `ns-unknown-condition`).
class ns_unknown_condition : public virtual ns_condition {
public:
    explicit ns_unknown_condition(condition_info const& info) : ns_condition(info) {}
    /// The resolver's own code.
    [[nodiscard]] int real_condition() const noexcept { return code().value(); }
};

/// A name-resolution error with no more applicable class (usocket: `ns-unknown-error`).
class ns_unknown_error : public ns_error {
public:
    explicit ns_unknown_error(condition_info const& info) : ns_condition(info), ns_error(info) {}
    /// The resolver's own code.
    [[nodiscard]] int real_error() const noexcept { return code().value(); }
};

/// Parent of what is raised where a platform cannot do what was asked (usocket: `insufficient-implementation`).
class insufficient_implementation : public condition {
public:
    using condition::condition;
    /// What is missing.
    [[nodiscard]] std::string_view feature() const noexcept { return info().feature; }
    /// Where it was asked for (usocket: `context`).
    [[nodiscard]] std::string_view context() const noexcept { return operation(); }
};

/// The system cannot do this (usocket: `unsupported`).
class unsupported : public insufficient_implementation {
public:
    using insufficient_implementation::insufficient_implementation;
    /// What would be needed, such as a version of the system; may be empty.
    [[nodiscard]] std::string_view minimum() const noexcept { return info().minimum; }
};

/// The system could do this, but this version of the library does not (usocket: `unimplemented`).
class unimplemented : public insufficient_implementation {
public:
    using insufficient_implementation::insufficient_implementation;
};

/// Something was left undone on purpose (usocket: `socket-warning`). Never raised: handed to the warning handler.
class socket_warning : public condition {
public:
    using condition::condition;
    [[nodiscard]] std::string_view feature() const noexcept { return info().feature; }
};

/// Raises the class that `classify(info.code)` names. `info.code` must not be success.
[[noreturn]] void raise_condition(condition_info const& info);

} // namespace usocket
