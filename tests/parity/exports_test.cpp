// SPDX-License-Identifier: MIT
//
// Every symbol that the original exports has its counterpart here: the recording's list of symbols against what the
// compiler sees in the public headers.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "parity/outcome.hpp"

#include <usocket/options.hpp>
#include <usocket/server.hpp>
#include <usocket/usocket.hpp>

namespace {

using namespace parity;
using namespace usocket;

// ---- Conditions

struct condition_class {
    std::string_view name;
    bool is_error;
    std::set<std::string> bases; ///< all of them that are conditions
};

template <class T>
struct named {
    std::string_view name;
};

constexpr auto conditions = std::tuple{
    named<address_in_use_error>{"address-in-use-error"},
    named<address_not_available_error>{"address-not-available-error"},
    named<bad_file_descriptor_error>{"bad-file-descriptor-error"},
    named<connection_aborted_error>{"connection-aborted-error"},
    named<connection_refused_error>{"connection-refused-error"},
    named<connection_reset_error>{"connection-reset-error"},
    named<deadline_timeout_error>{"deadline-timeout-error"},
    named<host_down_error>{"host-down-error"},
    named<host_unreachable_error>{"host-unreachable-error"},
    named<insufficient_implementation>{"insufficient-implementation"},
    named<interrupted_condition>{"interrupted-condition"},
    named<invalid_argument_error>{"invalid-argument-error"},
    named<invalid_socket_error>{"invalid-socket-error"},
    named<invalid_socket_stream_error>{"invalid-socket-stream-error"},
    named<network_down_error>{"network-down-error"},
    named<network_reset_error>{"network-reset-error"},
    named<network_unreachable_error>{"network-unreachable-error"},
    named<no_buffers_error>{"no-buffers-error"},
    named<ns_condition>{"ns-condition"},
    named<ns_error>{"ns-error"},
    named<ns_host_not_found_error>{"ns-host-not-found-error"},
    named<ns_no_recovery_error>{"ns-no-recovery-error"},
    named<ns_try_again_condition>{"ns-try-again-condition"},
    named<ns_unknown_condition>{"ns-unknown-condition"},
    named<ns_unknown_error>{"ns-unknown-error"},
    named<operation_not_permitted_error>{"operation-not-permitted-error"},
    named<operation_not_supported_error>{"operation-not-supported-error"},
    named<protocol_not_supported_error>{"protocol-not-supported-error"},
    named<shutdown_error>{"shutdown-error"},
    named<socket_condition>{"socket-condition"},
    named<socket_error>{"socket-error"},
    named<socket_type_not_supported_error>{"socket-type-not-supported-error"},
    named<socket_warning>{"socket-warning"},
    named<timeout_error>{"timeout-error"},
    named<unimplemented>{"unimplemented"},
    named<unknown_condition>{"unknown-condition"},
    named<unknown_error>{"unknown-error"},
    named<unsupported>{"unsupported"},
};

template <class T>
condition_class describe_condition(named<T> entry) {
    static_assert(std::is_base_of_v<condition, T> && std::is_base_of_v<std::system_error, T>);
    condition_class result{entry.name,
                           std::is_base_of_v<socket_error, T> || std::is_base_of_v<ns_error, T> ||
                               std::is_base_of_v<insufficient_implementation, T>,
                           {}};
    auto const add = [&]<class Base>(named<Base> base) {
        if (std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>)
            result.bases.emplace(base.name);
    };
    std::apply([&](auto... bases) { (add(bases), ...); }, conditions);
    return result;
}

std::map<std::string_view, condition_class> condition_classes() {
    std::map<std::string_view, condition_class> classes;
    std::apply([&](auto... entries) { ((classes[entries.name] = describe_condition(entries)), ...); }, conditions);
    return classes;
}

/// The names in "supers (a b)", without Lisp's own.
std::set<std::string> parents(std::string const& detail) {
    std::set<std::string> names;
    auto const start = detail.find("supers ");
    if (start == detail.npos)
        return names;
    auto const values = read_values(detail.substr(start + 7));
    for (auto const& value : values.at(0).elements) {
        if (value.text != "condition" && value.text != "error")
            names.insert(value.text);
    }
    return names;
}

std::string check_condition(condition_class const& here, exported_symbol const& symbol,
                            std::map<std::string, std::string> const& details) {
    if (symbol.kind.starts_with("none"))
        return "a condition";
    if (here.is_error != symbol.kind.ends_with("condition:error"))
        return here.is_error ? "an error" : "no error";
    std::set<std::string> expected;
    for (auto pending = parents(symbol.detail); !pending.empty();) {
        auto const name = *pending.begin();
        pending.erase(pending.begin());
        expected.insert(name);
        pending.merge(parents(details.at(name)));
    }
    for (auto const& name : expected) {
        if (here.bases.count(name) == 0)
            return "not " + name;
    }
    for (auto const& name : here.bases) {
        if (expected.count(name) == 0)
            return "also " + name;
    }
    return {};
}

// ---- Classes, functions and macros: it is the compiler that checks them

template <class... Results>
constexpr bool callable = true;

template <class T>
T& an() noexcept; // an object, in an unevaluated call

using socket_class = ::usocket::usocket;
static_assert(std::is_base_of_v<socket_class, stream_usocket>);
static_assert(std::is_base_of_v<socket_class, stream_server_usocket>);
static_assert(std::is_base_of_v<socket_class, datagram_usocket>);

struct on_socket {
    void operator()(stream_usocket&) const;
    void operator()(stream_server_usocket&) const;
    void operator()(stream_usocket&, socket_stream&) const;
};

struct on_stream {
    void operator()(socket_stream&, int, char const*) const;
};

// With each argument that the original documents.
constexpr std::pair<std::string_view, bool> callables[] = {
    {"add-waiter", callable<decltype(add_waiter(an<wait_list>(), an<socket_class>()))>},
    {"datagram-usocket", callable<decltype(an<datagram_usocket>().connected())>},
    {"datagram-usocket-p", callable<decltype(datagram_usocket_p(an<socket_class>()))>},
    {"*remote-host*", callable<decltype(remote_host())>},
    {"*remote-port*", callable<decltype(remote_port())>},
    {"default-tcp-handler", callable<decltype(default_tcp_handler(an<socket_stream>()))>},
    {"default-udp-handler", callable<decltype(default_udp_handler({}))>},
    {"dotted-quad-to-vector-quad", callable<decltype(dotted_quad_to_vector_quad("1.2.3.4"))>},
    {"echo-tcp-handler", callable<decltype(echo_tcp_handler(an<socket_stream>()))>},
    {"get-host-by-name", callable<decltype(get_host_by_name("name"))>},
    {"get-hosts-by-name", callable<decltype(get_hosts_by_name("name"))>},
    {"get-local-address", callable<decltype(get_local_address(an<socket_class>()))>},
    {"get-local-name", callable<decltype(get_local_name(an<socket_class>()))>},
    {"get-local-port", callable<decltype(get_local_port(an<socket_class>()))>},
    {"get-peer-address", callable<decltype(get_peer_address(an<socket_class>()))>},
    {"get-peer-name", callable<decltype(get_peer_name(an<socket_class>()))>},
    {"get-peer-port", callable<decltype(get_peer_port(an<socket_class>()))>},
    {"get-random-host-by-name", callable<decltype(get_random_host_by_name("name"))>},
    {"hbo-to-dotted-quad", callable<decltype(hbo_to_dotted_quad(1))>},
    {"hbo-to-vector-quad", callable<decltype(hbo_to_vector_quad(1))>},
    {"host-byte-order", callable<decltype(host_byte_order("1.2.3.4"))>},
    {"host-or-ip", callable<decltype(an<ns_condition>().host_or_ip())>},
    {"host-to-hostname", callable<decltype(host_to_hostname(1))>},
    {"integer-to-octet-buffer", callable<decltype(integer_to_octet_buffer(1, mutable_octet_span(), 2, 0))>},
    {"ip-from-octet-buffer", callable<decltype(ip_from_octet_buffer(octet_span(), 0))>},
    {"ip-to-octet-buffer", callable<decltype(ip_to_octet_buffer("1.2.3.4", mutable_octet_span(), 0))>},
    {"ip/=", callable<decltype(ip_not_equal(1, 2))>},
    {"ip=", callable<decltype(ip_equal(1, 2))>},
    {"ipv6-host-to-vector", callable<decltype(ipv6_host_to_vector("::1"))>},
    {"make-wait-list", callable<decltype(make_wait_list({&an<socket_class>()}))>},
    {"octet-buffer-to-integer", callable<decltype(octet_buffer_to_integer(octet_span(), 2, 0))>},
    {"port-from-octet-buffer", callable<decltype(port_from_octet_buffer(octet_span(), 0))>},
    {"port-to-octet-buffer", callable<decltype(port_to_octet_buffer(80, mutable_octet_span(), 0))>},
    {"remove-all-waiters", callable<decltype(remove_all_waiters(an<wait_list>()))>},
    {"remove-waiter", callable<decltype(remove_waiter(an<wait_list>(), an<socket_class>()))>},
    {"socket", callable<decltype(an<socket_class>().native_handle())>},
    {"socket-accept", callable<decltype(socket_accept(an<stream_server_usocket>(), {.element_type = element::octet}))>},
    {"socket-close", callable<decltype(socket_close(an<socket_class>()))>},
    {"socket-connect",
     callable<decltype(socket_connect("name", 80,
                                      {.element_type = element::octet,
                                       .timeout = std::chrono::seconds(1),
                                       .deadline = time_point(),
                                       .nodelay = nodelay::if_supported,
                                       .local_host = "127.0.0.1",
                                       .local_port = 80})),
              decltype(socket_connect(0x7f000001, 80)), decltype(socket_connect({127, 0, 0, 1}, 80)),
              decltype(socket_connect({an<int>(), an<int>(), an<int>(), an<int>()}, an<int>())),
              decltype(socket_connect(ip_address::loopback_v6(), 80)), decltype(socket_connect({}, 80)),
              decltype(socket_connect("name", 80, protocol::stream)),
              decltype(socket_connect(
                  "name", 80, protocol::datagram,
                  {.timeout = std::chrono::seconds(1), .local_host = "127.0.0.1", .local_port = 80})),
              decltype(socket_connect(protocol::datagram, {.local_port = 80}))>},
    {"socket-listen",
     callable<decltype(socket_listen(
         wildcard_host, auto_port,
         {.reuse_address = true, .reuseaddress = true, .backlog = 5, .element_type = element::octet}))>},
    {"socket-option", callable<decltype(socket_option(an<stream_usocket>(), option::receive_timeout)),
                               decltype(socket_option(an<stream_usocket>(), option::send_timeout)),
                               decltype(socket_option(an<stream_server_usocket>(), option::reuse_address)),
                               decltype(socket_option(an<datagram_usocket>(), option::broadcast)),
                               decltype(socket_option(an<stream_usocket>(), option::tcp_nodelay)),
                               decltype(socket_option(an<stream_usocket>(), option::tcp_no_delay)),
                               decltype(socket_option(an<stream_usocket>(), option::tcp_keepalive)),
                               decltype(set_socket_option(an<stream_usocket>(), option::tcp_nodelay, true))>},
    {"socket-receive", callable<decltype(socket_receive(an<datagram_usocket>(), mutable_octet_span(), {.length = 5})),
                                decltype(socket_receive(an<datagram_usocket>()))>},
    {"socket-send", callable<decltype(socket_send(an<datagram_usocket>(), "text",
                                                  {.length = 2, .offset = 1, .host = "127.0.0.1", .port = 80}))>},
    {"socket-server", callable<decltype(socket_server(wildcard_host, auto_port, on_stream(),
                                                      {.in_new_thread = true,
                                                       .protocol = protocol::stream,
                                                       .element_type = element::octet,
                                                       .reuse_address = true,
                                                       .multi_threading = true,
                                                       .name = "name"},
                                                      1, "two")),
                               decltype(socket_server("127.0.0.1", 80, default_udp_handler,
                                                      {.in_new_thread = true,
                                                       .protocol = protocol::datagram,
                                                       .timeout = std::chrono::seconds(1),
                                                       .max_buffer_size = max_datagram_packet_size}))>},
    {"socket-shutdown", callable<decltype(socket_shutdown(an<socket_class>(), direction::input)),
                                 decltype(socket_shutdown(an<socket_class>(), direction::output)),
                                 decltype(socket_shutdown(an<socket_class>(), direction::io))>},
    {"socket-state", callable<decltype(an<socket_class>().state() == readiness::read_write)>},
    {"socket-stream", callable<decltype(an<stream_usocket>().stream())>},
    {"stream-server-usocket", callable<decltype(an<stream_server_usocket>().element_type())>},
    {"stream-server-usocket-p", callable<decltype(stream_server_usocket_p(an<socket_class>()))>},
    {"stream-usocket", callable<decltype(an<stream_usocket>().stream())>},
    {"stream-usocket-p", callable<decltype(stream_usocket_p(an<socket_class>()))>},
    {"unimplemented", callable<decltype(signal_unimplemented("feature", "context"))>},
    {"unsupported", callable<decltype(signal_unsupported("feature", "context", "minimum"))>},
    {"usocket", callable<decltype(an<socket_class>().state())>},
    {"usocket-p", callable<decltype(usocket_p(an<socket_class>()))>},
    {"vector-quad-to-dotted-quad", callable<decltype(vector_quad_to_dotted_quad({1, 2, 3, 4}))>},
    {"vector-to-ipv6-host", callable<decltype(vector_to_ipv6_host({}))>},
    {"wait-for-input",
     callable<decltype(wait_for_input(an<wait_list>(), {.timeout = std::chrono::seconds(1), .ready_only = true})),
              decltype(wait_for_input(an<socket_class>())), decltype(wait_for_input({&an<socket_class>()}))>},
    {"with-client-socket", callable<decltype(with_client_socket("name", 80, on_socket()))>},
    {"with-connected-socket", callable<decltype(with_connected_socket(stream_usocket(), on_socket()))>},
    {"with-mapped-conditions", callable<decltype(with_mapped_conditions([] {}))>},
    {"with-server-socket", callable<decltype(with_server_socket(stream_server_usocket(), on_socket()))>},
    {"with-socket-listener", callable<decltype(with_socket_listener(wildcard_host, auto_port, on_socket()))>},
};

// ---- Values

std::map<std::string_view, std::string> values() {
    return {
        {"*auto-port*", "= " + std::to_string(auto_port)},
        {"*backend*", default_backend() == backend::native ? "= :native" : "another"},
        {"*version*", version == "0.8.3" ? "= \"0.8.3\"" : "its own"},
        {"*wildcard-host*", "= " + written(host(wildcard_host).address().octets())},
        {"+max-datagram-packet-size+", "= " + std::to_string(max_datagram_packet_size)},
    };
}

// ---- The event loop is a library of its own

constexpr std::string_view of_the_event_loop[] = {"*default-event-base*"};
#if __has_include(<usocket/event_base.hpp>)
#error "These symbols have come: check them as the others are."
#endif

bool is_elsewhere(std::string_view name) {
    return std::count(std::begin(of_the_event_loop), std::end(of_the_event_loop), name) != 0;
}

TEST(exports, every_symbol_has_its_counterpart) {
    auto const symbols = read_exports();
    EXPECT_EQ(symbols.size(), 105U);
    std::map<std::string, std::string> details;
    for (auto const& symbol : symbols)
        details[symbol.name] = symbol.detail;
    auto const classes = condition_classes();
    auto const known_values = values();
    auto const differences = read_differences("Exported symbols");
    auto const reasons = read_reasons();

    for (auto const& symbol : symbols) {
        SCOPED_TRACE(symbol.name);
        std::string here;
        int checks = 0;
        if (auto const found = classes.find(symbol.name); found != classes.end()) {
            ++checks;
            here = check_condition(found->second, symbol, details);
        }
        if (auto const found = known_values.find(symbol.name); found != known_values.end()) {
            ++checks;
            here = found->second == symbol.detail ? "" : found->second;
        }
        for (auto const& [name, is_callable] : callables)
            checks += name == symbol.name && is_callable ? 1 : 0;
        checks += is_elsewhere(symbol.name) ? 1 : 0;
        // The macros that are conditions, too, have two counterparts.
        EXPECT_EQ(checks, symbol.kind.starts_with("macro+condition") ? 2 : 1) << "has no check, or too many";

        auto const documented = differences.find({symbol.name, symbol.kind});
        if (here.empty()) {
            EXPECT_EQ(documented, differences.end()) << "does not differ, but docs/differences.md names it";
            continue;
        }
        if (documented == differences.end()) {
            ADD_FAILURE() << "differs, and docs/differences.md does not name it: " << here;
            continue;
        }
        EXPECT_EQ(documented->second.original, symbol.detail);
        EXPECT_EQ(documented->second.here, here);
        EXPECT_EQ(std::count(reasons.begin(), reasons.end(), documented->second.reason), 1)
            << documented->second.reason;
    }
    for (auto const& [row, difference] : differences)
        EXPECT_EQ(details.count(row.first), 1U) << row.first << " is no symbol of the original";
}

} // namespace
