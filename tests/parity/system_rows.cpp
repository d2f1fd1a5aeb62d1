// SPDX-License-Identifier: MIT
//
// The rows of the recording that are about names, timeouts, kinds of sockets and the system's error numbers.
#include <chrono>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <typeinfo>

#include <netdb.h>

#include "parity/outcome.hpp"
#include "platform/platform.hpp"
#include "resolve/testing.hpp"

#include <usocket/conditions.hpp>
#include <usocket/names.hpp>
#include <usocket/socket.hpp>
#include <usocket/time_limit.hpp>

namespace parity {
namespace {

using arguments_type = std::vector<lisp_value> const&;

/// Knows "localhost", as the machine of the recording did, and no other name: no test asks a name server.
usocket::platform::resolver_status resolve_name(std::string const& name,
                                                std::optional<usocket::platform::family> /*only*/,
                                                std::vector<usocket::ip_address>& out) {
    if (name != "localhost")
        return {.error = EAI_NONAME};
    out = {usocket::ip_address::loopback_v4()};
    return {};
}

class own_resolver {
public:
    own_resolver() { usocket::detail::set_resolver_for_testing(&calls_); }
    ~own_resolver() { usocket::detail::set_resolver_for_testing(nullptr); }
    own_resolver(own_resolver const&) = delete;
    own_resolver& operator=(own_resolver const&) = delete;

private:
    usocket::detail::resolver_calls const calls_{.resolve_name = resolve_name};
};

std::string get_host_by_name(arguments_type arguments) {
    own_resolver const resolver;
    return written(usocket::get_host_by_name(arguments[0].text).octets());
}

std::string get_hosts_by_name(arguments_type arguments) {
    own_resolver const resolver;
    std::string text = "(";
    for (auto const& address : usocket::get_hosts_by_name(arguments[0].text))
        text += (text.size() > 1 ? " " : "") + written(address.octets());
    return text + ')';
}

/// A timeout as seconds and microseconds.
std::string split_timeout(arguments_type arguments) {
    auto const& text = arguments[0].text;
    auto const slash = text.find('/');
    double seconds = std::strtod(text.c_str(), nullptr);
    if (slash != text.npos)
        seconds /= std::strtod(text.c_str() + slash + 1, nullptr);
    usocket::time_limit const limit = std::chrono::duration<double>(seconds);
    auto const microseconds = std::chrono::ceil<std::chrono::microseconds>(limit.length()).count();
    return std::to_string(microseconds / 1'000'000) + ' ' + std::to_string(microseconds % 1'000'000);
}

std::string usocket_p(arguments_type arguments) {
    return written(arguments[0].is_string() ? usocket::usocket_p("a") : usocket::usocket_p(std::nullopt));
}

std::string predicates_of_a_datagram_socket(arguments_type) {
    usocket::datagram_usocket const socket;
    return written(usocket::usocket_p(socket)) + ' ' + written(usocket::stream_usocket_p(socket)) + ' ' +
           written(usocket::stream_server_usocket_p(socket)) + ' ' + written(usocket::datagram_usocket_p(socket));
}

template <class Error>
bool is_exactly(usocket::socket_error const& error) {
    return typeid(error) == typeid(Error);
}

struct error_class {
    std::string_view name;
    bool (*is_class_of)(usocket::socket_error const&);
};

constexpr error_class error_classes[] = {
    {"address-in-use-error", is_exactly<usocket::address_in_use_error>},
    {"address-not-available-error", is_exactly<usocket::address_not_available_error>},
    {"already-shutdown-error", is_exactly<usocket::already_shutdown_error>},
    {"bad-file-descriptor-error", is_exactly<usocket::bad_file_descriptor_error>},
    {"connection-aborted-error", is_exactly<usocket::connection_aborted_error>},
    {"connection-refused-error", is_exactly<usocket::connection_refused_error>},
    {"connection-reset-error", is_exactly<usocket::connection_reset_error>},
    {"host-down-error", is_exactly<usocket::host_down_error>},
    {"host-unreachable-error", is_exactly<usocket::host_unreachable_error>},
    {"network-down-error", is_exactly<usocket::network_down_error>},
    {"network-reset-error", is_exactly<usocket::network_reset_error>},
    {"network-unreachable-error", is_exactly<usocket::network_unreachable_error>},
    {"no-buffers-error", is_exactly<usocket::no_buffers_error>},
    {"operation-not-permitted-error", is_exactly<usocket::operation_not_permitted_error>},
    {"operation-not-supported-error", is_exactly<usocket::operation_not_supported_error>},
    {"out-of-memory-error", is_exactly<usocket::out_of_memory_error>},
    {"protocol-not-supported-error", is_exactly<usocket::protocol_not_supported_error>},
    {"timeout-error", is_exactly<usocket::timeout_error>},
};

/// The class of error that an error number of Linux becomes, and whether it is exported: "nil nil" for one without a
/// class of its own, and for one that is a condition but no error.
std::string map_errno_error(arguments_type arguments) {
    try {
        usocket::raise_condition({.code = {static_cast<int>(arguments[0].integer), std::system_category()}});
    } catch (usocket::unknown_error const&) {
        return "nil nil";
    } catch (usocket::interrupted_condition const&) {
        return "nil nil";
    } catch (usocket::socket_error const& error) {
        for (auto const& [name, is_class_of] : error_classes) {
            if (is_class_of(error))
                return "usocket:" + std::string(name) + " t";
        }
        return "a class that is not listed";
    }
}

} // namespace

std::map<std::string_view, checker> const& system_checkers() {
    static std::map<std::string_view, checker> const checkers{
        {"get-host-by-name", get_host_by_name},
        {"get-hosts-by-name", get_hosts_by_name},
        {"split-timeout(internal)", split_timeout},
        {"usocket-p", usocket_p},
        {"usocket-p/stream-usocket-p/stream-server-usocket-p/datagram-usocket-p", predicates_of_a_datagram_socket},
        {"map-errno-error(internal)", map_errno_error},
    };
    return checkers;
}

} // namespace parity
