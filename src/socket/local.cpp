// SPDX-License-Identifier: MIT
#include <usocket/local.hpp>

#include "conditions/raise.hpp"
#include "socket/new_socket.hpp"
#include "socket/open_failure.hpp"
#include "socket/socket_access.hpp"

namespace usocket {

using detail::open_failure;

namespace {

template <class Socket>
std::pair<Socket, Socket> make_pair_of(platform::socket_type type, socket_kind kind, element element_type,
                                       open_failure& failure) {
    platform::handle handles[2] = {platform::invalid_handle, platform::invalid_handle};
    failure.code = detail::system_code(platform::open_socket_pair(type, handles));
    if (failure.code)
        return {};
    auto const wrap = [&](platform::handle handle) -> Socket {
        detail::unique_handle owned(handle);
        auto core = detail::make_core(owned, kind, platform::family::local);
        if (!core) {
            failure.code = detail::make_code(errc::out_of_memory);
            return {};
        }
        core->element_type = element_type;
        core->connected = true;
        core->local = endpoint::local_unnamed();
        core->set_remote(endpoint::local_unnamed());
        return detail::socket_access::make<Socket>(std::move(core));
    };
    std::pair<Socket, Socket> pair{wrap(handles[0]), wrap(handles[1])};
    if (failure.code)
        return {};
    return pair;
}

} // namespace

std::pair<stream_usocket, stream_usocket> make_socket_pair(element element_type) {
    return detail::open_or_raise("make_socket_pair", [&](open_failure& failure) {
        return make_pair_of<stream_usocket>(platform::socket_type::stream, socket_kind::stream, element_type, failure);
    });
}

std::pair<stream_usocket, stream_usocket> make_socket_pair(element element_type, std::error_code& ec) {
    return detail::open_or_report(ec, [&](open_failure& failure) {
        return make_pair_of<stream_usocket>(platform::socket_type::stream, socket_kind::stream, element_type, failure);
    });
}

std::pair<datagram_usocket, datagram_usocket> make_datagram_pair() {
    return detail::open_or_raise("make_datagram_pair", [](open_failure& failure) {
        return make_pair_of<datagram_usocket>(platform::socket_type::datagram, socket_kind::datagram, element::octet,
                                              failure);
    });
}

std::pair<datagram_usocket, datagram_usocket> make_datagram_pair(std::error_code& ec) {
    return detail::open_or_report(ec, [](open_failure& failure) {
        return make_pair_of<datagram_usocket>(platform::socket_type::datagram, socket_kind::datagram, element::octet,
                                              failure);
    });
}

} // namespace usocket
