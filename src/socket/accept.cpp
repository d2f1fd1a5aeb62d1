// SPDX-License-Identifier: MIT
#include <usocket/listen.hpp>

#include "conditions/raise.hpp"
#include "io/bounded_call.hpp"
#include "io/dual_stack.hpp"
#include "io/transfer.hpp"
#include "socket/new_socket.hpp"
#include "socket/open_core.hpp"

namespace usocket {

using detail::io_result;
using detail::socket_core;
using detail::unique_handle;

namespace {

constexpr std::string_view accept_name = "socket_accept";

struct accepted {
    unique_handle handle{};
    endpoint remote{};
};

/// Accepting has no "don't wait" of its own: from the first bounded accept on, the listener's handle does not block,
/// and an unlimited accept then waits for it like the others.
int stop_blocking(socket_core& listener, platform::handle handle) noexcept {
    if (listener.non_blocking.load(std::memory_order_acquire))
        return 0;
    int const error = platform::set_non_blocking(handle, true);
    if (error == 0)
        listener.non_blocking.store(true, std::memory_order_release);
    return error;
}

/// Passes over connections that are gone already, but not for ever: what the system goes on saying is no matter of
/// single connections, and the caller's limits are to hold.
int accept_next(platform::handle listener, accepted& connection) noexcept {
    constexpr int most_in_a_row = 100;
    int error = 0;
    for (int i = 0; i < most_in_a_row; ++i) {
        platform::handle taken = platform::invalid_handle;
        error = platform::accept(listener, taken, connection.remote);
        if (error == 0)
            connection.handle = unique_handle(taken);
        if (!platform::is_transient_accept_error(error))
            break;
    }
    return error;
}

io_result accept_handle(socket_core& listener, time_limit timeout, accepted& connection) {
    return detail::bounded_call(listener, detail::direction_of_wait::input, timeout,
                                [&](platform::handle handle, platform::transfer_flags flags) {
                                    if (platform::has(flags, platform::transfer_flags::dont_wait)) {
                                        if (int const error = stop_blocking(listener, handle); error != 0)
                                            return platform::transfer{0, error};
                                    }
                                    int const error = accept_next(handle, connection);
                                    return platform::transfer{error == 0 ? 1U : 0U, error}; // a connection is no end
                                });
}

stream_usocket accept_on(socket_core& listener, accept_options const& options, io_result& result) {
    accepted connection;
    result = accept_handle(listener, options.timeout, connection);
    if (result.error)
        return {};
    auto core = detail::make_core(connection.handle, socket_kind::stream, listener.family);
    if (!core) {
        result.error = detail::make_code(errc::out_of_memory);
        return {};
    }
    core->element_type = options.element_type.value_or(listener.element_type);
    core->set_remote(detail::presented(connection.remote));
    return detail::socket_access::make<stream_usocket>(std::move(core));
}

} // namespace

stream_usocket socket_accept(stream_server_usocket& listener, accept_options const& options) {
    socket_core& core = detail::open_core(listener, accept_name);
    io_result result;
    auto socket = accept_on(core, options, result);
    if (result.error)
        raise_io_failure(core, accept_name, result);
    return socket;
}

stream_usocket socket_accept(stream_server_usocket& listener, accept_options const& options, std::error_code& ec) {
    socket_core* const core = detail::open_core(listener, ec);
    if (core == nullptr)
        return {};
    return detail::report_to(ec, [&] {
        io_result result;
        auto socket = accept_on(*core, options, result);
        ec = result.error;
        return socket;
    });
}

} // namespace usocket
