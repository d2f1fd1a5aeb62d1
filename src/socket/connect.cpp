// SPDX-License-Identifier: MIT
#include <usocket/connect.hpp>

#include "conditions/raise.hpp"
#include "socket/connection_race.hpp"
#include "socket/designators.hpp"
#include "socket/socket_access.hpp"
#include "socket/stream_connector.hpp"

namespace usocket {

using detail::limit;
using detail::open_failure;

namespace {

constexpr std::string_view connect_name = "socket_connect";

limit limit_of(connect_options const& options) {
    return limit(options.connect_timeout.is_set() ? options.connect_timeout : options.timeout, options.deadline);
}

bool is_unlimited(connect_options const& options) noexcept {
    return limit::none(options.connect_timeout.is_set() ? options.connect_timeout : options.timeout) &&
           !options.deadline;
}

/// The local half of a plan. Sets `failure` when a designator is of no use.
void plan_local_end(connect_options const& options, limit const& in_force, detail::connect_plan& plan,
                    open_failure& failure) {
    plan.configure = &options.configure;
    plan.unlimited = is_unlimited(options);
    plan.attempt_delay = options.attempt_delay;
    plan.local_port = detail::number_of(options.local_port, platform::socket_type::stream, in_force, failure);
    if (!failure.code)
        plan.local_addresses =
            detail::local_addresses_of(options.local_host, options.ipv6_only, options.resolver, in_force, failure);
}

/// Asks for small writes to go out at once, as the caller wants it.
std::error_code apply_nodelay(platform::handle handle, nodelay wanted) {
    if (wanted == nodelay::no)
        return {};
    int const error = platform::set_nodelay(handle, true);
    if (error == 0 || wanted == nodelay::yes)
        return detail::system_code(error);
    detail::warn_left_undone("tcp_nodelay", connect_name);
    return {};
}

stream_usocket connect(detail::connect_plan const& plan, connect_options const& options, limit const& in_force,
                       open_failure& failure) {
    // The condition's host is the caller's name for it; keep it when the connect succeeds in part.
    std::string const host = failure.host_or_ip;
    detail::connected_handle done = detail::connect_stream(plan, in_force, failure);
    failure.host_or_ip = host;
    if (!done.handle)
        return {};
    auto const family = detail::family_of(done.remote);
    if (family != platform::family::local) {
        failure.code = apply_nodelay(done.handle.get(), options.nodelay);
        if (failure.code) {
            failure.remote = std::move(done.remote);
            return {};
        }
    }
    auto core = detail::make_core(done.handle, socket_kind::stream, family);
    if (!core) {
        failure.code = detail::make_code(errc::out_of_memory);
        failure.remote = std::move(done.remote);
        return {};
    }
    core->element_type = options.element_type;
    core->local = std::move(done.local);
    core->set_remote(std::move(done.remote));
    core->set_read_timeout(options.read_timeout.is_set() ? options.read_timeout : options.timeout);
    core->set_write_timeout(options.write_timeout);
    return detail::socket_access::make<stream_usocket>(std::move(core));
}

stream_usocket connect_by_host(host const& host, port const& port, connect_options const& options,
                               limit const& in_force, open_failure& failure) {
    std::uint16_t const number =
        detail::port_of_peer(host, port, platform::socket_type::stream, options.ipv6_only, in_force, failure);
    if (failure.code)
        return {};
    detail::connect_plan plan;
    plan_local_end(options, in_force, plan, failure);
    if (failure.code)
        return {};
    if (host.is_address()) {
        endpoint const only(host.address(), number);
        plan.remotes = {&only, 1};
        return connect(plan, options, in_force, failure);
    }
    auto const addresses = detail::addresses_of(host, options.ipv6_only, options.resolver, in_force, failure);
    if (failure.code)
        return {};
    std::vector<endpoint> remotes;
    for (auto const& address : detail::interleave_families(addresses))
        remotes.emplace_back(address, number);
    plan.remotes = remotes;
    return connect(plan, options, in_force, failure);
}

stream_usocket connect_all(host const& host, port const& port, connect_options const& options, open_failure& failure) {
    limit const in_force = limit_of(options);
    return detail::open_with_restarts(host, port, options.on_failure, connect_name, failure,
                                      [&](class host const& to, class port const& at, open_failure& why) {
                                          auto socket = connect_by_host(to, at, options, in_force, why);
                                          if (why.code && !is_unlimited(options))
                                              why.elapsed = in_force.elapsed();
                                          return socket;
                                      });
}

stream_usocket connect_all(endpoint const& remote, connect_options const& options, open_failure& failure) {
    if (remote.is_ip())
        return connect_all(remote.address(), remote.port(), options, failure);
    limit const in_force = limit_of(options);
    return detail::open_with_restarts({}, {}, options.on_failure, connect_name, failure,
                                      [&](host const&, port const&, open_failure& why) {
                                          detail::connect_plan plan;
                                          plan.remotes = {&remote, 1};
                                          why.remote = remote;
                                          if (remote.is_local())
                                              why.code = in_force.refused();
                                          else
                                              why.code = detail::make_code(errc::invalid_argument);
                                          if (why.code)
                                              return stream_usocket();
                                          plan_local_end(options, in_force, plan, why);
                                          return why.code ? stream_usocket() : connect(plan, options, in_force, why);
                                      });
}

} // namespace

stream_usocket socket_connect(host const& host, port const& port, connect_options const& options) {
    return detail::open_or_raise(connect_name,
                                 [&](open_failure& failure) { return connect_all(host, port, options, failure); });
}

stream_usocket socket_connect(host const& host, port const& port, connect_options const& options, std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) { return connect_all(host, port, options, failure); });
}

stream_usocket socket_connect(host const& host, port const& port, protocol::stream_tag,
                              connect_options const& options) {
    return socket_connect(host, port, options);
}

stream_usocket socket_connect(host const& host, port const& port, protocol::stream_tag, connect_options const& options,
                              std::error_code& ec) {
    return socket_connect(host, port, options, ec);
}

stream_usocket socket_connect(endpoint const& remote, connect_options const& options) {
    return detail::open_or_raise(connect_name,
                                 [&](open_failure& failure) { return connect_all(remote, options, failure); });
}

stream_usocket socket_connect(endpoint const& remote, connect_options const& options, std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) { return connect_all(remote, options, failure); });
}

} // namespace usocket
