// SPDX-License-Identifier: MIT
#include "server/connection.hpp"

#include <usocket/options.hpp>

#include "server/handler_context.hpp"

namespace usocket::detail {

connection::~connection() {
    socket_ = stream_usocket(); // closed before its place is another's
    server_.places.forget(remote());
    server_.connections.active.subtract();
    if (server_.places.leave())
        server_.place_given_back();
    server_.end_work();
}

void connection::prepare() {
    summary_.connection.id = ++server_.last_id;
    auto const& options = server_.options;
    if (options.limits.read_timeout.is_set())
        set_socket_option(socket_, option::receive_timeout, options.limits.read_timeout);
    if (options.limits.write_timeout.is_set())
        set_socket_option(socket_, option::send_timeout, options.limits.write_timeout);
    if (options.on_connected || options.on_finished)
        summary_.connection.local = get_local_endpoint(socket_); // a system call, so only for those who look at it
}

void connection::serve() noexcept {
    handling const client(remote());
    summary_.reason = handle();
    summary_.duration = std::chrono::steady_clock::now() - accepted_;
    count();
    if (begun_)
        server_.call(server_.options.on_finished, "on_finished", remote(), summary_);
}

finish_reason connection::handle() noexcept {
    std::error_code ec;
    socket_scope scope(socket_, ec); // on failure it only costs more, and counts nothing
    running_handler running(server_.running, scope, accepted_);
    if (server_.options.pool && server_.options.limits.connection_deadline.is_set())
        server_.wake_keeper(); // it does not know how long this connection has waited already
    // Cancelled while it waited for a thread.
    auto const reason = running.was_ended() ? *running.leave() : run_handler(running);
    auto const moved = scope.traffic();
    summary_.received = moved.received;
    summary_.sent = moved.sent;
    socket_ = stream_usocket();
    return reason;
}

finish_reason connection::run_handler(running_handler& running) noexcept {
    std::string_view activity = "accept";
    try {
        prepare();
        begun_ = true;
        server_.call(server_.options.on_connected, "on_connected", remote(), summary_.connection);
        activity = "handler";
        server_.handler.connection(socket_);
        activity = "send";
        socket_close(socket_);
        return running.leave().value_or(finish_reason::returned);
    } catch (...) {
        auto const reason = running.judge_failure();
        running.leave();
        if (reason == finish_reason::failed)
            server_.report(std::current_exception(), activity, remote());
        return reason;
    }
}

void connection::count() noexcept {
    auto& all = server_.connections;
    all.received.add(summary_.received);
    all.sent.add(summary_.sent);
    switch (summary_.reason) {
    case finish_reason::returned:
        all.served.add();
        if (server_.stopping)
            all.drained.add();
        break;
    case finish_reason::failed:
        all.failed.add();
        break;
    case finish_reason::cancelled:
    case finish_reason::idle:
    case finish_reason::deadline:
        all.cancelled.add();
        break;
    }
}

} // namespace usocket::detail
