// SPDX-License-Identifier: MIT
#include <algorithm>

#include <usocket/connect.hpp>

#include "conditions/raise.hpp"
#include "socket/designators.hpp"
#include "socket/new_socket.hpp"
#include "socket/socket_access.hpp"
#include "socket/stream_connector.hpp"

namespace usocket {

using detail::limit;
using detail::open_failure;
using detail::unique_handle;

namespace {

constexpr std::string_view datagram_connect_name = "socket_connect";

/// Our end of a datagram socket.
struct local_end {
    std::optional<endpoint> bound{};     ///< Given as an endpoint.
    std::vector<ip_address> addresses{}; ///< Given as a host.
    std::uint16_t port = 0;
    [[nodiscard]] bool is_given() const noexcept { return bound || port != 0 || !addresses.empty(); }
};

local_end find_local_end(datagram_options const& options, limit const& in_force, open_failure& failure) {
    local_end end{.bound = options.local};
    end.port = detail::number_of(options.local_port, platform::socket_type::datagram, in_force, failure);
    if (!failure.code)
        end.addresses =
            detail::local_addresses_of(options.local_host, options.ipv6_only, options.resolver, in_force, failure);
    return end;
}

datagram_usocket finish(unique_handle handle, platform::family family, bool dual_stack, datagram_options const& options,
                        endpoint const& remote, open_failure& failure) {
    auto core = detail::make_core(handle, socket_kind::datagram, family);
    if (!core) {
        failure.code = detail::make_code(errc::out_of_memory);
        return {};
    }
    core->connected = remote.type() != endpoint::kind::none;
    core->v6_only = family == platform::family::v6 && !dual_stack;
    core->local = failure.local;
    if (core->local.is_ip() && core->local.port() == auto_port) // so that conditions name the port that was chosen
        static_cast<void>(platform::local_endpoint(core->handle(), core->local));
    core->set_remote(remote);
    core->remove_path_on_close = options.local && options.local->type() == endpoint::kind::local_path;
    core->set_read_timeout(options.read_timeout.is_set() ? options.read_timeout : options.timeout);
    core->set_write_timeout(options.write_timeout);
    return detail::socket_access::make<datagram_usocket>(std::move(core));
}

/// Opens, binds where asked or where there is no peer, connects where there is one. `shape` tells the family.
datagram_usocket open(endpoint const& shape, endpoint const& remote, local_end const& local, bool dual_stack,
                      datagram_options const& options, open_failure& failure) {
    unique_handle handle;
    auto const family = detail::family_of(shape);
    failure.code = detail::system_code(detail::open_for(shape, platform::socket_type::datagram, false, handle));
    if (!failure.code)
        failure.code = detail::configure<datagram_usocket>(options.configure, handle, socket_kind::datagram, family);
    if (failure.code)
        return {};
    bool const has_peer = remote.type() != endpoint::kind::none;
    detail::bound_path path;
    int error = 0;
    if (family == platform::family::v6 && !has_peer)
        error = platform::set_v6_only(handle.get(), !dual_stack);
    if (error == 0 && options.reuse_address)
        error = platform::set_reuse_address(handle.get(), true);
    if (error == 0 && local.bound) {
        failure.local = *local.bound;
        error = platform::bind(handle.get(), *local.bound);
        if (error == 0)
            path.is_made(*local.bound);
    } else if (error == 0 && (local.is_given() || !has_peer)) {
        error = detail::bind_local(handle.get(), local.addresses, local.port, shape, failure.local);
    }
    if (error == 0 && has_peer)
        error = platform::connect(handle.get(), remote);
    failure.code = detail::system_code(error);
    if (error != 0)
        return {};
    auto socket = finish(std::move(handle), family, dual_stack, options, remote, failure);
    if (!failure.code)
        path.keep();
    return socket;
}

datagram_usocket connect_to(endpoint const& remote, datagram_options const& options, limit const& in_force,
                            open_failure& failure) {
    failure.remote = remote;
    if (remote.type() == endpoint::kind::none || (remote.is_ip() && remote.port() == 0)) {
        failure.code = detail::make_code(errc::invalid_argument);
        failure.detail = "port 0 cannot be connected to";
        return {};
    }
    local_end const local = find_local_end(options, in_force, failure);
    if (failure.code)
        return {};
    return open(remote, remote, local, false, options, failure);
}

datagram_usocket connect_by_host(host const& host, port const& port, datagram_options const& options,
                                 limit const& in_force, open_failure& failure) {
    std::uint16_t const number =
        detail::port_of_peer(host, port, platform::socket_type::datagram, options.ipv6_only, in_force, failure);
    if (failure.code)
        return {};
    if (host.is_address())
        return connect_to(endpoint(host.address(), number), options, in_force, failure);
    auto const addresses = detail::addresses_of(host, options.ipv6_only, options.resolver, in_force, failure);
    if (failure.code)
        return {};
    // As get_host_by_name() chooses: nobody answers to say that the other family was meant.
    auto const v4 = std::find_if(addresses.begin(), addresses.end(), [](ip_address const& one) { return one.is_v4(); });
    return connect_to(endpoint(v4 != addresses.end() ? *v4 : addresses.front(), number), options, in_force, failure);
}

datagram_usocket open_unconnected(datagram_options const& options, limit const& in_force, open_failure& failure) {
    local_end const local = find_local_end(options, in_force, failure);
    if (failure.code)
        return {};
    bool const v6_only = options.ipv6_only.value_or(ipv6_only());
    if (local.bound)
        return open(*local.bound, {}, local, !v6_only, options, failure);
    auto const family = options.local_host.family();
    if (!local.addresses.empty())
        return open(endpoint(local.addresses.front(), local.port), {}, local, !v6_only, options, failure);
    if (family != wildcard_host_tag::family::v4) {
        bool const dual_stack = family == wildcard_host_tag::family::any && !v6_only;
        auto socket = open(endpoint(ip_address::any_v6(), local.port), {}, local, dual_stack, options, failure);
        if (!failure.code || !dual_stack || !detail::is_family_missing(failure.code))
            return socket;
        failure = {};
    }
    return open(endpoint(ip_address::any_v4(), local.port), {}, local, false, options, failure);
}

/// One call with its restarts and limits.
template <class Open>
datagram_usocket run(host const& host, port const& port, datagram_options const& options, open_failure& failure,
                     Open&& open_once) {
    limit const in_force({}, options.deadline);
    return detail::open_with_restarts(host, port, options.on_failure, datagram_connect_name, failure,
                                      [&](class host const& to, class port const& at, open_failure& why) {
                                          return open_once(to, at, in_force, why);
                                      });
}

datagram_usocket connect_all(host const& host, port const& port, datagram_options const& options,
                             open_failure& failure) {
    return run(host, port, options, failure,
               [&](class host const& to, class port const& at, limit const& in_force, open_failure& why) {
                   return connect_by_host(to, at, options, in_force, why);
               });
}

datagram_usocket connect_all(endpoint const& remote, datagram_options const& options, open_failure& failure) {
    if (remote.is_ip())
        return connect_all(remote.address(), remote.port(), options, failure);
    return run({}, {}, options, failure, [&](host const&, port const&, limit const& in_force, open_failure& why) {
        return connect_to(remote, options, in_force, why);
    });
}

datagram_usocket open_all(datagram_options const& options, open_failure& failure) {
    return run({}, {}, options, failure, [&](host const&, port const&, limit const& in_force, open_failure& why) {
        return open_unconnected(options, in_force, why);
    });
}

} // namespace

datagram_usocket socket_connect(host const& host, port const& port, protocol::datagram_tag,
                                datagram_options const& options) {
    return detail::open_or_raise(datagram_connect_name,
                                 [&](open_failure& failure) { return connect_all(host, port, options, failure); });
}

datagram_usocket socket_connect(host const& host, port const& port, protocol::datagram_tag,
                                datagram_options const& options, std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) { return connect_all(host, port, options, failure); });
}

datagram_usocket socket_connect(endpoint const& remote, protocol::datagram_tag, datagram_options const& options) {
    return detail::open_or_raise(datagram_connect_name,
                                 [&](open_failure& failure) { return connect_all(remote, options, failure); });
}

datagram_usocket socket_connect(endpoint const& remote, protocol::datagram_tag, datagram_options const& options,
                                std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) { return connect_all(remote, options, failure); });
}

datagram_usocket socket_connect(protocol::datagram_tag, datagram_options const& options) {
    return detail::open_or_raise(datagram_connect_name,
                                 [&](open_failure& failure) { return open_all(options, failure); });
}

datagram_usocket socket_connect(protocol::datagram_tag, datagram_options const& options, std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) { return open_all(options, failure); });
}

} // namespace usocket
