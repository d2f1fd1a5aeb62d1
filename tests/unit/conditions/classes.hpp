// SPDX-License-Identifier: MIT
#pragma once

#include <tuple>

#include <usocket/conditions.hpp>

namespace condition_test {

namespace u = usocket;

template <u::errc Value, class Class>
struct row {};

/// Every enumerator with the class it is raised as, in the order of the enumerators.
using raised_classes = std::tuple<
    row<u::errc::address_in_use, u::address_in_use_error>,
    row<u::errc::address_not_available, u::address_not_available_error>,
    row<u::errc::already_shutdown, u::already_shutdown_error>,
    row<u::errc::bad_file_descriptor, u::bad_file_descriptor_error>,
    row<u::errc::connection_aborted, u::connection_aborted_error>,
    row<u::errc::connection_refused, u::connection_refused_error>,
    row<u::errc::connection_reset, u::connection_reset_error>,
    row<u::errc::deadline_timeout, u::deadline_timeout_error>, row<u::errc::host_down, u::host_down_error>,
    row<u::errc::host_unreachable, u::host_unreachable_error>, row<u::errc::interrupted, u::interrupted_condition>,
    row<u::errc::invalid_argument, u::invalid_argument_error>, row<u::errc::invalid_socket, u::invalid_socket_error>,
    row<u::errc::invalid_socket_stream, u::invalid_socket_stream_error>,
    row<u::errc::network_down, u::network_down_error>, row<u::errc::network_reset, u::network_reset_error>,
    row<u::errc::network_unreachable, u::network_unreachable_error>, row<u::errc::no_buffers, u::no_buffers_error>,
    row<u::errc::operation_not_permitted, u::operation_not_permitted_error>,
    row<u::errc::operation_not_supported, u::operation_not_supported_error>,
    row<u::errc::out_of_memory, u::out_of_memory_error>,
    row<u::errc::protocol_not_supported, u::protocol_not_supported_error>, row<u::errc::shutdown, u::shutdown_error>,
    row<u::errc::socket_type_not_supported, u::socket_type_not_supported_error>,
    row<u::errc::timeout, u::timeout_error>, row<u::errc::unknown, u::unknown_error>,
    row<u::errc::ns_host_not_found, u::ns_host_not_found_error>, row<u::errc::ns_no_recovery, u::ns_no_recovery_error>,
    row<u::errc::ns_try_again, u::ns_try_again_error>, row<u::errc::ns_unknown, u::ns_unknown_error>,
    row<u::errc::unsupported, u::unsupported>, row<u::errc::unimplemented, u::unimplemented>,
    row<u::errc::end_of_stream, u::end_of_stream_error>, row<u::errc::line_too_long, u::line_too_long_error>>;

/// Calls `visit.operator()<Value, Class>()` for each.
template <class Visitor>
void for_each_raised_class(Visitor&& visit) {
    [&]<u::errc... Values, class... Classes>(std::tuple<row<Values, Classes>...> const*) {
        (visit.template operator()<Values, Classes>(), ...);
    }(static_cast<raised_classes const*>(nullptr));
}

inline std::error_code code_of(u::errc value) { return {static_cast<int>(value), u::usocket_category()}; }

} // namespace condition_test
