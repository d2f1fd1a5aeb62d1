// SPDX-License-Identifier: MIT
#include "chaos/scenario.hpp"

#include <algorithm>

namespace chaos {

std::vector<scenario> all_scenarios() {
    std::vector<scenario> all;
    for (auto const some : {stream_scenarios(), datagram_scenarios()})
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

void require_one_of(std::error_code const& code, std::initializer_list<u::errc> allowed, std::string_view what) {
    if (std::ranges::none_of(allowed, [&](u::errc one) { return code == one; }))
        fail(std::string(what).append(" ended with: ").append(code ? code.message() : "success"));
    require(true, what);
}

} // namespace chaos
