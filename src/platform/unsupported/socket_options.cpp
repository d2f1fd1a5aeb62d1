// SPDX-License-Identifier: MIT
#include "platform/socket_options.hpp"
#include "platform/unsupported/not_here.hpp"

namespace usocket::platform {

bool option_exists(option_id) noexcept { return false; }

int get_option(handle, family, option_id, std::int64_t&) noexcept { return not_here; }
int set_option(handle, family, option_id, std::int64_t) noexcept { return not_here; }
int get_text_option(handle, option_id, std::string&) { return not_here; }
int set_text_option(handle, option_id, std::string_view) noexcept { return not_here; }
int get_tcp_info(handle, tcp_info&) noexcept { return not_here; }
int join_group(handle, ip_address const&, std::uint32_t, ip_address const*) noexcept { return not_here; }
int leave_group(handle, ip_address const&, std::uint32_t, ip_address const*) noexcept { return not_here; }
int get_raw_option(handle, int, int, std::span<std::byte>, std::size_t&) noexcept { return not_here; }
int set_raw_option(handle, int, int, std::span<std::byte const>) noexcept { return not_here; }

} // namespace usocket::platform
