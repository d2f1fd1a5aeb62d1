// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include <usocket/usocket.hpp>

#include "support/loopback.hpp"

/// Connections of every kind that carries a stream.
namespace usocket::test {

struct kind_of_stream {
    char const* name;
    loopback::connection (*make)();

    /// Where the system lacks it, closed sockets, and what the system said.
    [[nodiscard]] loopback::connection make_if_there(std::string& missing) const {
        try {
            return make();
        } catch (unsupported const& condition) {
            missing = condition.what();
            return {};
        }
    }
};

inline loopback::connection over(endpoint const& where) {
    auto listener = socket_listen(where);
    loopback::connection made;
    made.client = socket_connect(where);
    made.server = socket_accept(listener);
    return made;
}

inline std::string unique_name() {
    static std::atomic<int> last{0};
    return "usocket-kinds-" + std::to_string(loopback::closed_port()) + '-' + std::to_string(++last);
}

inline constexpr kind_of_stream kinds_of_stream[] = {
    {"tcp_v4", [] { return loopback::tcp(ip_address::loopback_v4()); }},
    {"tcp_v6", [] { return loopback::tcp(ip_address::loopback_v6()); }},
    {"tcp_v4_over_dual_stack",
     [] {
         auto listener = socket_listen(wildcard_host, auto_port);
         return loopback::connect_over(listener, ip_address::loopback_v4());
     }},
    {"local_path", [] { return over(endpoint::local_path("/tmp/" + unique_name())); }},
    {"local_abstract", [] { return over(endpoint::local_abstract(unique_name())); }},
    {"socket_pair",
     [] {
         auto pair = make_socket_pair();
         return loopback::connection{std::move(pair.first), std::move(pair.second)};
     }},
};

} // namespace usocket::test
