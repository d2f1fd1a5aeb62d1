// SPDX-License-Identifier: MIT
#include "chaos/scenario.hpp"

#include <algorithm>

namespace chaos {

std::vector<scenario> all_scenarios() {
    std::vector<scenario> all;
    for (auto const some :
         {stream_scenarios(), limit_scenarios(), refusal_scenarios(), address_scenarios(), reset_scenarios(),
          datagram_scenarios(), notice_scenarios(), interface_scenarios(), wait_scenarios(), server_scenarios()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

u::stream_server_usocket listen_far(link const& wire, u::listen_options const& options) {
    u::stream_server_usocket listener;
    wire.far().in([&] { listener = u::socket_listen(wire.far_address(), u::auto_port, options); });
    return listener;
}

connection connect_to(link const& wire, u::stream_server_usocket& listener, u::time_limit limit) {
    connection made;
    made.near = u::socket_connect(wire.far_address(), u::get_local_port(listener),
                                  {.connect_timeout = patience, .read_timeout = limit, .write_timeout = limit});
    made.far = u::socket_accept(listener, {.timeout = patience});
    u::set_socket_option(made.far, u::option::receive_timeout, limit);
    u::set_socket_option(made.far, u::option::send_timeout, limit);
    return made;
}

connection connect(link const& wire, u::time_limit limit) {
    auto listener = listen_far(wire);
    return connect_to(wire, listener, limit);
}

datagram_pair make_datagram_pair(link const& wire) {
    datagram_pair made;
    wire.far().in(
        [&] { made.far = u::socket_connect(u::protocol::datagram, {.local = u::endpoint(wire.far_address(), 0)}); });
    made.far_end = u::get_local_endpoint(made.far);
    made.near = u::socket_connect(made.far_end, u::protocol::datagram);
    made.near_end = u::get_local_endpoint(made.near);
    for (auto* const each : {&made.near, &made.far}) {
        u::set_socket_option(*each, u::option::receive_buffer_size, std::size_t{4} << 20);
        u::set_socket_option(*each, u::option::send_timeout, u::time_limit(patience));
    }
    return made;
}

std::vector<std::jthread> exchange(connection& both, std::uint64_t seed, std::uint64_t size) {
    std::vector<std::jthread> threads;
    auto const send = [=](u::stream_usocket& socket, std::uint64_t content) {
        send_content(socket, content, size);
        u::socket_shutdown(socket, u::direction::output);
    };
    auto const receive = [=](u::stream_usocket& socket, std::uint64_t content) {
        require(receive_content(socket, content) == size, "a stream ended early, and cleanly");
        char more = 0;
        require(u::socket_receive(socket, {&more, 1}).size == 0, "the end of a stream did not stay");
    };
    for (auto* const socket : {&both.near, &both.far}) {
        std::uint64_t const outgoing = seed + (socket == &both.near ? 0 : 1);
        std::uint64_t const incoming = seed + (socket == &both.near ? 1 : 0);
        threads.push_back(start_thread([=] { send(*socket, outgoing); }));
        threads.push_back(start_thread([=] { receive(*socket, incoming); }));
    }
    return threads;
}

void require_one_of(std::error_code const& code, std::initializer_list<u::errc> allowed, std::string_view what) {
    if (std::ranges::none_of(allowed, [&](u::errc one) { return code == one; }))
        fail(std::string(what).append(" ended with: ").append(code ? code.message() : "success"));
    require(true, what);
}

} // namespace chaos
