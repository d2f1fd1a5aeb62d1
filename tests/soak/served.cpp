// SPDX-License-Identifier: MIT
#include "served.hpp"

#include <array>

namespace soak {
namespace {

namespace u = usocket;

struct way {
    char const* name;
    bool datagrams;
    bool is_local;
    u::server_options options;
};

std::array<way, 8> const& ways() {
    static std::array<way, 8> const all{{
        {"one at a time", false, false, {.in_new_thread = true}},
        {"thread for each", false, false, {.in_new_thread = true, .multi_threading = true}},
        {"pool", false, false, {.in_new_thread = true, .pool = u::server_pool{.threads = 3}}},
        {"shards", false, false, {.in_new_thread = true, .multi_threading = true, .shards = 2}},
        {"limits",
         false,
         false,
         {.in_new_thread = true,
          .multi_threading = true,
          .limits = {.max_connections = 8,
                     .read_timeout = std::chrono::seconds(20),
                     .idle_timeout = std::chrono::seconds(20),
                     .connection_deadline = std::chrono::seconds(30)}}},
        {"local pool", false, true, {.in_new_thread = true, .pool = u::server_pool{.threads = 2, .queue = 0}}},
        {"datagrams", true, false, {.in_new_thread = true}},
        {"datagrams, replies together", true, false, {.in_new_thread = true, .collect_replies = true}},
    }};
    return all;
}

} // namespace

std::size_t ways_of_serving() noexcept { return ways().size(); }

served serve_in_way(std::size_t index, std::string const& path) {
    way const& one = ways()[index];
    std::array<u::endpoint, 1> const place{one.is_local ? u::endpoint::local_path(path)
                                                        : u::endpoint(u::ip_address::loopback_v4(), 0)};
    u::server server = one.datagrams ? u::socket_server(place, u::default_udp_handler, one.options)
                                     : u::socket_server(place, u::echo_tcp_handler, one.options);
    u::endpoint const where = server.address();
    return {one.name, one.datagrams, std::move(server), where};
}

std::vector<served> serve_in_all_ways(std::string const& folder) {
    std::vector<served> all;
    for (std::size_t i = 0; i < ways_of_serving(); ++i)
        all.push_back(serve_in_way(i, std::string(folder).append("/served")));
    return all;
}

} // namespace soak
