// SPDX-License-Identifier: MIT
#include <usocket/listen.hpp>

#include "conditions/raise.hpp"
#include "io/bounded_call.hpp"
#include "io/transfer.hpp"
#include "socket/designators.hpp"
#include "socket/new_socket.hpp"
#include "socket/open_core.hpp"

namespace usocket {

using detail::limit;
using detail::open_failure;
using detail::unique_handle;

namespace {

constexpr std::string_view listen_name = "socket_listen";

/// Removes a local socket that nobody listens on; an error where that could not be found out or done. A live one stays,
/// which is none: somebody answers.
int remove_if_stale(endpoint const& local) {
    unique_handle probe;
    if (int const error = detail::open_for(local, platform::socket_type::stream, true, probe))
        return error;
    if (platform::classify(platform::connect(probe.get(), local)) != errc::connection_refused)
        return 0;
    int const error = platform::remove_local_path(local.path());
    return platform::classify(error) == errc::invalid_socket ? 0 : error; // another file is in use
}

int set_options(platform::handle handle, endpoint const& local, bool dual_stack, listen_options const& options) {
    int error = 0;
    if (!local.is_ip())
        return error;
    if (options.reuse_address.value_or(options.reuseaddress.value_or(true)))
        error = platform::set_reuse_address(handle, true);
    if (error == 0 && options.reuse_port)
        error = platform::set_reuse_port(handle, true);
    if (error == 0 && local.address().is_v6())
        error = platform::set_v6_only(handle, !dual_stack);
    if (error == 0) // accepted sockets inherit it, so that accepting stays one call
        error = platform::set_nodelay(handle, true);
    return error;
}

int bind_and_listen(platform::handle handle, endpoint const& local, listen_options const& options,
                    detail::bound_path& path) {
    int error = platform::bind(handle, local);
    if (platform::classify(error) == errc::address_in_use && local.type() == endpoint::kind::local_path &&
        options.replace_stale) {
        error = remove_if_stale(local);
        if (error == 0)
            error = platform::bind(handle, local);
    }
    if (error == 0)
        path.is_made(local);
    if (error == 0 && options.mode && local.type() == endpoint::kind::local_path)
        error = platform::set_local_path_mode(local.path(), *options.mode);
    if (error == 0)
        error = platform::listen(handle, options.backlog);
    return error;
}

stream_server_usocket listen_on(endpoint const& local, bool dual_stack, listen_options const& options,
                                open_failure& failure) {
    failure.local = local;
    if (options.backlog < 0) {
        failure.code = detail::make_code(errc::invalid_argument);
        failure.detail = "the backlog is negative";
        return {};
    }
    unique_handle handle;
    failure.code = detail::system_code(detail::open_for(local, platform::socket_type::stream, false, handle));
    if (!failure.code)
        failure.code = detail::system_code(set_options(handle.get(), local, dual_stack, options));
    if (!failure.code)
        failure.code = detail::configure<stream_server_usocket>(options.configure, handle, socket_kind::stream_server,
                                                                detail::family_of(local));
    if (failure.code)
        return {};
    detail::bound_path path;
    int const error = bind_and_listen(handle.get(), local, options, path);
    failure.code = detail::system_code(error);
    if (error != 0)
        return {};
    auto core = detail::make_core(handle, socket_kind::stream_server, detail::family_of(local));
    if (!core) {
        failure.code = detail::make_code(errc::out_of_memory);
        return {};
    }
    core->element_type = options.element_type;
    core->local = local;
    if (local.is_ip() && local.port() == auto_port) // so that conditions name the port that was chosen
        static_cast<void>(platform::local_endpoint(core->handle(), core->local));
    core->remove_path_on_close = local.type() == endpoint::kind::local_path;
    path.keep();
    return detail::socket_access::make<stream_server_usocket>(std::move(core));
}

stream_server_usocket listen_on_wildcard(wildcard_host_tag::family family, std::uint16_t number,
                                         listen_options const& options, open_failure& failure) {
    using families = wildcard_host_tag::family;
    if (family != families::v4) {
        bool const dual_stack = family == families::any && !options.ipv6_only.value_or(ipv6_only());
        auto socket = listen_on(endpoint(ip_address::any_v6(), number), dual_stack, options, failure);
        if (!dual_stack || !failure.code || !detail::is_family_missing(failure.code))
            return socket;
        failure = {};
    }
    return listen_on(endpoint(ip_address::any_v4(), number), false, options, failure);
}

stream_server_usocket listen_by_host(host const& host, port const& port, listen_options const& options,
                                     open_failure& failure) {
    limit const in_force;
    std::uint16_t const number = detail::number_of(port, platform::socket_type::stream, in_force, failure);
    if (failure.code) {
        failure.host_or_ip = host.to_string();
        return {};
    }
    if (host.is_wildcard())
        return listen_on_wildcard(host.family(), number, options, failure);
    auto const addresses = detail::addresses_of(host, options.ipv6_only, {}, in_force, failure);
    if (failure.code)
        return {};
    // An IPv6 address takes IPv4 too only where it is the unspecified one and the caller says so.
    bool const dual_stack = addresses.front().is_unspecified() && options.ipv6_only == std::optional(false);
    return listen_on(endpoint(addresses.front(), number), dual_stack, options, failure);
}

stream_server_usocket listen_all(host const& host, port const& port, listen_options const& options,
                                 open_failure& failure) {
    return detail::open_with_restarts(host, port, options.on_failure, listen_name, failure,
                                      [&](class host const& on, class port const& at, open_failure& why) {
                                          return listen_by_host(on, at, options, why);
                                      });
}

stream_server_usocket listen_all(endpoint const& local, listen_options const& options, open_failure& failure) {
    if (local.is_ip())
        return listen_all(local.address(), local.port(), options, failure);
    return detail::open_with_restarts({}, {}, options.on_failure, listen_name, failure,
                                      [&](host const&, port const&, open_failure& why) {
                                          if (local.is_local())
                                              return listen_on(local, false, options, why);
                                          why.code = detail::make_code(errc::invalid_argument);
                                          return stream_server_usocket();
                                      });
}

} // namespace

stream_server_usocket socket_listen(host const& host, port const& port, listen_options const& options) {
    return detail::open_or_raise(listen_name,
                                 [&](open_failure& failure) { return listen_all(host, port, options, failure); });
}

stream_server_usocket socket_listen(host const& host, port const& port, listen_options const& options,
                                    std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) { return listen_all(host, port, options, failure); });
}

stream_server_usocket socket_listen(endpoint const& local, listen_options const& options) {
    return detail::open_or_raise(listen_name,
                                 [&](open_failure& failure) { return listen_all(local, options, failure); });
}

stream_server_usocket socket_listen(endpoint const& local, listen_options const& options, std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) { return listen_all(local, options, failure); });
}

} // namespace usocket
