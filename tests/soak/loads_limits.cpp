// SPDX-License-Identifier: MIT
//
// Limits that expire, scopes that are cancelled, sockets that are closed under a call, and threads that come and go.
#include <array>
#include <thread>

#include <usocket/stop_token.hpp>

#include "load.hpp"

namespace soak {
namespace {

std::error_code receive_fails(u::stream_usocket& from, u::receive_options const& options = {}) {
    std::array<char, 16> buffer{};
    std::error_code ec;
    static_cast<void>(u::socket_receive(from, buffer, options, ec));
    return ec;
}

void expiring(hand& with) {
    auto [here, there] = u::make_socket_pair();
    with.counts.failed_as("limits that expire", receive_fails(here, {.timeout = 1ms}), u::errc::timeout);
    {
        u::cancel_scope const outer{patience};
        u::cancel_scope const inner{1ms};
        with.counts.failed_as("limits that expire", receive_fails(here), u::errc::deadline_timeout);
    }
    auto listener = u::socket_listen(u::endpoint::local_path(with.path()));
    std::error_code ec;
    static_cast<void>(u::socket_accept(listener, {.timeout = 1ms}, ec));
    with.counts.failed_as("limits that expire", ec, u::errc::timeout);
    pass(there, here, with.octets(100));
}

void cancelled(hand& with) {
    auto [here, there] = u::make_socket_pair();
    std::error_code ec;
    {
        u::cancel_scope scope;
        std::jthread canceller([&scope] { scope.cancel(); });
        ec = receive_fails(here);
        canceller.join();
        with.counts.failed_as("scopes cancelled", ec, u::errc::interrupted);
    }
    {
        std::stop_source source;
        u::cancel_scope const scope{source.get_token()};
        std::jthread stopper([&source] { source.request_stop(); });
        ec = receive_fails(here);
        stopper.join();
        with.counts.failed_as("scopes cancelled", ec, u::errc::interrupted);
    }
    pass(there, here, with.octets(100));
    u::socket_scope scope(here);
    std::jthread canceller([&scope] { scope.cancel(); });
    ec = receive_fails(here);
    canceller.join();
    with.counts.failed_as("scopes cancelled", ec, u::errc::interrupted);
}

void closed_meanwhile(hand& with) {
    auto [here, there] = u::make_socket_pair();
    std::jthread closer([&socket = here] { u::socket_close(socket); });
    std::error_code const ec = receive_fails(here);
    closer.join();
    with.counts.failed_as("closed under a call", ec, u::errc::invalid_socket);
}

/// Each thread that waits within a limit has a waker of its own, which must go with it.
void threads(hand& with) {
    std::array<std::error_code, 3> found{};
    std::array<std::thread, 3> all;
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = std::thread([&ec = found[i]] {
            auto [here, there] = u::make_socket_pair();
            u::cancel_scope const scope{1ms};
            ec = receive_fails(here);
        });
    for (auto& one : all)
        one.join();
    for (auto const& ec : found)
        with.counts.failed_as("threads with wakers", ec, u::errc::deadline_timeout);
}

constexpr std::array all_loads{
    load{"limits that expire", expiring},
    load{"scopes cancelled", cancelled},
    load{"closed under a call", closed_meanwhile},
    load{"threads with wakers", threads},
};

} // namespace

std::span<load const> limit_loads() { return all_loads; }

} // namespace soak
