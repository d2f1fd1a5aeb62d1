// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <usocket/datagram_batch.hpp>
#include <usocket/option_id.hpp>
#include <usocket/wait.hpp>

/// What this system has and has not, by docs/platforms.md: each system has this file, and one test asserts all of it.
namespace usocket::test::differences {

/// Besides io_uring, which depends on the build and on the kernel.
inline constexpr std::array backends{backend::epoll, backend::poll, backend::select};
inline constexpr auto native = backend::epoll;
inline constexpr std::array<option_id, 0> missing_options{};
inline constexpr std::array<option_id, 0> missing_options_of_wine{};
inline constexpr std::array<datagram_path, 0> missing_datagram_paths{};
inline constexpr bool has_socket_pairs = true;
inline constexpr bool has_abstract_names = true;

} // namespace usocket::test::differences
