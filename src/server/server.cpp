// SPDX-License-Identifier: MIT
#include <usocket/server.hpp>

#include <new>
#include <vector>

#include <usocket/conditions.hpp>

#include "server/open_sockets.hpp"
#include "server/server_state.hpp"

namespace usocket {

using detail::server_state;

namespace detail {

struct server_access {
    [[nodiscard]] static server make(std::shared_ptr<server_state> state) noexcept { return server(std::move(state)); }
};

namespace {

[[noreturn]] void raise(errc value) {
    raise_condition({.code = {static_cast<int>(value), usocket_category()}, .operation = "socket_server"});
}

/// `open(state)` opens the sockets.
template <class Open>
server start(bound_handler handler, server_options const& options, Open&& open) {
    check_options(options, handler);
    std::shared_ptr<server_state> state;
    try {
        state = std::make_shared<server_state>(options, std::move(handler));
        open(*state);
    } catch (std::bad_alloc const&) {
        raise(errc::out_of_memory);
    }
    try {
        state->start(!options.in_new_thread);
    } catch (std::bad_alloc const&) {
        raise(errc::out_of_memory);
    } catch (std::system_error const&) { // of a thread
        raise(errc::no_buffers);
    }
    return server_access::make(std::move(state));
}

template <class Open>
server start(bound_handler handler, server_options const& options, std::error_code& ec, Open&& open) {
    try {
        ec.clear();
        return start(std::move(handler), options, open);
    } catch (std::system_error const& failure) {
        ec = failure.code();
    } catch (std::bad_alloc const&) { // even for the condition
        ec = std::error_code(static_cast<int>(errc::out_of_memory), usocket_category());
    }
    return {};
}

auto opener(host const& host, port const& port) {
    return [&](server_state& state) { open_sockets(state, host, port); };
}

auto opener(std::span<endpoint const> addresses) {
    return [addresses](server_state& state) {
        if (addresses.empty())
            open_sockets(state, endpoint());
        for (auto const& address : addresses)
            open_sockets(state, address);
    };
}

} // namespace

server start_server(host const& host, port const& port, bound_handler handler, server_options const& options) {
    return start(std::move(handler), options, opener(host, port));
}
server start_server(std::span<endpoint const> addresses, bound_handler handler, server_options const& options) {
    return start(std::move(handler), options, opener(addresses));
}
server start_server(host const& host, port const& port, bound_handler handler, server_options const& options,
                    std::error_code& ec) {
    return start(std::move(handler), options, ec, opener(host, port));
}
server start_server(std::span<endpoint const> addresses, bound_handler handler, server_options const& options,
                    std::error_code& ec) {
    return start(std::move(handler), options, ec, opener(addresses));
}

void report_want_of_memory(std::error_code& ec) {
    try {
        throw;
    } catch (std::bad_alloc const&) {
        ec = std::error_code(static_cast<int>(errc::out_of_memory), usocket_category());
    }
}

void server_stopper::cancel() const noexcept {
    if (auto const state = state_.lock())
        state->request_stop({});
}

} // namespace detail

server& server::operator=(server&& other) noexcept {
    server const before(std::move(*this));
    state_ = std::move(other.state_);
    return *this;
}

server::~server() {
    if (!state_)
        return;
    static_cast<void>(stop());
    if (state_->is_this_thread())
        state_->abandon();
}

bool server::running() const noexcept { return state_ && !state_->is_stopping(); }

endpoint server::address() const { return state_ ? state_->loops().front()->address() : endpoint(); }

std::uint16_t server::port() const noexcept {
    return state_ ? state_->loops().front()->address().port() : std::uint16_t{0};
}

sequence<endpoint> server::addresses() const {
    std::vector<endpoint> all;
    if (state_) {
        for (auto const& loop : state_->loops()) {
            if (all.empty() || all.back() != loop->address()) // the shards of an address stand side by side
                all.push_back(loop->address());
        }
    }
    return sequence<endpoint>(all);
}

server_report server::stop(stop_options const& options) noexcept {
    if (!state_)
        return {.complete = true};
    state_->request_stop(options);
    if (!state_->is_this_thread())
        state_->wait_until_complete();
    return state_->report();
}

server_report server::wait() {
    if (!state_)
        return {.complete = true};
    if (!state_->is_this_thread())
        state_->wait_within_scopes();
    return state_->report();
}

server_report server::wait(std::error_code& ec) {
    try {
        ec.clear();
        return wait();
    } catch (std::system_error const& failure) {
        ec = failure.code();
    } catch (std::bad_alloc const&) {
        ec = std::error_code(static_cast<int>(errc::out_of_memory), usocket_category());
    }
    return state_->report();
}

server_counters server::counters() const noexcept { return state_ ? state_->counters() : server_counters(); }

void server::keep(std::unique_ptr<detail::stop_link_base> link) { state_->keep(std::move(link)); }

} // namespace usocket
