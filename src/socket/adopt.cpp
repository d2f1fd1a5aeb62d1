// SPDX-License-Identifier: MIT
#include <usocket/socket.hpp>

#include "conditions/raise.hpp"
#include "io/dual_stack.hpp"
#include "socket/new_socket.hpp"
#include "socket/open_failure.hpp"
#include "socket/socket_access.hpp"

namespace usocket {

using detail::open_failure;

namespace {

/// Whether the system's idea of a handle fits the kind of socket that it is to become.
bool fits(platform::socket_description const& what, socket_kind kind) noexcept {
    switch (kind) {
    case socket_kind::stream:
        return what.type == platform::socket_type::stream && !what.listening;
    case socket_kind::stream_server:
        return what.type == platform::socket_type::stream && what.listening;
    case socket_kind::datagram:
        break;
    }
    return what.type == platform::socket_type::datagram;
}

/// What the system knows of a handle's two ends. A stream must have a peer; one that was reset has none any more.
struct ends {
    endpoint local{};
    endpoint remote{};
    bool connected = false;
};

std::error_code find_ends(platform::handle handle, socket_kind kind, ends& found) {
    if (int const error = platform::local_endpoint(handle, found.local); error != 0)
        return detail::system_code(error);
    if (kind == socket_kind::stream_server)
        return {};
    int const error = platform::remote_endpoint(handle, found.remote);
    found.remote = detail::presented(found.remote);
    found.connected = error == 0;
    return kind == socket_kind::stream ? detail::system_code(error) : std::error_code();
}

/// The handle stays the caller's until the last step.
template <class Socket>
Socket adopt(native_handle_type handle, socket_kind kind, element element_type, open_failure& failure) {
    platform::socket_description what;
    if (int const error = platform::describe_socket(handle, what); error != 0 || !fits(what, kind)) {
        bool const unsupported = error != 0 && platform::classify(error) == errc::unsupported;
        failure.code = unsupported ? detail::system_code(error) : detail::make_code(errc::invalid_socket);
        failure.detail = error != 0 ? "the handle is no socket" : "the handle is a socket of another kind";
        return {};
    }
    ends found;
    if (failure.code = find_ends(handle, kind, found); failure.code)
        return {};
    detail::unique_handle taken(handle);
    auto core = detail::make_core(taken, kind, what.family);
    if (!core) {
        static_cast<void>(taken.take());
        failure.code = detail::make_code(errc::out_of_memory);
        return {};
    }
    core->local = std::move(found.local);
    core->set_remote(std::move(found.remote));
    core->connected = found.connected;
    core->element_type = element_type;
    return detail::socket_access::make<Socket>(std::move(core));
}

template <class Socket>
Socket adopt_or_raise(native_handle_type handle, socket_kind kind, element element_type, std::string_view operation) {
    return detail::open_or_raise(
        operation, [&](open_failure& failure) { return adopt<Socket>(handle, kind, element_type, failure); });
}

template <class Socket>
Socket adopt_or_report(native_handle_type handle, socket_kind kind, element element_type, std::error_code& ec) {
    return detail::open_or_report(
        ec, [&](open_failure& failure) { return adopt<Socket>(handle, kind, element_type, failure); });
}

} // namespace

stream_usocket make_stream_socket(native_handle_type handle, element element_type) {
    return adopt_or_raise<stream_usocket>(handle, socket_kind::stream, element_type, "make_stream_socket");
}

stream_usocket make_stream_socket(native_handle_type handle, element element_type, std::error_code& ec) {
    return adopt_or_report<stream_usocket>(handle, socket_kind::stream, element_type, ec);
}

stream_server_usocket make_stream_server_socket(native_handle_type handle, element element_type) {
    return adopt_or_raise<stream_server_usocket>(handle, socket_kind::stream_server, element_type,
                                                 "make_stream_server_socket");
}

stream_server_usocket make_stream_server_socket(native_handle_type handle, element element_type, std::error_code& ec) {
    return adopt_or_report<stream_server_usocket>(handle, socket_kind::stream_server, element_type, ec);
}

datagram_usocket make_datagram_socket(native_handle_type handle) {
    return adopt_or_raise<datagram_usocket>(handle, socket_kind::datagram, element::octet, "make_datagram_socket");
}

datagram_usocket make_datagram_socket(native_handle_type handle, std::error_code& ec) {
    return adopt_or_report<datagram_usocket>(handle, socket_kind::datagram, element::octet, ec);
}

} // namespace usocket
