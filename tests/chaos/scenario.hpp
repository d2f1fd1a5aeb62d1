// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include <usocket/usocket.hpp>

#include "chaos/link.hpp"
#include "chaos/payload.hpp"
#include "chaos/verdict.hpp"
#include "chaos/weather.hpp"

namespace chaos {

using namespace std::chrono_literals;

/// No call of a scenario may take longer: each that waits for the other side has a limit.
inline constexpr auto patience = 40s;

/// A use of the library over a link, from the near side. It returns when all went well.
struct scenario {
    std::string_view name;
    void (*run)(link& wire, std::uint64_t seed);
};

[[nodiscard]] std::vector<scenario> all_scenarios();

[[nodiscard]] std::span<scenario const> stream_scenarios();
[[nodiscard]] std::span<scenario const> limit_scenarios();
[[nodiscard]] std::span<scenario const> refusal_scenarios();
[[nodiscard]] std::span<scenario const> address_scenarios();
[[nodiscard]] std::span<scenario const> reset_scenarios();
[[nodiscard]] std::span<scenario const> datagram_scenarios();
[[nodiscard]] std::span<scenario const> notice_scenarios();
[[nodiscard]] std::span<scenario const> interface_scenarios();
[[nodiscard]] std::span<scenario const> wait_scenarios();
[[nodiscard]] std::span<scenario const> server_scenarios();

struct connection {
    u::stream_usocket near;
    u::stream_usocket far;
};

/// A listener on the far side.
[[nodiscard]] u::stream_server_usocket listen_far(link const& wire, u::listen_options const& options = {});
/// Connects to it; each read and write has so much time on both sides.
[[nodiscard]] connection connect_to(link const& wire, u::stream_server_usocket& listener,
                                    u::time_limit limit = patience);
[[nodiscard]] connection connect(link const& wire, u::time_limit limit = patience);

/// Datagram sockets, each on its side. The near one is connected to the far one.
struct datagram_pair {
    u::datagram_usocket near;
    u::datagram_usocket far;
    u::endpoint near_end;
    u::endpoint far_end;
};
[[nodiscard]] datagram_pair make_datagram_pair(link const& wire);

/// Sends so much in both directions at once, to their clean ends, and receives exactly that.
[[nodiscard]] std::vector<std::jthread> exchange(connection& both, std::uint64_t seed, std::uint64_t size);

/// Ends the run unless `code` is one of these.
void require_one_of(std::error_code const& code, std::initializer_list<u::errc> allowed, std::string_view what);

} // namespace chaos
