// SPDX-License-Identifier: MIT
#include "server/accept_loop.hpp"

#include <usocket/conditions.hpp>

namespace usocket::detail {

void accept_loop::stop() noexcept {
    service_loop::stop();
    std::error_code ignored;          // it listens no more, whatever is said of it
    socket_close(listener_, ignored); // also while the loop accepts, or runs a handler
}

void accept_loop::serve() noexcept {
    for (;;) {
        std::error_code ec;
        auto socket = accept(ec);
        if (stopped() && ec)
            break;
        if (!ec) {
            if (!pass_on(std::move(socket)))
                break;
            continue;
        }
        if (ec == errc::timeout && ec != errc::deadline_timeout)
            continue; // the connection has gone again
        if (ec != errc::interrupted && ec != errc::deadline_timeout)
            server().connections.accept_failures.add();
        if (!go_on_after(ec, "accept"))
            break;
        refill_reserve();
    }
    std::error_code ignored;
    socket_close(listener_, ignored);
    reserve_.reset();
}

bool accept_loop::enter() noexcept {
    while (!stopped()) {
        auto const turn = server().places.enter(std::chrono::steady_clock::now());
        if (turn.what == admission::turn::kind::now)
            return true;
        if (!pause(turn.pause))
            return false;
    }
    return false;
}

stream_usocket accept_loop::accept(std::error_code& ec) noexcept {
    // A loop that waits for a connection must not hold the place that another one has a connection for.
    if (server().loops_share_places) {
        wait_for_input(listener_, {}, ec);
        if (ec)
            return {};
    }
    if (!enter()) {
        ec = std::make_error_code(std::errc::operation_canceled);
        return {};
    }
    auto const timeout = server().loops_share_places ? time_limit(std::chrono::nanoseconds(0)) : time_limit();
    auto socket = socket_accept(listener_, {.timeout = timeout}, ec);
    if (ec)
        give_place_back();
    return socket;
}

bool accept_loop::pass_on(stream_usocket socket) noexcept {
    server().connections.accepted.add();
    std::string_view activity = "accept";
    try {
        auto next = prepare(std::move(socket));
        if (!next)
            return true;
        activity = "start a thread";
        connections_.dispatch(std::move(next));
        pause_is_over();
        return true;
    } catch (...) { // without memory, or a thread, for one more
        server().connections.refused.add();
        server().report(std::current_exception(), activity);
    }
    return pause_longer();
}

std::unique_ptr<connection> accept_loop::prepare(stream_usocket socket) {
    endpoint remote;
    bool admitted = false;
    try {
        remote = get_peer_endpoint(socket);
        admitted = server().places.admit(remote);
        if (admitted)
            return std::make_unique<connection>(server(), std::move(socket), std::move(remote));
    } catch (...) {
        socket = stream_usocket(); // closed before its place is another's
        if (admitted)
            server().places.forget(remote);
        give_place_back();
        throw;
    }
    refuse(std::move(socket));
    give_place_back();
    return nullptr;
}

void accept_loop::refuse(stream_usocket socket) noexcept {
    server().connections.refused.add();
    std::error_code ignored; // the client hears of it in one way or another
    socket_close(socket, ignored);
}

void accept_loop::give_place_back() noexcept {
    if (server().places.leave())
        server().place_given_back();
}

void accept_loop::shed() noexcept {
    if (!reserve_)
        return;
    // Each that is turned away leaves its descriptor to the next.
    constexpr int most_at_once = 256;
    reserve_.reset();
    for (int i = 0; i < most_at_once && !stopped(); ++i) {
        std::error_code ec;
        auto socket = socket_accept(listener_, {.timeout = std::chrono::nanoseconds(0)}, ec);
        if (ec)
            break;
        server().connections.accepted.add();
        refuse(std::move(socket));
    }
    refill_reserve();
}

void accept_loop::refill_reserve() noexcept {
    if (reserve_)
        return;
    try {
        reserve_.emplace(wait_list_options{.backend = backend_for_one()}); // holds just one
    } catch (...) {                                                        // then without, until the next time
        reserve_.reset();
    }
}

} // namespace usocket::detail
