// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <usocket/datagram_batch.hpp>
#include <usocket/option_id.hpp>
#include <usocket/wait.hpp>

/// What this system has and has not, by docs/platforms.md: each system has this file, and one test asserts all of it.
namespace usocket::test::differences {

inline constexpr std::array backends{backend::kqueue, backend::poll, backend::select};
inline constexpr auto native = backend::kqueue;
inline constexpr std::array missing_options{
    option_id::bind_to_device,
    option_id::mark,
    option_id::path_mtu,
    option_id::tcp_cork,
    option_id::tcp_user_timeout,
    option_id::tcp_fast_open,
    option_id::tcp_fast_open_connect,
    option_id::tcp_defer_accept,
    option_id::tcp_quick_ack,
    option_id::count_lost_datagrams,
};
inline constexpr std::array<option_id, 0> missing_options_of_wine{};
inline constexpr std::array missing_datagram_paths{datagram_path::offload, datagram_path::calls_of_many};
inline constexpr bool has_socket_pairs = true;
inline constexpr bool has_abstract_names = false;

} // namespace usocket::test::differences
