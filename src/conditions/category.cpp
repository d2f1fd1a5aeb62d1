// SPDX-License-Identifier: MIT
#include <usocket/error.hpp>

#include <algorithm>
#include <iterator>
#include <string>

#include "platform/platform.hpp"

namespace usocket {

namespace {

struct equivalence {
    errc own;
    std::errc generic;
};

/// Between this library's values and the standard's, read both ways: the first row of an `errc` says which `std::errc`
/// means the same, the first row of a `std::errc` which condition it is. What has no row has no such counterpart.
constexpr equivalence equivalences[] = {
    {errc::address_in_use, std::errc::address_in_use},
    {errc::address_not_available, std::errc::address_not_available},
    {errc::address_not_available, std::errc::no_such_device},
    {errc::address_not_available, std::errc::no_such_device_or_address},
    {errc::address_not_available, std::errc::no_such_file_or_directory},
    {errc::address_not_available, std::errc::not_a_directory},
    {errc::address_not_available, std::errc::too_many_symbolic_link_levels},
    {errc::bad_file_descriptor, std::errc::bad_file_descriptor},
    {errc::connection_aborted, std::errc::connection_aborted},
    {errc::connection_aborted, std::errc::broken_pipe},
    {errc::connection_aborted, std::errc::protocol_error},
    {errc::connection_refused, std::errc::connection_refused},
    {errc::connection_reset, std::errc::connection_reset},
    {errc::host_unreachable, std::errc::host_unreachable},
    {errc::interrupted, std::errc::operation_canceled},
    {errc::interrupted, std::errc::interrupted},
    {errc::invalid_argument, std::errc::invalid_argument},
    {errc::invalid_argument, std::errc::already_connected},
    {errc::invalid_argument, std::errc::argument_out_of_domain},
    {errc::invalid_argument, std::errc::bad_address},
    {errc::invalid_argument, std::errc::connection_already_in_progress},
    {errc::invalid_argument, std::errc::destination_address_required},
    {errc::invalid_argument, std::errc::filename_too_long},
    {errc::invalid_argument, std::errc::message_size},
    {errc::invalid_argument, std::errc::wrong_protocol_type},
    {errc::invalid_socket, std::errc::not_a_socket},
    {errc::invalid_socket, std::errc::not_connected},
    {errc::network_down, std::errc::network_down},
    {errc::network_reset, std::errc::network_reset},
    {errc::network_unreachable, std::errc::network_unreachable},
    {errc::no_buffers, std::errc::no_buffer_space},
    {errc::no_buffers, std::errc::no_space_on_device},
    {errc::no_buffers, std::errc::too_many_files_open},
    {errc::no_buffers, std::errc::too_many_files_open_in_system},
    {errc::operation_not_permitted, std::errc::operation_not_permitted},
    {errc::operation_not_permitted, std::errc::permission_denied},
    {errc::operation_not_permitted, std::errc::read_only_file_system},
    {errc::operation_not_supported, std::errc::operation_not_supported},
    {errc::operation_not_supported, std::errc::not_supported},
    {errc::operation_not_supported, std::errc::function_not_supported},
    {errc::out_of_memory, std::errc::not_enough_memory},
    {errc::protocol_not_supported, std::errc::protocol_not_supported},
    {errc::protocol_not_supported, std::errc::address_family_not_supported},
    {errc::protocol_not_supported, std::errc::no_protocol_option},
    {errc::timeout, std::errc::timed_out},
    // A second value of the library's own for the same std::errc: only ever looked up from the left.
    {errc::deadline_timeout, std::errc::timed_out},
    {errc::invalid_socket_stream, std::errc::not_a_socket},
    {errc::unsupported, std::errc::operation_not_supported},
    {errc::unimplemented, std::errc::function_not_supported},
};

[[nodiscard]] errc from_generic(int value) noexcept {
    auto const row = std::ranges::find(equivalences, static_cast<std::errc>(value), &equivalence::generic);
    return row == std::end(equivalences) ? errc::unknown : row->own;
}

/// The std::errc of the same meaning, or where there is none the value itself.
[[nodiscard]] std::error_condition to_generic(errc value) noexcept {
    auto const row = std::ranges::find(equivalences, value, &equivalence::own);
    return row == std::end(equivalences) ? make_error_condition(value) : std::make_error_condition(row->generic);
}

[[nodiscard]] bool is_enumerator(int value) noexcept {
    return value >= static_cast<int>(errc::address_in_use) && value <= static_cast<int>(errc::line_too_long);
}

/// Whether a handler for the class of `wanted` would catch the class of `actual`.
[[nodiscard]] bool is_kind_of(errc actual, errc wanted) noexcept {
    return actual == wanted || (actual == errc::deadline_timeout && wanted == errc::timeout) ||
           (actual == errc::already_shutdown && wanted == errc::shutdown);
}

class usocket_category_type final : public std::error_category {
public:
    [[nodiscard]] char const* name() const noexcept override { return "usocket"; }
    [[nodiscard]] std::string message(int value) const override {
        return std::string(describe(static_cast<errc>(value)));
    }
    [[nodiscard]] std::error_condition default_error_condition(int value) const noexcept override {
        return to_generic(static_cast<errc>(value));
    }
    /// Makes a code of any category comparable to an errc.
    [[nodiscard]] bool equivalent(std::error_code const& code, int condition) const noexcept override {
        return code && is_kind_of(classify(code), static_cast<errc>(condition));
    }
    using std::error_category::equivalent;
};

class resolver_category_type final : public std::error_category {
public:
    [[nodiscard]] char const* name() const noexcept override { return "resolver"; }
    [[nodiscard]] std::string message(int value) const override { return platform::resolver_message(value); }
    [[nodiscard]] std::error_condition default_error_condition(int value) const noexcept override {
        return to_generic(platform::classify_resolver(value));
    }
};

/// Never destroyed: codes are still compared while a program's static objects are.
template <class Category>
union immortal {
    Category value;
    constexpr immortal() noexcept : value() {}
    ~immortal() {}
};

constinit immortal<usocket_category_type> const own_category;
constinit immortal<resolver_category_type> const name_category;

} // namespace

std::error_category const& usocket_category() noexcept { return own_category.value; }

std::error_category const& resolver_category() noexcept { return name_category.value; }

std::error_condition make_error_condition(errc value) noexcept { return {static_cast<int>(value), usocket_category()}; }

errc classify(std::error_code const& code) noexcept {
    if (code.category() == usocket_category())
        return is_enumerator(code.value()) ? static_cast<errc>(code.value()) : errc::unknown;
    if (code.category() == platform::category())
        return platform::classify(code.value());
    if (code.category() == resolver_category())
        return platform::classify_resolver(code.value());

    // Generic codes, and those of a category that says what its codes mean in terms of either enumeration.
    auto const condition = code.default_error_condition();
    if (condition.category() == std::generic_category())
        return from_generic(condition.value());
    if (condition.category() == usocket_category() && is_enumerator(condition.value()))
        return static_cast<errc>(condition.value());
    return errc::unknown;
}

std::string_view describe(errc value) noexcept {
    switch (value) {
    case errc::address_in_use:
        return "address in use";
    case errc::address_not_available:
        return "address not available";
    case errc::already_shutdown:
        return "already shut down";
    case errc::bad_file_descriptor:
        return "bad file descriptor";
    case errc::connection_aborted:
        return "connection aborted";
    case errc::connection_refused:
        return "connection refused";
    case errc::connection_reset:
        return "connection reset";
    case errc::deadline_timeout:
        return "deadline passed";
    case errc::host_down:
        return "host down";
    case errc::host_unreachable:
        return "host unreachable";
    case errc::interrupted:
        return "cancelled";
    case errc::invalid_argument:
        return "invalid argument";
    case errc::invalid_socket:
        return "invalid socket";
    case errc::invalid_socket_stream:
        return "invalid socket stream";
    case errc::network_down:
        return "network down";
    case errc::network_reset:
        return "network reset";
    case errc::network_unreachable:
        return "network unreachable";
    case errc::no_buffers:
        return "out of buffers or descriptors";
    case errc::operation_not_permitted:
        return "operation not permitted";
    case errc::operation_not_supported:
        return "operation not supported";
    case errc::out_of_memory:
        return "out of memory";
    case errc::protocol_not_supported:
        return "protocol not supported";
    case errc::shutdown:
        return "shut down";
    case errc::socket_type_not_supported:
        return "socket type not supported";
    case errc::timeout:
        return "timed out";
    case errc::unknown:
        break;
    case errc::ns_host_not_found:
        return "host not found";
    case errc::ns_no_recovery:
        return "name service failed";
    case errc::ns_try_again:
        return "name service not answering";
    case errc::ns_unknown:
        return "unknown name service error";
    case errc::unsupported:
        return "unsupported";
    case errc::unimplemented:
        return "unimplemented";
    case errc::end_of_stream:
        return "end of stream";
    case errc::line_too_long:
        return "line too long";
    }
    return "unknown error";
}

} // namespace usocket
