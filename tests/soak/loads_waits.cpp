// SPDX-License-Identifier: MIT
//
// Wait lists on every backend, whose members come, change and go.
#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "load.hpp"

namespace soak {
namespace {

constexpr std::array backends{u::backend::epoll, u::backend::io_uring, u::backend::poll, u::backend::select};

u::backend any_backend(hand& with) {
    for (;;)
        if (u::backend const one = backends[with.below(backends.size())]; u::supports(one))
            return one;
}

void members(hand& with) {
    struct member {
        u::stream_usocket here;
        u::stream_usocket there;
        bool is_in = false;
        bool is_ready = false;
    };
    std::vector<member> all(8);
    for (auto& one : all)
        std::tie(one.here, one.there) = u::make_socket_pair();
    u::wait_list list({.backend = any_backend(with)});
    std::array<char, 8> buffer{};
    for (int step = 0; step < 40; ++step) {
        member& one = all[with.below(all.size())];
        switch (with.below(6)) {
        case 0:
            u::add_waiter(list, one.here);
            one.is_in = true;
            break;
        case 1:
            u::remove_waiter(list, one.here);
            one.is_in = false;
            break;
        case 2:
            if (!one.is_ready)
                u::socket_send(one.there, "x");
            one.is_ready = true;
            break;
        case 3:
            if (one.is_ready)
                check(u::socket_receive(one.here, buffer).size == 1, "one octet");
            one.is_ready = false;
            break;
        case 4: // closed as a member, and another in its place
            u::socket_close(one.here);
            std::tie(one.here, one.there) = u::make_socket_pair();
            one.is_in = one.is_ready = false;
            break;
        default:
            if (one.is_in) { // changed to and fro
                u::add_waiter(list, one.here, u::readiness::write);
                u::add_waiter(list, one.here, u::readiness::read);
            }
            break;
        }
        auto const due = std::count_if(all.begin(), all.end(), [](member const& m) { return m.is_in && m.is_ready; });
        auto const found = u::wait_for_input(list, {.timeout = 0s, .ready_only = true});
        check(static_cast<std::ptrdiff_t>(found.sockets.size()) == due, "as many ready as have input");
    }
}

void wakes(hand& with) {
    u::wait_list list({.backend = any_backend(with)});
    auto [here, there] = u::make_socket_pair();
    u::add_waiter(list, here);
    {
        std::jthread const waker([&list] { list.wake(); });
        auto const found = u::wait_for_input(list, {.timeout = patience, .ready_only = true});
        check(found.sockets.empty(), "woken, and nothing ready");
    }
    std::jthread const writer([&to = there] { u::socket_send(to, "x"); });
    auto const found = u::wait_for_input(list, {.timeout = patience, .ready_only = true});
    check(found.sockets.size() == 1, "one is ready");
}

void without_list(hand& with) {
    auto [one, other] = u::make_socket_pair();
    auto [third, fourth] = u::make_socket_pair();
    check(u::wait_for_input({&one, &third}, {.timeout = 0s, .ready_only = true}).sockets.empty(), "nothing ready");
    u::socket_send(fourth, "x");
    check(u::wait_for_input({&one, &third}, {.timeout = patience, .ready_only = true}).sockets.size() == 1,
          "one ready");
    check(u::wait_for_input(third, {.timeout = with.limit()}).sockets.size() == 1, "the one");
    check(!u::wait_for_input(other, {.timeout = 1ms}).remaining.has_value(), "nothing left of the time");
}

constexpr std::array all_loads{
    load{"wait lists, members", members},
    load{"wait lists, woken", wakes},
    load{"waits without list", without_list},
};

} // namespace

std::span<load const> wait_loads() { return all_loads; }

} // namespace soak
