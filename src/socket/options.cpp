// SPDX-License-Identifier: MIT
#include <usocket/options.hpp>

#include <new>
#include <utility>

#include "conditions/raise.hpp"
#include "platform/socket_options.hpp"
#include "socket/new_socket.hpp"
#include "socket/open_core.hpp"
#include "socket/option_rules.hpp"

namespace usocket {
namespace detail {
namespace {

constexpr std::string_view reading = "socket_option";
constexpr std::string_view writing = "set_socket_option";

template <class Body>
auto run(std::error_code* ec, Body&& body) {
    return ec != nullptr ? report_to(*ec, body) : body();
}

[[noreturn]] void raise(socket_core const& core, std::string_view operation, std::error_code const& code,
                        std::string_view detail) {
    raise_condition({.code = code,
                     .operation = operation,
                     .local = core.local,
                     .remote = core.remote(),
                     .detail = detail,
                     .handle = core.handle()});
}

/// Whether this kind of socket has the option. Where not, `unsupported` is raised, or a warning given.
bool check_kind(socket_core const& core, option_rule const& rule, std::string_view operation) {
    if (rule.is_of(core.kind, core.family))
        return true;
    report_unsupported("option " + std::string(rule.name), operation, rule.needs);
    return false;
}

void check_range(socket_core const& core, option_rule const& rule, std::int64_t value) {
    if (value >= rule.least && value <= rule.most)
        return;
    auto const what = std::string(rule.name) + " must be " +
                      (rule.least == unset_value ? "unset, or 0" : std::to_string(rule.least)) + " to " +
                      std::to_string(rule.most);
    raise(core, writing, make_code(errc::invalid_argument), what);
}

/// Calls the system. False after a warning that the system lacks `feature`; raises for any other failure.
template <class Call>
bool call_system(socket_core& core, std::string_view feature, std::string_view operation, Call&& call) {
    socket_core::use const in_use(core);
    if (!in_use)
        raise(core, operation, make_code(errc::invalid_socket), {});
    int const error = call(in_use.handle());
    if (error == 0)
        return true;
    if (!platform::is_no_such_option(error))
        raise(core, operation, system_code(error), feature);
    report_unsupported(feature, operation);
    return false;
}

/// Reads into `value` if the socket has the option; `call(core, handle, value)` asks the system.
template <class Value, class Call>
bool read(usocket const& socket, option_id id, Value& value, std::error_code* ec, Call&& call) {
    return run(ec, [&] {
        socket_core& core = open_core(socket, reading);
        auto const& rule = rule_of(id);
        return check_kind(core, rule, reading) &&
               call_system(core, "option " + std::string(rule.name), reading,
                           [&](platform::handle handle) { return call(core, handle, value); });
    });
}

int ask(platform::handle handle, platform::family family, option_id id) noexcept {
    switch (id) {
    case option_id::join_multicast_group:
    case option_id::leave_multicast_group:
        return 0; // write only
    case option_id::tcp_info: {
        tcp_info ignored;
        return platform::get_tcp_info(handle, ignored);
    }
    case option_id::bind_to_device:
    case option_id::tcp_congestion_control:
        try {
            std::string ignored;
            return platform::get_text_option(handle, id, ignored);
        } catch (std::bad_alloc const&) {
            return 0;
        }
    default: {
        std::int64_t ignored = 0;
        return platform::get_option(handle, family, id, ignored);
    }
    }
}

bool is_kept_here(option_id id) noexcept { return id == option_id::receive_timeout || id == option_id::send_timeout; }

/// The group as the system is to be told, or why not.
std::string_view check_group(socket_core const& core, multicast_group& value) noexcept {
    if (value.interface_index == 0)
        value.interface_index = value.group.scope();
    value.group = value.group.unmapped();
    if (!value.group.is_multicast())
        return "the group is not a multicast address";
    if (value.group.is_v6() && core.family != platform::family::v6)
        return "an IPv6 group needs an IPv6 socket";
    if (value.source) {
        value.source = value.source->unmapped();
        if (value.source->is_v6() != value.group.is_v6())
            return "the group and the source are of different families";
        if (value.source->is_multicast())
            return "the source is a multicast address";
    }
    return {};
}

} // namespace

bool read_option(usocket const& socket, option_id id, std::int64_t& value, std::error_code* ec) {
    return read(socket, id, value, ec, [id](socket_core const& core, platform::handle handle, std::int64_t& out) {
        return platform::get_option(handle, core.family, id, out);
    });
}

bool read_option(usocket const& socket, option_id id, std::string& value, std::error_code* ec) {
    return read(socket, id, value, ec, [id](socket_core const&, platform::handle handle, std::string& out) {
        return platform::get_text_option(handle, id, out);
    });
}

bool read_option(usocket const& socket, option_id, tcp_info& value, std::error_code* ec) {
    return read(socket, option_id::tcp_info, value, ec, [](socket_core const&, platform::handle handle, tcp_info& out) {
        return platform::get_tcp_info(handle, out);
    });
}

bool read_option(usocket const& socket, option_id id, time_limit& value, std::error_code* ec) {
    return run(ec, [&] {
        socket_core const& core = open_core(socket, reading);
        if (!check_kind(core, rule_of(id), reading))
            return false;
        value = id == option_id::receive_timeout ? core.read_timeout() : core.write_timeout();
        return true;
    });
}

void write_option(usocket& socket, option_id id, std::int64_t value, std::error_code* ec) {
    run(ec, [&] {
        socket_core& core = open_core(socket, writing);
        auto const& rule = rule_of(id);
        if (!check_kind(core, rule, writing))
            return;
        check_range(core, rule, value);
        call_system(core, "option " + std::string(rule.name), writing,
                    [&](platform::handle handle) { return platform::set_option(handle, core.family, id, value); });
    });
}

void write_option(usocket& socket, option_id id, std::string_view value, std::error_code* ec) {
    run(ec, [&] {
        socket_core& core = open_core(socket, writing);
        auto const& rule = rule_of(id);
        if (check_kind(core, rule, writing))
            call_system(core, "option " + std::string(rule.name) + " \"" + std::string(value) + '"', writing,
                        [&](platform::handle handle) { return platform::set_text_option(handle, id, value); });
    });
}

void write_option(usocket& socket, option_id id, time_limit value, std::error_code* ec) {
    run(ec, [&] {
        socket_core& core = open_core(socket, writing);
        if (!check_kind(core, rule_of(id), writing))
            return;
        if (id == option_id::receive_timeout)
            core.set_read_timeout(value);
        else
            core.set_write_timeout(value);
    });
}

void write_option(usocket& socket, option_id id, multicast_group const& value, std::error_code* ec) {
    run(ec, [&] {
        socket_core& core = open_core(socket, writing);
        auto const& rule = rule_of(id);
        if (!check_kind(core, rule, writing))
            return;
        multicast_group wanted = value;
        if (auto const refusal = check_group(core, wanted); !refusal.empty())
            raise(core, writing, make_code(errc::invalid_argument),
                  std::string(rule.name) + ": " + std::string(refusal));
        call_system(core, "option " + std::string(rule.name) + ' ' + value.group.to_string(), writing,
                    [&](platform::handle handle) {
                        auto const change =
                            id == option_id::join_multicast_group ? platform::join_group : platform::leave_group;
                        return change(handle, wanted.group, wanted.interface_index,
                                      wanted.source ? &*wanted.source : nullptr);
                    });
    });
}

namespace {

std::string raw_name(int level, int name) {
    return "option " + std::to_string(name) + " of level " + std::to_string(level);
}

} // namespace

bool read_raw_option(usocket const& socket, int level, int name, std::span<std::byte> value, std::error_code* ec) {
    return run(ec, [&] {
        socket_core& core = open_core(socket, reading);
        std::size_t size = 0;
        std::string const feature = raw_name(level, name);
        if (!call_system(core, feature, reading, [&](platform::handle handle) {
                return platform::get_raw_option(handle, level, name, value, size);
            }))
            return false;
        if (size != value.size())
            raise(core, reading, make_code(errc::invalid_argument),
                  feature + " has " + std::to_string(size) + " octets, not " + std::to_string(value.size()));
        return true;
    });
}

void write_raw_option(usocket& socket, int level, int name, std::span<std::byte const> value, std::error_code* ec) {
    run(ec, [&] {
        socket_core& core = open_core(socket, writing);
        call_system(core, raw_name(level, name), writing,
                    [&](platform::handle handle) { return platform::set_raw_option(handle, level, name, value); });
    });
}

} // namespace detail

bool supports(option_id option) noexcept {
    using namespace detail;
    if (is_kept_here(option))
        return true;
    if (!platform::option_exists(option))
        return false;
    auto const kinds = rule_of(option).kinds;
    auto const family = (kinds & socket_kinds::only_v6) != 0 ? platform::family::v6 : platform::family::v4;
    auto const type =
        (kinds & socket_kinds::tcp) != 0 ? platform::socket_type::stream : platform::socket_type::datagram;
    platform::handle handle = platform::invalid_handle;
    int const error = platform::open_socket(family, type, false, handle);
    if (error != 0) // without a socket to ask, what is known must do
        return platform::classify(error) != errc::protocol_not_supported;
    unique_handle const probe(handle);
    return !platform::is_no_such_option(ask(probe.get(), family, option));
}

bool supports(usocket const& socket, option_id option) noexcept {
    using namespace detail;
    socket_core* const core = socket_access::core(socket);
    if (core == nullptr || !rule_of(option).is_of(core->kind, core->family))
        return false;
    socket_core::use const in_use(*core);
    if (!in_use)
        return false;
    if (is_kept_here(option))
        return true;
    return platform::option_exists(option) && !platform::is_no_such_option(ask(in_use.handle(), core->family, option));
}

std::uint32_t interface_number(std::string_view name) { return platform::interface_index(std::string(name)); }

} // namespace usocket
