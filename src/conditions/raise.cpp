// SPDX-License-Identifier: MIT
#include "conditions/raise.hpp"

#include "platform/platform.hpp"

namespace usocket {

void raise_condition(condition_info const& info) {
    switch (classify(info.code)) {
    case errc::address_in_use:
        throw address_in_use_error(info);
    case errc::address_not_available:
        throw address_not_available_error(info);
    case errc::already_shutdown:
        throw already_shutdown_error(info);
    case errc::bad_file_descriptor:
        throw bad_file_descriptor_error(info);
    case errc::connection_aborted:
        throw connection_aborted_error(info);
    case errc::connection_refused:
        throw connection_refused_error(info);
    case errc::connection_reset:
        throw connection_reset_error(info);
    case errc::deadline_timeout:
        throw deadline_timeout_error(info);
    case errc::host_down:
        throw host_down_error(info);
    case errc::host_unreachable:
        throw host_unreachable_error(info);
    case errc::interrupted:
        throw interrupted_condition(info);
    case errc::invalid_argument:
        throw invalid_argument_error(info);
    case errc::invalid_socket:
        throw invalid_socket_error(info);
    case errc::invalid_socket_stream:
        throw invalid_socket_stream_error(info);
    case errc::network_down:
        throw network_down_error(info);
    case errc::network_reset:
        throw network_reset_error(info);
    case errc::network_unreachable:
        throw network_unreachable_error(info);
    case errc::no_buffers:
        throw no_buffers_error(info);
    case errc::operation_not_permitted:
        throw operation_not_permitted_error(info);
    case errc::operation_not_supported:
        throw operation_not_supported_error(info);
    case errc::out_of_memory:
        throw out_of_memory_error(info);
    case errc::protocol_not_supported:
        throw protocol_not_supported_error(info);
    case errc::shutdown:
        throw shutdown_error(info);
    case errc::socket_type_not_supported:
        throw socket_type_not_supported_error(info);
    case errc::timeout:
        throw timeout_error(info);
    case errc::unknown:
        break;
    case errc::ns_host_not_found:
        throw ns_host_not_found_error(info);
    case errc::ns_no_recovery:
        throw ns_no_recovery_error(info);
    case errc::ns_try_again:
        throw ns_try_again_error(info);
    case errc::ns_unknown:
        throw ns_unknown_error(info);
    case errc::unsupported:
        throw unsupported(info);
    case errc::unimplemented:
        throw unimplemented(info);
    case errc::end_of_stream:
        throw end_of_stream_error(info);
    case errc::line_too_long:
        throw line_too_long_error(info);
    }
    throw unknown_error(info);
}

namespace detail {

std::error_code system_code(int native) noexcept { return {native, platform::category()}; }

void raise_invalid_argument(std::string_view operation, std::string_view detail) {
    raise_condition({.code = make_code(errc::invalid_argument), .operation = operation, .detail = detail});
}

} // namespace detail

} // namespace usocket
