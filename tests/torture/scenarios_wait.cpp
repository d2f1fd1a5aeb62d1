// SPDX-License-Identifier: MIT
#include <chrono>
#include <span>

#include "torture/peer.hpp"
#include "torture/scenario.hpp"

/// Wait lists on every backend.
namespace torture {
namespace {

using namespace std::chrono_literals;

/// Who is ready, asking on if a wait ends early, as it may after wake().
bool becomes_ready(u::wait_list& list, u::usocket const& wanted, u::time_limit timeout) {
    for (int i = 0; i < 10; ++i) {
        for (u::usocket const* const ready :
             u::wait_for_input(list, {.timeout = timeout, .ready_only = true}).sockets) {
            if (ready == &wanted)
                return true;
        }
    }
    return false;
}

template <u::backend Which>
void wait() {
    if (!u::supports(Which))
        return;
    auto const peer = raw_datagram();
    doing("socket_connect");
    closed_at_end one(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    closed_at_end other(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    doing("get_local_port");
    std::uint16_t const port = u::get_local_port(*one);
    std::uint16_t const other_port = u::get_local_port(*other);
    doing("make_wait_list|wait_list|add_waiter");
    auto list = u::make_wait_list({&*one}, {.backend = Which});
    doing("add_waiter");
    u::add_waiter(list, *other);
    doing("wait_for_input");
    expect(u::wait_for_input(list, {.timeout = 0s, .ready_only = true}).sockets.empty());
    peer.send_to("x", port);
    expect(becomes_ready(list, *one, 5s));
    char octet[1];
    doing("socket_receive");
    expect(u::socket_receive(*one, octet).size == 1);
    peer.send_to("y", other_port);
    doing("wait_for_input");
    expect(becomes_ready(list, *other, {}));
    list.wake();
    u::wait_for_input(list);
    doing("add_waiter");
    u::add_waiter(list, *one, u::readiness::write);
    doing("wait_for_input");
    {
        u::cancel_scope const limit(5s);
        expect(becomes_ready(list, *one, {}));
    }
    u::remove_waiter(list, *one);
    require(list.size() == 1 && !list.contains(*one), "a member that was removed");
    u::remove_all_waiters(list);
    require(list.empty(), "members after all were removed");
}

void wait_for_one() {
    auto const peer = raw_datagram();
    doing("socket_connect");
    closed_at_end socket(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    doing("get_local_port");
    peer.send_to("x", u::get_local_port(*socket));
    doing("wait_for_input");
    expect(!u::wait_for_input(*socket, {.timeout = 5s, .ready_only = true}).sockets.empty());
}

/// Sockets without a list, and a list of those that a span has.
void wait_for_several() {
    auto const peer = raw_datagram();
    doing("socket_connect");
    closed_at_end one(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    closed_at_end other(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    doing("get_local_port");
    peer.send_to("x", u::get_local_port(*other));
    u::usocket* const both[] = {&*one, &*other};
    std::span<u::usocket* const> const sockets(both);
    doing("wait_for_input");
    expect(u::wait_for_input(sockets, {.timeout = 5s, .ready_only = true}).sockets.size() == 1);
    expect(u::wait_for_input({&*one, &*other}, {.timeout = 5s}).sockets.size() == 2);
    doing("set_default_backend");
    u::set_default_backend(u::backend::poll);
    doing("make_wait_list|wait_list|add_waiter");
    auto list = u::make_wait_list(sockets);
    require(list.backend() == u::backend::poll, "the backend");
    doing("wait_for_input");
    expect(becomes_ready(list, *other, 5s));
    require(other->state() == u::readiness::read, "the state that a wait has found");
    doing("wait_list|add_waiter|wait_for_input");
    u::remove_all_waiters(list);
    u::wait_list own({.backend = u::default_backend()});
    u::add_waiter(own, *other);
    expect(becomes_ready(own, *other, 5s));
}

constexpr scenario all[] = {
    {"wait_select", wait<u::backend::select>}, {"wait_poll", wait<u::backend::poll>},
    {"wait_epoll", wait<u::backend::epoll>},   {"wait_io_uring", wait<u::backend::io_uring>},
    {"wait_native", wait<u::backend::native>}, {"wait_for_one", wait_for_one},
    {"wait_for_several", wait_for_several},
};

} // namespace

std::span<scenario const> wait_scenarios() { return all; }

} // namespace torture
