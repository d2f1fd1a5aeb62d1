// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <usocket/server.hpp>

namespace soak {

/// A running server that echoes.
struct served {
    char const* name;
    bool datagrams;
    usocket::server server;
    usocket::endpoint place;
};

/// How many ways of serving there are.
[[nodiscard]] std::size_t ways_of_serving() noexcept;
/// Starts the server that echoes in one of the ways; `path` is for one that is local.
[[nodiscard]] served serve_in_way(std::size_t way, std::string const& path);
/// One of each.
[[nodiscard]] std::vector<served> serve_in_all_ways(std::string const& folder);

} // namespace soak
