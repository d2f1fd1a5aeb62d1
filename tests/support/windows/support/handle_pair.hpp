// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/endpoint.hpp>

#include "platform/platform.hpp"

/// Two handles, for tests of what is below the sockets.
namespace usocket::test {

/// Of what family they are.
inline constexpr auto family_of_pairs = platform::family::v4;

/// Opens two handles that are connected to each other: Windows has no socket pairs, the loopback interface has to do.
[[nodiscard]] inline int open_handle_pair(platform::socket_type type, platform::handle (&out)[2]) {
    using namespace platform;
    auto const open = [type](handle& made, endpoint& where) {
        if (int const error = open_socket(family::v4, type, false, made); error != 0)
            return error;
        if (int const error = bind(made, endpoint(ip_address::loopback_v4(), 0)); error != 0)
            return error;
        return local_endpoint(made, where);
    };
    // Handles never block there.
    auto const await = [](handle socket, bool input) {
        poll_entry entry{.socket = socket, .want_read = input, .want_write = !input};
        std::size_t ready = 0;
        return poll({&entry, 1}, std::nullopt, ready);
    };
    out[0] = out[1] = invalid_handle;
    endpoint first;
    endpoint second;
    if (int const error = open(out[0], first); error != 0)
        return error;
    if (type == socket_type::datagram) {
        if (int const error = open(out[1], second); error != 0)
            return error;
        int const error = connect(out[0], second);
        return error != 0 ? error : connect(out[1], first);
    }
    handle listener = invalid_handle;
    int error = open(listener, second);
    if (error == 0)
        error = listen(listener, 1);
    if (error == 0)
        error = connect(out[0], second);
    if (error == 0 || is_in_progress(error) || is_would_block(error))
        error = await(listener, true);
    if (error == 0)
        error = accept(listener, out[1], first);
    if (error == 0)
        error = await(out[0], false);
    close_handle(listener);
    return error;
}

} // namespace usocket::test
